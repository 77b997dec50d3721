"""Why the answer ended, in our words."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object, name_of, object_of, text_of
from llmkit.types.responses import FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "complete": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "tool_call": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "safety": "content_filter",
    "sensitive": "content_filter",
    "refusal": "refusal",
    "pause_turn": "pause",
    "model_context_window_exceeded": "context_exceeded",
    "error": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
}


def finish_of(choice: Object, *, calls: bool) -> FinishReason:
    """Return why `choice` ended; `calls` tells whether it holds tool calls, which counts only where the server gives no reason."""
    raw = name_of(choice.get("finish_reason")) or name_of(object_of(choice.get("finish_details")).get("type"))
    if raw is None:
        return FinishReason(unified="tool_calls" if calls else "other")
    return FinishReason(unified=FINISH.get(raw.lower(), "other"), raw=raw, detail=_detail(choice, raw))


def _detail(choice: Object, raw: str) -> str | None:
    for key in ("stop_reason", "matched_stop", "native_finish_reason"):
        value: Any = choice.get(key)
        if text_of(value) and value != raw:
            return text_of(value)
    return None
