"""Token counts. This format counts cached tokens outside `input_tokens` and thinking inside `output_tokens`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

import msgspec

from llmkit.types.usage import Cost, Usage

_REQUESTS = "_requests"
_COUNTED = ("uncached", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h", "output_text", "reasoning")


def decode_usage(wire: dict[str, Any] | None, raw: msgspec.Raw) -> Usage | None:
    """Return the buckets of a usage object, None if there is none.

    The totals leave out what summarising earlier turns took; `iterations` tells it, it is billed at the same model's price, and it is
    counted in here: the input of such an answer can be a hundred times what `input_tokens` says. What an advisor's model took is
    billed at another price and stays in `raw`.
    """
    if not wire:
        return None
    found = _buckets(wire, raw)
    for iteration in _iterations(wire, "compaction"):
        more = _buckets(iteration, raw)
        found = found.replace(**{name: getattr(found, name) + getattr(more, name) for name in _COUNTED})
    return found


def _iterations(wire: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    listed = wire.get("iterations")
    return [item for item in listed if isinstance(item, dict) and item.get("type") == kind] if isinstance(listed, list) else []


def _buckets(wire: dict[str, Any], raw: msgspec.Raw) -> Usage:
    creation = _mapping(wire.get("cache_creation"))
    short, long = _count(creation.get("ephemeral_5m_input_tokens")), _count(creation.get("ephemeral_1h_input_tokens"))
    written = _count(wire.get("cache_creation_input_tokens"))
    if "cache_creation_input_tokens" in wire and short + long > written:
        short = long = 0  # The split is of an earlier moment of the stream; only the total was corrected.
    output = _count(wire.get("output_tokens"))
    thinking = min(output, _count(_mapping(wire.get("output_tokens_details")).get("thinking_tokens")))
    return Usage(
        uncached=_count(wire.get("input_tokens")),
        cache_read=_count(wire.get("cache_read_input_tokens")),
        cache_write=max(0, written - short - long),
        cache_write_5m=short,
        cache_write_1h=long,
        output_text=output - thinking,
        reasoning=thinking,
        server_tools=_server_tools(_mapping(wire.get("server_tool_use"))),
        raw=raw,
    )


def decode_cost(wire: dict[str, Any] | None) -> Cost | None:
    """Return the cost where the host puts one into its usage object."""
    cost = (wire or {}).get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float | Decimal | str):
        return None
    try:
        usd = Decimal(str(cost))
    except InvalidOperation:
        return None
    return Cost(amount=usd) if usd.is_finite() and usd >= 0 else None


def service_tier(wire: dict[str, Any] | None) -> str | None:
    """Return the tier that served the request; its fast mode is told apart from the tier, and has prices of its own."""
    told = wire or {}
    tier = "fast" if told.get("speed") == "fast" else told.get("service_tier")
    return tier if isinstance(tier, str) else None


def region(wire: dict[str, Any] | None) -> str | None:
    """Return where the model ran, if the request was kept somewhere."""
    place = (wire or {}).get("inference_geo")
    return place if isinstance(place, str) and place not in ("", "not_available") else None


def merged(first: dict[str, Any] | None, later: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return usage as it stands at the end of a stream: later figures are totals that correct the first ones."""
    if not first or not later:
        return later or first
    return {**first, **{name: value for name, value in later.items() if value is not None}}


def _server_tools(counts: dict[str, Any]) -> dict[str, int]:
    return {name.removesuffix(_REQUESTS): count for name, value in counts.items() if (count := _count(value))}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    if type(value) is int:
        return value if value > 0 else 0
    return max(0, int(value)) if isinstance(value, float) and isfinite(value) else 0
