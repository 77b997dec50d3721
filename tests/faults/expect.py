"""What is to come of a fault, in the words of the table: `complete`, or the class of the error."""

from __future__ import annotations

from llmkit.errors import StreamInterrupted, Timeout
from llmkit.testing.wire import load
from llmkit.types.parts import InvalidToolCall
from llmkit.types.responses import CompletionResponse
from tests.faults.chaos import TOTAL, Cell, Met

COMPLETE = "complete"


def came(cell: Cell, met: Met) -> str:
    """Return what came of a cell.

    A `*` stands behind an error that may be tried again, the cause of an interruption in brackets.
    """
    if met.reply is not None:
        return _answer(cell, met.reply)
    if isinstance(met.error, StreamInterrupted):
        return f"cut ({_named(met.error.cause)})" if met.error.cause is not None else "cut"
    return _named(met.error)


def wrong(cell: Cell, met: Met) -> list[str]:
    """Return what must never be, whatever the fault: nothing, where all is well."""
    found = []
    if met.seconds > (cell.timeouts.total or TOTAL) + 0.5:
        found.append(f"it took {met.seconds:.2f} s")
    if len(met.records) != 1:
        found.append(f"{len(met.records)} records of one call")
    elif (met.records[0].status == "ok") != (met.reply is not None):
        found.append(f"recorded as {met.records[0].status}")
    if met.reply is not None and met.shown not in (None, met.reply.text) and not met.reply.candidates:
        found.append(f"the events said {met.shown!r}")
    if met.error is not None:
        found += _wrong_error(cell, met)
    return found


def _wrong_error(cell: Cell, met: Met) -> list[str]:
    error, found = met.error, []
    assert error is not None
    if cell.provider != error.provider:
        found.append(f"said of {error.provider}")
    if load(cell.dialect).KEY in repr(error) + str(error) + repr(vars(error)):
        found.append("the key is in the error")
    if len(error.attempts) != 1:
        found.append(f"{len(error.attempts)} attempts")
    if error.__context__ is not None and not isinstance(error, StreamInterrupted):
        found.append("another exception hangs behind it")
    if isinstance(error, StreamInterrupted):
        partial = error.partial
        if partial is None:
            return [*found, "no partial answer"]
        if partial.finish.unified != "interrupted":
            found.append(f"the partial answer ends with {partial.finish.unified}")
        if not (partial.text or cell.answer.tool_calls) or not cell.answer.text.startswith(partial.text):
            found.append(f"the partial answer says {partial.text!r}")
    return found


def _calls(cell: Cell, reply: CompletionResponse) -> str:
    made, asked = reply.tool_calls, cell.answer.tool_calls
    broken = sum(isinstance(part, InvalidToolCall) for part in reply.content)
    if broken or [call.name for call in made] != [name for _, name, _ in asked]:
        return f"{len(made)} calls and {broken} invalid"
    if [call.arguments for call in made] != [arguments for _, _, arguments in asked]:
        return "other arguments"
    if len({call.id for call in made}) < len(made):
        return "both calls, one id"
    return COMPLETE if [call.id for call in made] == [id_ for id_, _, _ in asked] else "both calls, ids of our own"


def _answer(cell: Cell, reply: CompletionResponse) -> str:
    if cell.answer.tool_calls:
        return _calls(cell, reply)
    finish = reply.finish.unified
    told = COMPLETE if finish == "stop" else f"finish {finish}"
    if reply.text != cell.answer.text:
        return f"{told}, other words: {reply.text!r}"
    usage = None if reply.usage is None else (reply.usage.input, reply.usage.output)
    if usage == cell.answer.usage or (usage is None and cell.dialect == "predictions"):  # its streams have none
        return told
    return f"{told}, usage unknown" if usage is None else f"{told}, usage {usage[0]} and {usage[1]}"


def _named(error: object) -> str:
    star = "*" if getattr(error, "retryable", False) else ""
    phase = f" {error.phase}" if isinstance(error, Timeout) else ""
    return f"{type(error).__name__}{phase}{star}"
