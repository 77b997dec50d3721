"""Why an answer ended: the API's words into ours."""

from __future__ import annotations

from typing import Any

from llmkit.types.parts import InvalidToolCall, Part, ToolCall
from llmkit.types.responses import FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {
    "BLOCKLIST": "content_filter",
    "CONTINUATION": "pause",
    "FINISH_REASON_UNSPECIFIED": "other",
    "IMAGE_OTHER": "other",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "LANGUAGE": "content_filter",
    "MALFORMED_FUNCTION_CALL": "error",
    "MALFORMED_RESPONSE": "error",
    "MAX_TOKENS": "length",
    "MISSING_THOUGHT_SIGNATURE": "error",
    "MODEL_ARMOR": "content_filter",
    "NO_IMAGE": "other",
    "OTHER": "other",
    "PROHIBITED_CONTENT": "content_filter",
    "RECITATION": "content_filter",
    "SAFETY": "content_filter",
    "SPII": "content_filter",
    "STOP": "stop",
    "TOO_MANY_TOOL_CALLS": "error",
    "UNEXPECTED_TOOL_CALL": "error",
}
# Sent instead of the words when the caller asks for `enum-encoding=int`. The two services of the API number the reasons
# after these differently, so a higher number stays `other`.
_NUMBERS = {0: "FINISH_REASON_UNSPECIFIED", 1: "STOP", 2: "MAX_TOKENS", 3: "SAFETY", 4: "RECITATION"}


def finish_of(reason: Any, message: str | None, content: tuple[Part, ...] | list[Part]) -> FinishReason:
    """Return the reason; a plain stop after tool calls is `tool_calls`."""
    word = _NUMBERS.get(reason, "") if isinstance(reason, int) else str(reason)
    unified = FINISH.get(word, "other")
    if unified == "stop" and any(isinstance(part, ToolCall | InvalidToolCall) for part in content):
        unified = "tool_calls"
    return FinishReason(unified=unified, raw=None if reason is None else str(reason), detail=message or None)


def refused(feedback: dict[str, Any]) -> FinishReason:
    """Return the finish of a prompt that was blocked before an answer began."""
    reason = feedback.get("blockReason")
    message = feedback.get("blockReasonMessage")
    raw = str(reason) if reason is not None else None
    return FinishReason(unified="content_filter", raw=raw, detail=message if isinstance(message, str) and message else None)
