"""Read from response headers when a limit that was hit is lifted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from llmkit.dialects.retry_after import retry_after, seconds_of, seconds_until

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LIMITS = ("requests", "tokens")
_LONGEST = 64
"""Characters of a duration that are looked at; a longer one is none."""


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait: from `Retry-After` and its kin, else from the reset of the limit that has nothing left."""
    wait = retry_after(headers)
    if wait is not None:
        return wait
    resets = [
        _duration(headers.get(f"x-ratelimit-reset-{limit}"))
        for limit in _LIMITS
        if seconds_of(headers.get(f"x-ratelimit-remaining-{limit}")) == 0
    ]
    known = [reset for reset in resets if reset is not None]
    return max(known) if known else _moment(headers)


def _duration(value: str | None) -> float | None:
    """Return the seconds in `1m30.5s`, `115ms` or a plain number."""
    plain = seconds_of(value)
    if plain is not None or not value:
        return plain
    parts = _DURATION.findall(value[:_LONGEST])
    if not parts or "".join([number + unit for number, unit in parts]) != value.strip():
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def _moment(headers: Mapping[str, str]) -> float | None:
    """Some hosts say the moment of the reset, in milliseconds since 1970."""
    stamp = seconds_of(headers.get("x-ratelimit-reset"))
    if stamp is None or stamp < 1e12 or stamp > 1e14:
        return None
    return seconds_until(headers, datetime.fromtimestamp(stamp / 1000, UTC))
