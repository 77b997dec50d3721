"""A limit as a user writes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fnmatch import fnmatchcase
from hashlib import sha256

import msgspec

from llmkit.errors import ConfigurationError, nearest
from llmkit.limits.rate import SECOND, Rate

NAMES = ("provider", "model", "provider_key", "key", "tenant", "user")
"""What limits can be kept apart by. `provider_key` is the place of the provider's key, as `openai#0`; `key` the gateway's key."""
_LONGEST = 128
"""Most characters of a name that are kept as they are: a name may come from outside."""


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `requests` and `tokens` each `per` seconds, for each provider, model, provider_key, key, tenant or user that `by` names.

    `burst` (and `token_burst`) is how much may go at once after a rest, the whole amount unless it is given: over any `t` seconds
    never more than `burst + t * requests / per` go out. `where` says to which calls it applies: `{"model": "openai/gpt-5*"}`.
    """

    requests: int | None = None
    tokens: int | None = None
    per: float = 60.0
    burst: int | None = None
    token_burst: int | None = None
    by: tuple[str, ...] = ("model",)
    where: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        for field in ("requests", "tokens", "burst", "token_burst"):
            value = getattr(self, field)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**15):
                raise ConfigurationError(f"Limit.{field} must be a whole number from 1 on, not {value!r}.", parameter=field)
        if self.requests is None and self.tokens is None:
            raise ConfigurationError("A limit without requests= and tokens= limits nothing.", parameter="requests")
        if self.burst is not None and self.requests is None:
            raise ConfigurationError("Limit.burst counts requests.", parameter="burst", hint="Pass requests=, or token_burst=.")
        if self.token_burst is not None and self.tokens is None:
            raise ConfigurationError("Limit.token_burst counts tokens.", parameter="token_burst", hint="Pass tokens=, or burst=.")
        if isinstance(self.per, bool) or not isinstance(self.per, int | float) or not 1e-6 <= self.per <= 366 * 86400:
            raise ConfigurationError(f"Limit.per must be seconds, a year at most, not {self.per!r}.", parameter="per")
        if isinstance(self.by, str):
            raise ConfigurationError("Limit.by is a tuple of names.", parameter="by", hint=f"Write by=({self.by!r},).")
        for parameter, names in (("by", self.by), ("where", tuple(self.where))):
            _check_names(parameter, names)

    def rates(self) -> tuple[Rate | None, Rate | None]:
        """Return how fast requests and tokens may go."""
        requests = None if self.requests is None else Rate.of(self.requests, self.per, self.burst)
        tokens = None if self.tokens is None else Rate.of(self.tokens, self.per, self.token_burst)
        return requests, tokens

    def applies(self, names: Mapping[str, str]) -> bool:
        """Tell whether a call with these names counts."""
        return all(fnmatchcase(names[name], pattern) for name, pattern in self.where.items())

    def values(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Return what the bucket of a call with these names is called."""
        return tuple([short(names[name]) for name in self.by])


def short(name: str) -> str:
    """Return `name`, or where it is long something short that stands for it alone."""
    return name if len(name) <= _LONGEST else f"sha256 {sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def nanoseconds(seconds: float) -> int:
    """Return whole nanoseconds, rounded down: as a reading of a clock is."""
    return math.floor(seconds * SECOND)


def _check_names(parameter: str, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in NAMES:
            near = nearest(name, NAMES)
            hint = f"Did you mean {near[0]}?" if near else f"Names: {', '.join(NAMES)}."
            raise ConfigurationError(f"Limit.{parameter} does not know {name!r}.", parameter=parameter, hint=hint)
