"""Why a response ended, in our words."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.dialects.openai_chat.wire import Object, name_of, object_of
from llmkit.types.parts import InvalidToolCall, Part, Refusal, ToolCall
from llmkit.types.responses import FinishReason, UnifiedFinish

STATUS: dict[str, UnifiedFinish] = {
    "completed": "stop",
    "complete": "stop",
    "queued": "pause",
    "in_progress": "pause",
    "cancelled": "interrupted",
    "failed": "error",
}
INCOMPLETE: dict[str, UnifiedFinish] = {
    "max_output_tokens": "length",
    "max_tokens": "length",
    "REASON_MAX_LEN": "length",
    "content_filter": "content_filter",
    "steered": "interrupted",
}


def finish_of(response: Object, content: Sequence[Part]) -> FinishReason:
    """Return why `response` ended: its status, or what cut it short."""
    status = name_of(response.get("status"))
    reason = name_of(object_of(response.get("incomplete_details")).get("reason"))
    if reason is not None and status in ("incomplete", None):
        return FinishReason(unified=INCOMPLETE.get(reason, "other"), raw=reason)
    unified = STATUS.get(status or "", "other")
    if unified == "stop":
        unified = _said(content)
    return FinishReason(unified=unified, raw=status)


def _said(content: Sequence[Part]) -> UnifiedFinish:
    """A complete answer waits for the results of its calls, or declines, or is all there is to say."""
    if any(isinstance(part, ToolCall | InvalidToolCall) for part in content):
        return "tool_calls"
    return "refusal" if any(isinstance(part, Refusal) for part in content) else "stop"
