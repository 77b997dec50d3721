"""Which requests may be answered from a cache, and which answers are worth keeping."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from llmkit.types.job import Started
from llmkit.types.parts import (
    Audio,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Video,
)
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.tools import ServerTool

OPERATIONS: dict[str, Literal["kept", "told"]] = {
    "complete": "kept",
    # The same input has the same answer, and the answer is small.
    "classify": "kept",
    "count": "kept",
    "embed": "kept",
    "moderate": "kept",
    "rerank": "kept",
    # Another answer each time is what is wanted, or the answer is large.
    "image": "told",
    "image_edit": "told",
    "music": "told",
    "ocr": "told",
    "sound": "told",
    "speech": "told",
    "transcribe": "told",
    "understand": "told",
    "video": "told",
    # The answer is as old as it is.
    "search": "told",
    "decide": "told",
}
"""What is kept by itself, and what only when it is told. What is not listed changes something at the provider, or is a list of what
is there now: it is never kept."""
KEPT = tuple([name for name, rule in OPERATIONS.items() if rule == "kept"])

ASIDE = "semantic-cache"
"""The tag of calls that a cache makes itself, for vectors: they are in records and budgets, and not in the cache."""

_CALLS = (ToolCall, ServerToolCall, ServerToolResult)


def certain(request: Request) -> bool:
    """Return whether the request asks for the likeliest answer: a temperature of 0. Only conversations are asked otherwise."""
    return not isinstance(request, CompletionRequest) or request.temperature == 0


def keepable(request: Request, response: Reply, *, tools: bool, truncated: bool) -> bool:
    """Return whether `response` is a whole answer that will be true for the next one who asks.

    `tools` admits answers with tool calls and those that the provider's own tools had a part in, `truncated` those that the
    token limit cut. Refused, filtered, interrupted and empty answers are never kept, nor media that is only an address.
    """
    if not isinstance(response, CompletionResponse):
        return not isinstance(response, Started) and not _addressed(response)  # a job that was begun is not begun again
    if _usual(response) and not (isinstance(request, CompletionRequest) and request.tools):
        return True
    finishes = {"stop"} | ({"tool_calls"} if tools else set()) | ({"length"} if truncated else set())
    reasons = [response.finish, *(other.finish for other in response.candidates)]
    if any(reason is None or reason.unified not in finishes for reason in reasons):
        return False
    if not tools and isinstance(request, CompletionRequest) and any(isinstance(tool, ServerTool) for tool in request.tools):
        return False
    parts = [part for content in (response.content, *(other.content for other in response.candidates)) for part in content]
    return bool(response.content) and all(_keepable(part, tools) for part in parts)


def _usual(response: CompletionResponse) -> bool:
    """Return whether it is a text that ended by itself: most are, and need no closer look."""
    content = response.content
    return response.finish.unified == "stop" and not response.candidates and len(content) == 1 and type(content[0]) is Text


def _keepable(part: Part, tools: bool) -> bool:
    match part:
        case Refusal() | InvalidToolCall():
            return False
        case Image() | Audio() | Video() | Document():
            return part.data is not None  # an address stops working after a while
        case _:
            return tools or not isinstance(part, _CALLS)


def _addressed(value: Any) -> bool:
    """Return whether there is media in `value` that is only an address or a provider's id."""
    match value:
        case Image() | Audio() | Video() | Document():
            return value.data is None and not (isinstance(value, Document) and value.text is not None)
        case list() | tuple():
            return any(map(_addressed, value))
        case msgspec.Struct():
            return any(_addressed(getattr(value, name)) for name in value.__struct_fields__)
        case _:
            return False
