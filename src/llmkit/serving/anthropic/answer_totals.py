"""Why the answer ended and what it used, in this format's words."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.finish import FINISH
from llmkit.serving.losses import Losses
from llmkit.types.responses import FinishReason, UnifiedFinish
from llmkit.types.usage import Usage

STOP: dict[UnifiedFinish, str | None] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
    "pause": "pause_turn",
    "context_exceeded": "model_context_window_exceeded",
    "compaction": "compaction",
    "interrupted": None,
    "error": None,
    "other": "end_turn",
}
"""Null: the answer is not complete."""
_VAGUE = ("error", "other")


def is_own_finish(finish: FinishReason) -> bool:
    """Tell whether an answer without content that tells is of this format, by its word for the end."""
    return finish.raw in FINISH


def stop_fields(finish: FinishReason, losses: Losses, *, own: bool, refused: bool) -> dict[str, Any]:
    """Return the fields that say why it ended; a refusal that stands in a place of its own elsewhere is a stop reason here."""
    if own:
        sequence = finish.detail if finish.raw == "stop_sequence" else None
        return {"stop_reason": finish.raw, "stop_sequence": sequence}
    unified: UnifiedFinish = "refusal" if refused and finish.unified == "stop" else finish.unified
    if unified in _VAGUE:
        losses.add("lossy", "finish", f"the finish {finish.raw or unified} has no word in this format")
    return {"stop_reason": STOP[unified], "stop_sequence": None}


def usage_wire(usage: Usage | None, tier: str | None, losses: Losses, *, own: bool) -> Any:
    """Return the usage: cached tokens are counted beside the input, thinking inside the output."""
    if usage is None:
        losses.add("unknown", "usage", "the provider gave no usage; the format demands one, so it counts 0")
        return {"input_tokens": 0, "output_tokens": 0}
    if own and usage.raw:
        return usage.raw
    wire: dict[str, Any] = {
        "input_tokens": usage.uncached,
        "cache_creation_input_tokens": usage.cache_write + usage.cache_write_5m + usage.cache_write_1h,
        "cache_read_input_tokens": usage.cache_read,
    }
    if usage.cache_write_5m or usage.cache_write_1h:
        lifetimes = {"ephemeral_5m_input_tokens": usage.cache_write_5m, "ephemeral_1h_input_tokens": usage.cache_write_1h}
        wire["cache_creation"] = lifetimes
    wire["output_tokens"] = usage.output
    if usage.reasoning:
        wire["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    if usage.server_tools:
        wire["server_tool_use"] = {f"{name}_requests": count for name, count in usage.server_tools.items()}
    if tier is not None:
        wire["service_tier"] = tier
    return wire
