"""Count tokens and money: from the many spellings of `usage` to buckets that do not overlap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.dialects.openai_chat.wire import Object, count_of, number_of, object_of, objects_of, raw
from llmkit.types.usage import Cost, Usage

TICKS_PER_USD = 10**10
_MOST_TICKS = 10**25
"""`cost_in_usd_ticks` counts 1e-10 USD (https://docs.x.ai/developers/cost-tracking, read 2026-11-22)."""


def usage_object(body: Object) -> Object | None:
    """Return the usage that an answer or a chunk reports, wherever the server puts it."""
    for holder in (body, object_of(body.get("x_groq")), *objects_of(body.get("choices"))[:1]):
        found = holder.get("usage")
        if isinstance(found, dict) and found:
            return found
    return None


def usage_of(wire: Object | None) -> Usage | None:
    """Return the tokens by bucket, None where the server told nothing."""
    if wire is None:
        return None
    prompt = count_of(wire.get("prompt_tokens") or wire.get("input_tokens"))
    completion = count_of(wire.get("completion_tokens") or wire.get("output_tokens"))
    total = count_of(wire.get("total_tokens"))
    details = object_of(wire.get("prompt_tokens_details") or wire.get("prompt_token_details") or wire.get("input_tokens_details"))
    read, writes = _cache(wire, details)
    cached = read + sum(writes.values())
    # Cached tokens are part of the prompt, but some hosts of other vendors' models count them beside it: the total tells.
    beside = cached > 0 and (total == prompt + cached + completion or read > prompt or (cached > prompt and total != prompt + completion))
    if cached > prompt and not beside:  # What was read is reported as written too.
        read = min(read, prompt)
        writes = {"cache_write": prompt - read}
        cached = prompt
    buckets: dict[str, Any] = {**writes, **_output(wire, completion, total - prompt - (cached if beside else 0))}
    return Usage(
        uncached=prompt if beside else prompt - cached,
        cache_read=read,
        **buckets,
        input_audio=count_of(details.get("audio_tokens")),
        input_image=count_of(details.get("image_tokens")),
        server_tools=_server_tools(wire),
        raw=raw(wire),
    )


def _cache(wire: Object, details: Object) -> tuple[int, dict[str, int]]:
    read = max(
        count_of(details.get("cached_tokens")),
        count_of(details.get("cache_read_input_tokens")),
        *(count_of(wire.get(key)) for key in ("cached_tokens", "num_cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens")),
    )
    lifetimes = object_of(wire.get("cache_creation"))
    short, long = count_of(lifetimes.get("ephemeral_5m_input_tokens")), count_of(lifetimes.get("ephemeral_1h_input_tokens"))
    written = max(
        count_of(details.get("cache_write_tokens")),
        count_of(details.get("cache_creation_input_tokens")),
        count_of(wire.get("cache_creation_input_tokens")),
        sum(count_of(value) for value in lifetimes.values()),
    )
    return read, {"cache_write": max(0, written - short - long), "cache_write_5m": short, "cache_write_1h": long}


def _output(wire: Object, completion: int, rest: int) -> dict[str, int]:
    """`rest` is the total without the input: it tells whether the thinking is inside `completion` or beside it."""
    details = object_of(wire.get("completion_tokens_details") or wire.get("output_tokens_details"))
    reasoning = count_of(details.get("reasoning_tokens")) or count_of(wire.get("reasoning_tokens"))
    audio, image = count_of(details.get("audio_tokens")), count_of(details.get("image_tokens"))
    # The total tells. Research hosts leave the thinking out of both sums, where it is many times the rest.
    beside = reasoning > 0 and (rest == completion + reasoning or reasoning > 2 * completion)
    if not beside:  # Some count it with another tokenizer and reach more than the whole of which it is a part.
        reasoning = min(reasoning, completion)
    text = completion - audio - image - (0 if beside else reasoning)
    if text < 0:  # The details contradict the sum; the sum is what is billed.
        audio = image = 0
        text = completion - (0 if beside else reasoning)
    return {"output_text": text, "reasoning": reasoning, "output_audio": audio, "output_image": image}


def _server_tools(wire: Object) -> dict[str, int]:
    found: dict[str, int] = {}
    searches = max(
        count_of(wire.get("num_search_queries")),
        count_of(object_of(wire.get("server_tool_use_details")).get("web_search_requests")),
        count_of(object_of(wire.get("server_tool_use")).get("web_search_requests")),
        count_of(object_of(wire.get("web_search_usage")).get("tool_usage")),
    )
    if searches:
        found["web_search"] = searches
    return found


def cost_of(wire: Object | None, body: Object) -> Cost | None:
    """Return what the provider says the call cost, None where it does not."""
    wire = wire or {}
    ticks = number_of(wire.get("cost_in_usd_ticks"))
    if ticks is not None and 0 < ticks < _MOST_TICKS:  # Resellers of these models report 0 ticks for calls that are not free.
        return Cost(amount=Decimal(int(ticks)) / TICKS_PER_USD)
    for value in (
        wire.get("cost"),
        object_of(wire.get("cost")).get("total_cost"),
        object_of(body.get("cost")).get("usd"),
        wire.get("estimated_cost"),
    ):
        amount = _decimal(value)
        if amount is not None:
            return Cost(amount=amount + _own_key(wire))
    return None


def _own_key(wire: Object) -> Decimal:
    """With a key of one's own at the upstream provider, `cost` is the fee alone; the tokens are billed upstream."""
    if wire.get("is_byok") is not True:
        return Decimal(0)
    return _decimal(object_of(wire.get("cost_details")).get("upstream_inference_cost")) or Decimal(0)


def _decimal(value: Any) -> Decimal | None:
    number = number_of(value)
    return Decimal(repr(number)) if number is not None and number >= 0 and number - number == 0 else None
