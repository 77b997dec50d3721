"""One `parse`: what is asked, what an answer is worth, and what is asked next. It sends nothing itself."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from llmkit.errors import InvalidRequest, OutputInvalid, OutputRefused, OutputTruncated
from llmkit.structured.answer import CUT, others_called, read, refusal, written
from llmkit.structured.fault import Fault
from llmkit.structured.ladder import tool_name
from llmkit.structured.output_type import OutputType, output_type
from llmkit.structured.parsed import Parsed
from llmkit.structured.wording import complaint
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Text, ToolCall, ToolResult
from llmkit.types.requests import OUTPUT_MODES, CompletionRequest, OutputFormat
from llmkit.types.responses import CompletionResponse
from llmkit.types.totals import total_cost, total_usage

T = TypeVar("T")
MOST_TRIES = 20


class Asking(Generic[T]):
    """The state of one `parse`: `request` is what to send next."""

    def __init__(self, kind: OutputType[T], request: CompletionRequest, tries: int) -> None:
        self.kind = kind
        self.request = request
        self.tool = tool_name(request)
        self.asked: list[CompletionResponse] = []
        self._tries = tries

    def judge(self, response: CompletionResponse) -> Parsed[T] | None:
        """Return the value in `response`; None: `request` is what to ask now.

        Raises `OutputRefused`, `OutputTruncated`, or `OutputInvalid` when the tries are used up.
        """
        self.asked.append(response)
        self._check_end(response)
        fault: Fault
        try:
            found = read(response, self.kind, self.tool)
        except Fault as error:
            fault = error
        else:
            warned = response.replace(warnings=(*response.warnings, *found.warnings)) if found.warnings else response
            return Parsed(value=found.value, response=warned, **self._totals())
        others = others_called(response, self.tool)
        if others:
            raise self._error(OutputInvalid, f"The model called {', '.join(others)} instead of answering. Answer the call and ask again.")
        if len(self.asked) >= self._tries:
            raise self._error(OutputInvalid, f"The answer does not fit: {fault}.", fault.path)
        self.request = self._again(response, str(fault))
        return None

    def _check_end(self, response: CompletionResponse) -> None:
        words = refusal(response)
        if words is not None:
            raise self._error(OutputRefused, "The model refused to answer.", text=words)
        if response.finish.unified in CUT:
            raise self._error(OutputTruncated, "The answer was cut by the limit of tokens: raise max_tokens.")

    def _error(self, kind: type[OutputInvalid], message: str, path: str = "$", *, text: str = "") -> OutputInvalid:
        last = self.asked[-1]
        error = kind(message, text=text or written(last, self.tool), path=path, response=last, **self._totals())
        error.provider, error.model, error.attempts = last.provider, last.model, last.attempts
        return error

    def _totals(self) -> dict[str, Any]:
        usage = total_usage([response.usage for response in self.asked])
        cost = total_cost([response.cost for response in self.asked])
        return {"usage": usage, "cost": cost, "tries": len(self.asked)}

    def _again(self, response: CompletionResponse, problem: str) -> CompletionRequest:
        """Return the request with the answer and what is wrong with it: a tool's call gets a result, words get the user's turn."""
        calls = [part for part in response.content if isinstance(part, ToolCall | InvalidToolCall)]
        words = Text(text=complaint(problem))
        turns = [response.message] if response.content else []
        if calls:
            results = [ToolResult(id=call.id, name=call.name, content=(words,)) for call in calls]
            turns.append(Message.tool(*results))
        else:
            turns.append(Message(role="user", content=(words,)))
        return self.request.replace(messages=(*self.request.messages, *turns))


def asking(kind: Any, request: CompletionRequest, *, tries: int, mode: str | None) -> Asking[Any]:
    """Return a `parse` of `kind` that begins with `request`. Raises `InvalidRequest`."""
    if isinstance(tries, bool) or not isinstance(tries, int) or not 1 <= tries <= MOST_TRIES:
        raise InvalidRequest(f"tries must be a whole number from 1 to {MOST_TRIES}, not {tries!r}.", parameter="tries")
    if mode is not None and mode not in OUTPUT_MODES:
        raise InvalidRequest(f"{mode!r} is no output mode.", parameter="mode", hint=f"Use one of {', '.join(OUTPUT_MODES)}.")
    if request.output is not None:
        raise InvalidRequest("output is what parse asks for itself.", parameter="output", hint="Pass the type alone.")
    made = output_type(kind)
    modes = tuple([known for known in OUTPUT_MODES if known == mode])
    output = OutputFormat(schema=made.schema, name=made.name, portable=True, modes=modes)
    return Asking(made, request.replace(output=output), tries)
