"""What a model costs: listed prices, exact decimals, nothing that is not known."""

# Without postponed annotations: evaluating them would be most of the time that a first look-up takes.
from decimal import Decimal
from typing import Literal, TypeAlias

from llmkit.types.model import Model

Unit: TypeAlias = Literal[
    "image",  # a picture made
    "image_in",  # a picture given
    "megapixel",
    "pixel",
    "pixel_in",
    "second",  # of sound or film made
    "second_in",  # of sound given
    "session_second",  # of a connection, whatever goes through it
    "audio_second_in",
    "video_second_in",
    "video",  # a film made
    "page",
    "page_annotation",
    "query",  # a search or a ranking
    "request",
    "session",
    "credit",  # the provider's own money
    "characters_in",  # a million characters
    "characters",  # a million characters made
    "hour_in",  # of sound
    "thousand_pages",
    "thousand_annotated_pages",
    "thousand_messages",
]
Service: TypeAlias = Literal["batch", "flex", "priority", "fast", "ultrafast", "balanced", "thinking", "decisions", "off_peak"]
"""Ways to be served that have prices of their own; `thinking`: the model thought before it answered."""


Rate: TypeAlias = Literal[
    "input",
    "output",
    "cache_read",
    "cache_write",  # for five minutes, or whatever the provider's usual lifetime is
    "cache_write_1h",
    "cache_write_12h",
    "reasoning",  # where thinking costs another price than words
    "audio_in",
    "audio_out",
    "audio_cache_read",
    "audio_cache_write",
    "image_in",
    "image_out",
    "image_cache_read",
    "video_in",
    "video_out",
    "citation",
]
"""What is billed by tokens. A rate that is missing is not known, or there is no such thing; it is billed as the plainer bucket."""


class Tier(Model, frozen=True, kw_only=True):
    """The rates of a whole request whose input has more than `above` tokens."""

    above: int
    rates: dict[str, Decimal] = {}


class RateCard(Model, frozen=True, kw_only=True):
    """Prices per million tokens, by `Rate`."""

    rates: dict[str, Decimal] = {}
    tiers: tuple[Tier, ...] = ()
    """Sorted by `above`."""
    services: dict[str, "RateCard"] = {}
    """Ways to be served that have rates of their own, by `Service`."""

    @property
    def input(self) -> Decimal | None:
        """Return the price of a million tokens of input."""
        return self.rates.get("input")

    @property
    def output(self) -> Decimal | None:
        """Return the price of a million tokens of output."""
        return self.rates.get("output")

    @property
    def cache_read(self) -> Decimal | None:
        """Return the price of a million tokens read from a cache."""
        return self.rates.get("cache_read")

    @property
    def cache_write(self) -> Decimal | None:
        """Return the price of a million tokens written to a cache."""
        return self.rates.get("cache_write")


class Window(Model, frozen=True, kw_only=True):
    """Hours of the week in UTC: `start` to `end` as minutes of the day (end exclusive), on `weekdays` (1 = Monday)."""

    start: int
    end: int
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


class Price(RateCard, frozen=True, kw_only=True):
    """All that is listed for a model."""

    currency: str = "USD"
    """An ISO 4217 code. Prices are kept as they were listed and never converted."""
    regions: dict[str, RateCard] = {}
    """Instead of the plain rates, by region or by group of regions (`us`, `eu`, `us-gov-west-1`)."""
    uplifts: dict[str, Decimal] = {}
    """Factors on all token rates by group of regions, where data stays (`eu`, `us`, `regional`)."""
    off_peak: tuple[Window, ...] = ()
    """When `services["off_peak"]` holds; the plain rates are those of the peak."""
    units: dict[str, Decimal] = {}
    """What is not billed by tokens, by `Unit`."""
    variants: dict[str, dict[str, Decimal]] = {}
    """Other prices of a unit by size, quality or resolution: `{"image": {"high/1024x1024": ...}}`; `default` is the usual one."""
    fees: dict[str, Decimal] = {}
    """What a call of a server tool costs: `web_search`, `web_search:high` (by size of context), `file_search`, `maps`.

    `web_search:answer` is the fee of an answer that searched, however often."""
    native: RateCard | None = None
    """The list in the seller's own currency `native_currency`, where there are both."""
    native_currency: str = ""

    @property
    def known(self) -> bool:
        """Return whether anything at all is priced."""
        return bool(self.rates or self.units or self.variants)
