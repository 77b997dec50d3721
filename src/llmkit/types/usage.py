"""How many tokens a call used, in buckets that do not overlap, and what it cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from llmkit.types.model import NO_NATIVE, Model


class Usage(Model, frozen=True, kw_only=True):
    """Tokens by bucket.

    Input is `uncached + cache_read + cache_write_*`, output is `output_text + reasoning + output_audio + output_image`.

    Whatever the provider's convention (some count cached tokens inside their input figure, some outside), the sums hold.
    `input_audio` and `input_image` say how much of the input was audio or image, where the provider tells.
    """

    uncached: int = 0
    cache_read: int = 0
    cache_write: int = 0
    """Written to a cache of unstated or other lifetime."""
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output_text: int = 0
    reasoning: int = 0
    output_audio: int = 0
    output_image: int = 0
    input_audio: int = 0
    input_image: int = 0
    server_tools: dict[str, int] = {}
    """Calls of the provider's own tools by name, such as `web_search`."""
    source: Literal["reported", "estimated"] = "reported"
    raw: msgspec.Raw = NO_NATIVE
    """The provider's own usage object."""

    @property
    def input(self) -> int:
        """Return all input tokens."""
        return self.uncached + self.cache_read + self.cache_write + self.cache_write_5m + self.cache_write_1h

    @property
    def output(self) -> int:
        """Return all output tokens, reasoning included."""
        return self.output_text + self.reasoning + self.output_audio + self.output_image

    @property
    def total(self) -> int:
        """Return input and output together."""
        return self.input + self.output


class Cost(Model, frozen=True, kw_only=True):
    """What a call cost, and who says so.

    `basis` is `provider` (the answer itself told it), `registry` (tokens or units times listed prices of the day `as_of`), or
    `mixed` (a sum of both). An unknown cost is None instead of a `Cost`.
    """

    amount: Decimal
    """In `currency`; it is never converted."""
    currency: str = "USD"
    """An ISO 4217 code."""
    basis: Literal["provider", "registry", "mixed"] = "provider"
    as_of: str | None = None
    """The date (ISO 8601) of the listed prices."""
    buckets: dict[str, Decimal] = {}
    """The amount by what it was for: the buckets of `Usage`, units such as `image`, and `tool:web_search`. Empty: only the sum is known."""
    estimated: bool = False
    """It rests on estimated tokens."""

    @property
    def usd(self) -> Decimal | None:
        """Return the amount in US dollars; None where the price is in another currency."""
        return self.amount if self.currency == "USD" else None

    def __str__(self) -> str:
        about = "about " if self.estimated else ""
        money = f"${self.amount:f}" if self.currency == "USD" else f"{self.amount:f} {self.currency}"
        return f"{about}{money} ({self.basis})"
