"""Why an answer ended, in the format's words and in ours."""

from __future__ import annotations

from typing import Any

from llmkit.types.responses import FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "malformed_model_output": "error",
    "malformed_tool_use": "error",
    "model_context_window_exceeded": "context_exceeded",
    # Words of the models behind it, which some let through.
    "refusal": "refusal",
    "pause_turn": "pause",
    "compaction": "compaction",
}


def decode_finish(reason: Any, more: Any = None) -> FinishReason:
    """Return the reason for `stopReason`; `more` are the model's own response fields, which may hold the stop sequence."""
    raw = reason if isinstance(reason, str) else None
    sequence = more.get("stop_sequence") if isinstance(more, dict) else None
    return FinishReason(unified=FINISH.get(raw or "", "other"), raw=raw, detail=sequence if isinstance(sequence, str) else None)
