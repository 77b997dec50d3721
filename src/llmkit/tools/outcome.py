"""What a run came to: its steps, the whole conversation, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import InvalidToolCall, ToolCall, ToolResult
from llmkit.types.responses import CompletionResponse
from llmkit.types.totals import total_cost, total_usage
from llmkit.types.usage import Cost, Usage
from llmkit.types.warnings import Warning

RunFinish: TypeAlias = Literal["stop", "max_steps", "stopped", "pending", "interrupted"]
AnyCall: TypeAlias = ToolCall | InvalidToolCall


class Step(Model, frozen=True, kw_only=True):
    """One turn of the model and what its calls were answered. `response` is None where a run begins with calls left open before."""

    response: CompletionResponse | None = None
    results: tuple[ToolResult, ...] = ()
    pending: tuple[AnyCall, ...] = ()
    warnings: tuple[Warning, ...] = ()
    """What a policy held back: `refused` where it was not made, `flagged` where it was approved or waits."""


class RunResult(Model, frozen=True, kw_only=True):
    """The last answer, and how it came about.

    `messages` is the conversation without `system`: pass it to the next `run` to go on. `finish` is `stop` (the model has
    ended; `response.finish` says why), `max_steps`, `stopped` (by `stop_when`), `pending` (calls wait in `pending`) or
    `interrupted` (a failure; only on an error's `run`). `usage` and `cost` are sums over all steps, None where a step's is not
    known, as a warning then says.
    """

    response: CompletionResponse | None = None
    messages: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    finish: RunFinish = "stop"
    pending: tuple[AnyCall, ...] = ()
    usage: Usage | None = None
    cost: Cost | None = None
    warnings: tuple[Warning, ...] = ()

    @property
    def text(self) -> str:
        """Return the words of the last answer."""
        return self.response.text if self.response is not None else ""


def result_of_run(messages: Sequence[Message], steps: Sequence[Step], finish: RunFinish, pending: Sequence[AnyCall]) -> RunResult:
    """Return the result with its sums."""
    responses = [step.response for step in steps if step.response is not None]
    usages = [response.usage for response in responses]
    costs = [response.cost for response in responses]
    warnings = [warning for response in responses for warning in response.warnings]
    warnings += [warning for step in steps for warning in step.warnings]
    for name, known in (("usage", usages), ("cost", costs)):
        missing = sum(1 for one in known if one is None)
        if 0 < missing < len(known):
            warnings.append(Warning(kind="unknown", parameter=name, detail=f"{missing} of {len(known)} steps did not tell it: no sum."))
    return RunResult(
        response=responses[-1] if responses else None,
        messages=tuple(messages),
        steps=tuple(steps),
        finish=finish,
        pending=tuple(pending),
        usage=total_usage(usages),
        cost=total_cost(costs),
        warnings=tuple(dict.fromkeys(warnings)),
    )
