"""Which requests may be answered from a cache, and which answers are worth keeping."""

from __future__ import annotations

from llmkit.types.parts import Audio, Document, Image, InvalidToolCall, Part, Refusal, ServerToolCall, ServerToolResult, ToolCall, Video
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.tools import ServerTool

_CALLS = (ToolCall, ServerToolCall, ServerToolResult)


def certain(request: CompletionRequest) -> bool:
    """Return whether the request asks for the likeliest answer: a temperature of 0."""
    return request.temperature == 0


def keepable(request: CompletionRequest, response: CompletionResponse, *, tools: bool, truncated: bool) -> bool:
    """Return whether `response` is a whole answer that will be true for the next one who asks.

    `tools` admits answers with tool calls and those that the provider's own tools had a part in, `truncated` those that the
    token limit cut. Refused, filtered, interrupted and empty answers are never kept, nor media that is only an address.
    """
    finishes = {"stop"} | ({"tool_calls"} if tools else set()) | ({"length"} if truncated else set())
    reasons = [response.finish, *(other.finish for other in response.candidates)]
    if any(reason is None or reason.unified not in finishes for reason in reasons):
        return False
    if not tools and any(isinstance(tool, ServerTool) for tool in request.tools):
        return False
    parts = [part for content in (response.content, *(other.content for other in response.candidates)) for part in content]
    return bool(response.content) and all(_keepable(part, tools) for part in parts)


def _keepable(part: Part, tools: bool) -> bool:
    match part:
        case Refusal() | InvalidToolCall():
            return False
        case Image() | Audio() | Video() | Document():
            return part.data is not None  # an address stops working after a while
        case _:
            return tools or not isinstance(part, _CALLS)
