"""Judge what sources say of a model: a figure that cannot be true is repaired where its mistake is known, else left out.

Every rule names the mistake it was seen to answer; what it takes out is reported with a reason, never replaced by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard
from tools.registry.listed import CHEAP_OUTPUT, DEAR_INPUT, matches
from tools.registry.sound_rates import sound_card

TALKS = ("chat", "completion")
DEAREST = Decimal(200)
"""The most that a million tokens of a conversation's input cost, in USD, but for models that are listed."""
DEAREST_VECTORS = Decimal(20)
"""The same for embeddings, ranking and judging; the first embeddings by davinci cost 20."""
_READS = ("embedding", "rerank", "moderation", "decision")
LEAST_OUTPUT = Decimal("0.5")
"""Output is not cheaper than this part of input, but for models that are listed."""
YUAN = Decimal(8)
"""How many CNY a limit in USD is, generously."""
DEAREST_FEE = Decimal("0.05")
LEAST = {"image": Decimal("0.0005"), "megapixel": Decimal("0.0005"), "second": Decimal("0.002")}
"""Less than this per unit made is a price per token or a cent taken for a dollar."""
MOST = {"image": Decimal(2), "second": Decimal("3"), "page": Decimal("1"), "query": Decimal("0.5")}

Rule = Callable[[ModelInfo, Price], tuple[Price | None, str]]


def sound(info: ModelInfo) -> tuple[ModelInfo, list[str]]:
    """Return the model with what can be true of its price, and what was taken out and why."""
    reasons: list[str] = []
    price = info.price
    for rule in _RULES:
        if price is None:
            break
        price, reason = rule(info, price)
        if reason:
            reasons.append(reason)
    paid = price is not None and _any_above_zero(price)
    return info.replace(price=price, free=info.free and not paid, subscription=info.subscription and not paid), reasons


def _one_zero_is_no_price(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    if info.free or info.subscription or _any_above_zero(price):
        return price, ""
    return None, "all prices are zero, and nobody says that it is free"


def _token_zeros_beside_units(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    rates = price.rates
    if (price.units or price.variants) and rates and not any(rates.values()) and _any_above_zero(price):
        return price.replace(rates={}, tiers=()), ""  # a filler: the price is the unit's
    return price, ""


def _sound_cards(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    reasons: set[str] = set()
    usual = sound_card(price, info, reasons, YUAN if price.currency == "CNY" else Decimal(1))
    regions = {name: sound_card(card, info, reasons) for name, card in price.regions.items()}
    native = sound_card(price.native, info, reasons, YUAN) if price.native is not None else None
    if native is not None and (not any(native.rates.values()) or native.rates == usual.rates):
        native = None  # zero is not known to be free; the same figure in two currencies is one of them
    price = price.replace(
        rates=usual.rates,
        tiers=usual.tiers,
        services={name: card for name, card in usual.services.items() if card != RateCard()},
        regions={name: card for name, card in regions.items() if card != RateCard()},
        native=native,
        native_currency=price.native_currency if native is not None else "",
    )
    return price, "; ".join(sorted(reasons))


def _units_once(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    """Leave each thing one price: some sources list the same one per token, per character and per second."""
    units = {name: value for name, value in price.units.items() if value or not any(price.units.values())}
    rates = dict(price.rates)
    if units.get("second") and units.get("second") == units.get("second_in"):
        del units["second"]
    if info.mode == "stt" and "second" in units:  # said of what goes in
        units.setdefault("second_in", units.pop("second"))
    if "hour_in" in units:
        units.pop("session_second", None)
    if info.mode == "tts" and units.get("characters_in") and not rates.get("audio_out") and not rates.get("output"):
        rates = {}
    if rates.get("input"):
        units.pop("characters_in", None)
        units.pop("characters", None)
    if rates.get("audio_out"):
        units.pop("second", None)
    return price.replace(units=units, rates=rates), ""


def _pictures_once(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    units = dict(price.units)
    variants = dict(price.variants)
    pictured = info.mode in ("image", *TALKS)
    if info.mode == "image" and "image_in" in units and not units.get("image"):
        units["image"] = units.pop("image_in")  # one source lists the picture that is made as one that is given
    if units.get("image") and units.get("image") == units.get("image_in"):
        del units["image_in"]
    if info.mode == "image" and units.get("pixel_in") and not units.get("pixel"):
        units["pixel"] = units.pop("pixel_in")
    if pictured and price.rates.get("input"):
        units.pop("image_in", None)  # the same picture, which is billed by its tokens
    by_tokens = price.rates.get("image_out") or price.rates.get("output")
    if "image" in units and by_tokens:  # billed by tokens: the price of a picture is what that comes to
        variants["image"] = {"default": units.pop("image"), **variants.get("image", {})}
    elif "image" not in units and "default" in variants.get("image", {}) and not by_tokens:
        units["image"] = variants["image"]["default"]
    if by_tokens and info.mode != "image" and "image" not in info.outputs:
        variants.pop("image", None)
    return price.replace(units=units, variants=variants), ""


def _songs(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    if info.mode != "music" or "image" not in price.units:
        return price, ""
    units = {"request" if name == "image" else name: value for name, value in price.units.items()}
    return price.replace(units=units), "a price per song was listed as one per picture: repaired"


def _units_in_reach(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    scale = YUAN if price.currency == "CNY" else Decimal(1)

    def fits(unit: str, value: Decimal) -> bool:
        made = unit in LEAST and 0 < value < LEAST[unit] * scale and info.mode in ("image", "video", *TALKS)
        return not made and value <= MOST.get(unit, value) * scale

    units = {unit: value for unit, value in price.units.items() if fits(unit, value)}
    variants = {unit: {name: value for name, value in kinds.items() if fits(unit, value)} for unit, kinds in price.variants.items()}
    fees = {name: fee for name, fee in price.fees.items() if fee <= DEAREST_FEE}
    out = [f"{unit} {value}" for unit, value in price.units.items() if unit not in units]
    out += [f"fee {name} {fee}" for name, fee in price.fees.items() if name not in fees]
    variants = {unit: kinds for unit, kinds in variants.items() if kinds}
    reason = f"out of reach: {', '.join(out)}" if out else ""
    return price.replace(units=units, variants=variants, fees=fees), reason


def _output_dearer_than_input(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    cost_in, cost_out = price.rates.get("input"), price.rates.get("output")
    if info.mode not in TALKS or not cost_in or cost_out is None or matches(CHEAP_OUTPUT, info):
        return price, ""
    if cost_out < LEAST_OUTPUT * cost_in:
        return None, f"output {cost_out} is cheaper than half of input {cost_in}"
    return price, ""


def _input_in_reach(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    cost_in = price.rates.get("input")
    scale = YUAN if price.currency == "CNY" else Decimal(1)
    most = DEAREST if info.mode in TALKS else DEAREST_VECTORS if info.mode in _READS else None
    if most is not None and cost_in and cost_in > most * scale and not matches(DEAR_INPUT, info):
        return None, f"input {cost_in} is out of reach"
    return price, ""


def _known(info: ModelInfo, price: Price) -> tuple[Price | None, str]:
    if price.known or any(card.rates or card.tiers for card in (*price.services.values(), *price.regions.values())) or price.tiers:
        return price, ""
    return None, ""


def _any_above_zero(price: Price) -> bool:
    cards = [price, *price.services.values(), *price.regions.values(), *([price.native] if price.native is not None else [])]
    rates = [rate for card in cards for rate in (*card.rates.values(), *[rate for tier in card.tiers for rate in tier.rates.values()])]
    return any((*rates, *price.units.values(), *[value for kinds in price.variants.values() for value in kinds.values()]))


_RULES: tuple[Rule, ...] = (
    _one_zero_is_no_price,
    _token_zeros_beside_units,
    _input_in_reach,
    _sound_cards,
    _songs,
    _units_once,
    _pictures_once,
    _units_in_reach,
    _output_dearer_than_input,
    _token_zeros_beside_units,
    _one_zero_is_no_price,
    _known,
)

NO_MODEL = re.compile(r"^(?:low|medium|high|hd|standard|auto)/\d+-x-\d+/")
"""Keys of a price list that name a size besides the model: no provider takes them as an id."""
