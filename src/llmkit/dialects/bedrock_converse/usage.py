"""Token counts. This format counts cached tokens outside `inputTokens` and thinking inside `outputTokens`."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from llmkit.types.usage import Usage


def decode_usage(wire: Any, raw: msgspec.Raw) -> Usage | None:
    """Return the buckets of a usage object, None if there is none."""
    if not isinstance(wire, dict) or not wire:
        return None
    written = _count(wire.get("cacheWriteInputTokens", wire.get("cacheWriteInputTokenCount")))
    lived = {"5m": 0, "1h": 0}
    details = wire.get("cacheDetails")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and detail.get("ttl") in ("5m", "1h"):
            lived[detail["ttl"]] += _count(detail.get("inputTokens"))
    if sum(lived.values()) > written:
        lived = dict.fromkeys(lived, 0)  # the details contradict the total, which is what is billed
    tools = wire.get("serverToolUsage")
    return Usage(
        uncached=_count(wire.get("inputTokens")),
        cache_read=_count(wire.get("cacheReadInputTokens", wire.get("cacheReadInputTokenCount"))),
        cache_write=written - sum(lived.values()),
        cache_write_5m=lived["5m"],
        cache_write_1h=lived["1h"],
        output_text=_count(wire.get("outputTokens")),
        server_tools={name: count for name, value in tools.items() if (count := _count(value))} if isinstance(tools, dict) else {},
        raw=raw,
    )


def _count(value: Any) -> int:
    if type(value) is int:
        return value if value > 0 else 0
    return max(0, int(value)) if isinstance(value, float) and isfinite(value) else 0
