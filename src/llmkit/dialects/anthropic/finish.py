"""Why an answer ended, in the format's words and in ours."""

from __future__ import annotations

from typing import Any

from llmkit.types.responses import FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "pause_turn": "pause",
    "refusal": "refusal",
    "model_context_window_exceeded": "context_exceeded",
    "compaction": "compaction",
}


def decode_finish(reason: Any, sequence: Any = None, details: Any = None) -> FinishReason:
    """Return the reason for `stop_reason`, with its stop sequence or the category of its refusal as detail."""
    raw = reason if isinstance(reason, str) else None
    category = details.get("category") or details.get("explanation") if isinstance(details, dict) else None
    detail = next((value for value in (sequence, category) if isinstance(value, str)), None)
    return FinishReason(unified=FINISH.get(raw or "", "other"), raw=raw, detail=detail)
