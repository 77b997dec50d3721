"""Why the answer ended, what it used and how likely its tokens were, in this format's words."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.wire import Object
from llmkit.types.responses import FinishReason, Logprob, UnifiedFinish
from llmkit.types.usage import Cost, Usage

FINISH: dict[UnifiedFinish, str | None] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "content_filter",
    "pause": "stop",
    "context_exceeded": "length",
    "compaction": "stop",
    "interrupted": None,
    "error": "error",
    "other": "stop",
}
"""The format has four words of its own; `native_finish_reason` beside it keeps the provider's. Null: the answer is not complete."""
_OWN_WORDS = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})


def is_own_finish(finish: FinishReason) -> bool:
    """Tell whether an answer without content that tells is of this format, by its word for the end."""
    return finish.raw in _OWN_WORDS


def finish_fields(finish: FinishReason | None, *, own: bool) -> Object:
    """Return the choice's fields that say why it ended."""
    if finish is None:
        return {"finish_reason": None}
    if own:
        return {"finish_reason": finish.raw}
    fields: Object = {"finish_reason": FINISH[finish.unified]}
    if finish.raw not in (None, fields["finish_reason"]):
        fields["native_finish_reason"] = finish.raw
    return fields


def usage_wire(usage: Usage, cost: Cost | None, *, own: bool) -> Any:
    """Return the usage: cached tokens are counted inside the prompt, thinking inside the completion."""
    if own and usage.raw:
        return usage.raw
    prompt: Object = {"cached_tokens": usage.cache_read, "audio_tokens": usage.input_audio}
    written = usage.cache_write + usage.cache_write_5m + usage.cache_write_1h
    if written:
        prompt["cache_write_tokens"] = written
    if usage.input_image:
        prompt["image_tokens"] = usage.input_image
    completion: Object = {
        "reasoning_tokens": usage.reasoning,
        "audio_tokens": usage.output_audio,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    }
    if usage.output_image:
        completion["image_tokens"] = usage.output_image
    wire: Object = {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.total,
        "prompt_tokens_details": prompt,
        "completion_tokens_details": completion,
    }
    if usage.cache_write_5m or usage.cache_write_1h:
        lifetimes = {"ephemeral_5m_input_tokens": usage.cache_write_5m, "ephemeral_1h_input_tokens": usage.cache_write_1h}
        wire["cache_creation"] = lifetimes
    if usage.server_tools:
        wire["server_tool_use"] = {f"{name}_requests": count for name, count in usage.server_tools.items()}
    if cost is not None and cost.usd is not None:
        wire["cost"] = float(cost.usd)
    return wire


def logprobs_wire(logprobs: tuple[Logprob, ...]) -> Object | None:
    """Return the probabilities of tokens."""
    return {"content": [_logprob(item) for item in logprobs], "refusal": None} if logprobs else None


def _logprob(item: Logprob, *, rival: bool = False) -> Object:
    likely = item.logprob if item.logprob > -1e300 else -9999.0  # The format's own figure for a token that cannot be.
    wire: Object = {"token": item.token, "logprob": likely, "bytes": None if item.bytes is None else list(item.bytes)}
    return wire if rival else {**wire, "top_logprobs": [_logprob(other, rival=True) for other in item.top]}
