"""Read the user's value out of a response, or say why it is not there."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from llmkit.structured.fault import Fault
from llmkit.structured.output_type import OutputType
from llmkit.structured.tolerant import Found, found_in
from llmkit.types.parts import InvalidToolCall, Refusal, ToolCall
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

T = TypeVar("T")
REFUSED = frozenset({"refusal", "content_filter"})
CUT = frozenset({"length", "context_exceeded"})


class Read(Generic[T]):
    """The value, and what was doubtful about the way it was written."""

    __slots__ = ("value", "warnings")

    def __init__(self, value: T, warnings: tuple[Warning, ...]) -> None:
        self.value = value
        self.warnings = warnings


def refusal(response: CompletionResponse) -> str | None:
    """Return the words of a refusal (they may be empty), None where the model did not refuse."""
    words = [part.text for part in response.content if isinstance(part, Refusal)]
    if words or response.finish.unified in REFUSED:
        return "".join(words) or response.finish.detail or response.text
    return None


def written(response: CompletionResponse, tool: str) -> str:
    """Return what the model wrote as its answer: the arguments of the tool `tool`, or else the text."""
    calls = _calls(response, tool)
    return _json(calls[0]) if calls else response.text


def others_called(response: CompletionResponse, tool: str) -> tuple[str, ...]:
    """Return the names of further tools that the model wants called, where it gave no answer with `tool`."""
    if _calls(response, tool):
        return ()
    return tuple([part.name for part in response.content if isinstance(part, ToolCall | InvalidToolCall)])


def read(response: CompletionResponse, kind: OutputType[T], tool: str) -> Read[T]:
    """Return the value that `response` holds. Raises `Fault` where it holds none that fits."""
    calls = _calls(response, tool)
    found: list[Found] = []
    for call in calls:
        found += [Found(call.arguments)] if isinstance(call, ToolCall) else found_in(call.json)
    if not calls:
        found = found_in(response.text)
    fault: Fault | None = None
    for place, candidate in enumerate(found):
        try:
            return Read(kind.read(candidate.value), _warnings(candidate, found[:place], found[place + 1 :]))
        except Fault as error:
            fault = fault or error
    raise fault or Fault("The answer is empty")


def _calls(response: CompletionResponse, tool: str) -> list[ToolCall | InvalidToolCall]:
    return [part for part in response.content if isinstance(part, ToolCall | InvalidToolCall) and part.name == tool]


def _json(call: ToolCall | InvalidToolCall) -> str:
    return call.json or (msgspec.json.encode(call.arguments).decode() if isinstance(call, ToolCall) else "")


def _warnings(taken: Found, before: list[Found], after: list[Found]) -> tuple[Warning, ...]:
    warnings = [Warning(kind="lossy", parameter="output", detail=f"the answer was repaired: {repair}") for repair in taken.repairs]
    if any(not _equal(other.value, taken.value) for other in (*before, *after)):
        warnings.append(Warning(kind="lossy", parameter="output", detail="the answer holds further JSON, which was passed over"))
    return tuple(warnings)


def _equal(left: Any, right: Any) -> bool:
    return bool(left == right)
