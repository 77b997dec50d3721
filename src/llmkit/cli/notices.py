"""Say on standard error what is worth knowing beside the answer."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from llmkit.cli.terminal_text import one_line

if TYPE_CHECKING:
    from llmkit.types.parts import InvalidToolCall, ToolCall
    from llmkit.types.responses import CompletionResponse
    from llmkit.types.usage import Cost, Usage

__all__ = ["after_answer", "note", "usage_line", "warn"]

_ENDS = {
    "length": "the answer was cut: it reached the limit of tokens (-o max_tokens=...)",
    "content_filter": "the provider's content filter ended the answer",
    "refusal": "the model refused",
    "context_exceeded": "the answer was cut: the context window is full",
    "pause": "the provider paused the answer; it can be continued",
    "error": "the provider reports an error in the answer",
}


def note(text: str) -> None:
    """Print a remark on a line; dim at a terminal, so that it stands apart from the answer."""
    dim = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    print(f"\x1b[2m{one_line(text)}\x1b[0m" if dim else one_line(text), file=sys.stderr)


def warn(text: str) -> None:
    """Print a warning."""
    note(f"warning: {text}")


def after_answer(response: CompletionResponse, *, usage: bool = False) -> None:
    """Print the warnings of `response`, how it ended if that is unusual, and its tokens and cost where asked."""
    for warning in response.warnings:
        if usage or not (warning.kind == "unknown" and warning.parameter == "cost"):  # Who did not ask for the cost need not hear why.
            warn(str(warning))
    if response.finish.unified in _ENDS:
        note(f"note: {_ENDS[response.finish.unified]}")
    calls: list[ToolCall | InvalidToolCall] = [*response.tool_calls, *response.invalid_tool_calls]
    for call in calls:
        note(f"note: the model wants to call {call.name}({call.json}); tools are not run here")
    others = {type(part).__name__.lower() for part in response.content} & {"image", "audio", "video", "document"}
    for kind in sorted(others):
        note(f"note: the answer holds {kind} that is not shown; --json prints it")
    if usage:
        note(usage_line(response.usage, response.cost))


def usage_line(usage: Usage | None, cost: Cost | None) -> str:
    """Return tokens and cost in a line; what is not known is said to be so."""
    if usage is None:
        return "tokens unknown, cost unknown"
    cached = f" ({usage.cache_read:,} from cache)" if usage.cache_read else ""
    thought = f" ({usage.reasoning:,} reasoning)" if usage.reasoning else ""
    price = "cost unknown" if cost is None else f"cost {cost}"
    return f"{usage.input:,} tokens in{cached}, {usage.output:,} out{thought}, {price}"
