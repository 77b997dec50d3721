"""Read the price of a merged fact: an object of figures per million tokens or per unit becomes a `Price`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, get_args

from llmkit.types.price import Price, Rate, RateCard, Service, Tier, Window
from tools.registry.amounts import amount, amounts, plain, scaled

RATES = dict(zip(get_args(Rate), get_args(Rate), strict=True)) | {"x_cache_image_read_mtok": "image_cache_read"}
SERVICES: tuple[str, ...] = tuple(name for name in get_args(Service) if name != "off_peak")
UNITS = {
    "per_image_out": "image",
    "per_image_in": "image_in",
    "per_megapixel": "megapixel",
    "per_pixel_out": "pixel",
    "per_pixel_in": "pixel_in",
    "per_second_out": "second",
    "video_per_second_out": "second",
    "per_second_in": "second_in",
    "per_second": "session_second",
    "audio_per_second_in": "audio_second_in",
    "video_per_second_in": "video_second_in",
    "per_video_out": "video",
    "per_page": "page",
    "per_page_annotation": "page_annotation",
    "per_query": "query",
    "per_request": "request",
    "per_session": "session",
    "per_credit": "credit",
    "per_1m_chars_in": "characters_in",
    "per_1m_chars_out": "characters",
    "x_input_audio_hours": "hour_in",
    "x_input_text_messages_kcount": "thousand_messages",
}
_THOUSANDS = {"x_input_document_kpages": "page", "x_input_annotated_document_kpages": "page_annotation"}
_FEES = {"web_search_per_query": "web_search", "file_search_per_query": "file_search", "maps_per_query": "maps"}
_SIZES = {"per_image_out_by_size": "image", "per_second_out_by_resolution": "second"}
_BY_INPUT = ({"textInputRange"}, {"textInput"})
_MINUTES = 24 * 60


def price(raw: Mapping[str, Any]) -> Price:
    """Return all that `raw` says, as it stands: whether it can be true is for `sound` to judge."""
    raw = _with_lookups(raw)
    plain_card = card(raw)
    peak = raw.get("off_peak") or {}
    services = dict(plain_card.services)
    if peak:
        services["off_peak"] = card(peak)
    native = {key: value for key, value in (raw.get("native") or {}).items() if key != "currency"}
    return Price(
        rates=plain_card.rates,
        tiers=plain_card.tiers,
        services=services | _multiplied(plain_card, raw.get("service_tiers_raw") or {}),
        currency=raw.get("currency") or "USD",
        regions=_regions(raw),
        uplifts={region: factor for region, value in (raw.get("regional_uplift") or {}).items() if (factor := amount(value)) is not None},
        off_peak=tuple([window for entry in peak.get("windows", ()) for window in windows(entry)]),
        units=_units(raw),
        variants=_variants(raw),
        fees=_fees(raw),
        native=card(native) if native else None,
        native_currency=(raw.get("native") or {}).get("currency", ""),
    )


def card(raw: Mapping[str, Any]) -> RateCard:
    """Return the token prices of `raw`."""
    tiers = [Tier(above=int(tier["above"]), rates=amounts(tier, RATES)) for tier in raw.get("tiers") or ()]
    return RateCard(
        rates=amounts(raw, RATES),
        tiers=tuple(sorted(tiers, key=lambda tier: tier.above)),
        services={name: card(raw[name]) for name in SERVICES if isinstance(raw.get(name), dict)},
    )


def _units(raw: Mapping[str, Any]) -> dict[str, Decimal]:
    thousands = {ours: value for theirs, ours in _THOUSANDS.items() if (value := scaled(raw.get(theirs), "0.001")) is not None}
    return amounts(raw, UNITS) | thousands


def _fees(raw: Mapping[str, Any]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for theirs, ours in _FEES.items():
        sizes = raw.get(theirs)
        if isinstance(sizes, dict):
            usual = amount(sizes.get("medium"))
            other = {f"{ours}:{size}": fee for size in ("low", "high") if (fee := amount(sizes.get(size))) not in (None, usual)}
            found |= ({ours: usual} if usual is not None else {}) | {size: fee for size, fee in other.items() if fee is not None}
        elif (fee := amount(sizes)) is not None:
            found[ours] = fee
    for key, value in raw.items():
        if key.startswith('{"search_type":') and (fee := amount(value.get("web_search_per_query"))) is not None:
            found[f"web_search:{key.split(chr(34))[3]}"] = fee
    return found


def _regions(raw: Mapping[str, Any]) -> dict[str, RateCard]:
    routes = {key.split('"')[3].rpartition("/")[2]: value for key, value in raw.items() if key.startswith('{"route":')}
    return {region: card(value) for region, value in sorted({**(raw.get("regional") or {}), **routes}.items())}


def _variants(raw: Mapping[str, Any]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for theirs, unit in _SIZES.items():
        for name, value in (raw.get(theirs) or {}).items():
            _put(found, unit, name, value)
    for name, prices in (raw.get("by_variant") or {}).items():
        if "commitment" in name:  # Capacity by the month is no price of a call.
            continue
        for theirs, value in prices.items():
            # What one source calls the price of an input picture or pixel is, with a size in its name, that of the picture made.
            unit = {"per_image_in": "image", "per_pixel_in": "pixel"}.get(theirs) or UNITS.get(theirs, "")
            if value and unit:
                _put(found, unit, name, value)
    for theirs, value in (raw.get("batch") or {}).items():
        if theirs in UNITS:
            _put(found, UNITS[theirs], "batch", value)
    return {unit: dict(sorted(prices.items())) for unit, prices in sorted(found.items())}


def _put(found: dict[str, dict[str, Decimal]], unit: str, name: str, value: object) -> None:
    exact = amount(value)
    if exact is not None:
        found.setdefault(unit, {})[name.replace("-x-", "x").replace("_", "x")] = exact


def _multiplied(usual: RateCard, factors: Mapping[str, Any]) -> dict[str, RateCard]:
    services: dict[str, RateCard] = {}
    for name, value in factors.items():
        factor = amount(value)
        if factor is not None and name in SERVICES and name not in usual.services:
            tiers = tuple([Tier(above=tier.above, rates=_times(tier.rates, factor)) for tier in usual.tiers])
            services[name] = RateCard(rates=_times(usual.rates, factor), tiers=tiers)
    return services


def _times(rates: Mapping[str, Decimal], factor: Decimal) -> dict[str, Decimal]:
    return {name: plain(rate * factor) for name, rate in rates.items()}


def windows(entry: Mapping[str, Any]) -> list[Window]:
    """Return the hours of an entry such as `{"hours_utc": ["00:00-01:00"], "weekdays": [1, 2]}`."""
    hours = entry["hours_utc"]
    found: list[Window] = []
    for span in [hours] if isinstance(hours, str) else hours:
        start, end = [int(clock[:2]) * 60 + int(clock[3:5]) for clock in span.split("-")]
        found.append(Window(start=start, end=end or _MINUTES, weekdays=tuple(entry.get("weekdays") or range(1, 8))))
    return found


def _with_lookups(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return `raw` with its tables by length of input as tiers; a price that depends on anything else is not known."""
    tables = raw.get("lookup") or {}
    known = {key: value for key, value in raw.items() if key != "lookup"}
    by_length: dict[str, dict[int, Any]] = {}
    for name, table in tables.items():
        axes, prices = set(table["by"]), table["prices"]
        if axes == {"ttl"}:
            known |= _by_lifetime(name, prices)
        elif axes in _BY_INPUT:
            by_length[name] = {_thousands(span): value for span, value in prices.items()}
        elif "textInputRange" in axes:
            by_length[name] = _where_single(prices)
        else:
            known.pop(name, None)
    return _tiered(known, by_length) if by_length else known


def _by_lifetime(name: str, prices: Mapping[str, Any]) -> dict[str, Any]:
    # One hour alone is the rent of the store (seen at Gemini and Doubao), not what writing a token costs.
    return {name: prices.get("5m"), f"{name}_1h": prices.get("1h")} if "5m" in prices else {name: None}


def _where_single(prices: Mapping[str, Any]) -> dict[int, Any]:
    """Return the prices of input lengths that have but one, whatever the length of the output."""
    grouped: dict[int, list[Any]] = {}
    for spans, value in prices.items():
        grouped.setdefault(_thousands(spans), []).append(value)
    return {above: values[0] if len(values) == 1 else None for above, values in grouped.items()}


def _thousands(span: str) -> int:
    return int(Decimal(span.split(",")[0].strip("[(")) * 1_000_000)


def _tiered(known: dict[str, Any], by_length: Mapping[str, Mapping[int, Any]]) -> dict[str, Any]:
    steps = sorted({above for prices in by_length.values() for above in prices})
    flat = {name: known[name] for name in RATES if name in known and name not in by_length}
    cards = [{"above": above, **flat, **{name: _at(prices, above) for name, prices in by_length.items()}} for above in steps]
    changed = [later for earlier, later in pairwise(cards) if {**earlier, "above": 0} != {**later, "above": 0}]
    first = {name: value for name, value in cards[0].items() if name != "above"}
    return {**known, **first, "tiers": changed}


def _at(prices: Mapping[int, Any], above: int) -> Any:
    return prices[max(start for start in prices if start <= above)]
