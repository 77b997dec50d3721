"""Refuse a registry that cannot be right: every guard returns a fault for every line that breaks it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, get_args

from llmkit.types.model_info import Mode, ModelInfo, ModelStatus
from llmkit.types.price import Price, Rate, RateCard, Service, Unit
from tools.registry.fact import Fact
from tools.registry.golden import GOLDEN, Golden
from tools.registry.sound import sound

LARGEST_CHANGE = 3
FALL = Decimal("0.05")
FEW = 20
"""A provider with fewer models may lose any number of them."""
_ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_DATES = ("price_as_of", "release_date", "updated", "knowledge_cutoff", "deprecation_date", "last_seen")
_LIMITS = ("context_window", "max_input", "max_output", "dimensions")
_PLACEHOLDER = {"input": Decimal(1), "output": Decimal(5)}


class Fault(NamedTuple):
    """What is wrong with a line."""

    model: str
    fault: str

    def __str__(self) -> str:
        return f"{self.model}: {self.fault}"


def faults(facts: Sequence[Fact], golden: Mapping[str, Golden] = GOLDEN) -> list[Fault]:
    """Return every fault that the lines have by themselves."""
    found = [Fault(fact.info.model, text) for fact in facts for text in _line(fact)]
    return [*found, *order(facts), *names(facts), *golden_faults(facts, golden)]


def _line(fact: Fact) -> Iterator[str]:
    info = fact.info
    yield from schema(info)
    if info.price is not None:
        yield from sourced(fact)
        yield from negatives(info.price)
        sounder, reasons = sound(info)
        yield from reasons
        if sounder != info and not reasons:
            yield "one thing has two prices (by token and by unit), or a price is not in its place: see sound.py"
    elif info.free or info.subscription or info.price_source or info.price_as_of:
        yield "without a price it has no source or date of one, and is not known to be free"


def schema(info: ModelInfo) -> Iterator[str]:
    """Yield what does not fit the words and forms that are known."""
    if info.mode not in get_args(Mode):
        yield f"mode {info.mode!r} is not known"
    if info.status not in get_args(ModelStatus):
        yield f"status {info.status!r} is not known"
    for name in _DATES:
        date = getattr(info, name)
        if date is not None and not _ISO.fullmatch(date):
            yield f"{name} {date!r} is no date of ISO 8601"
    for name in _LIMITS:
        limit = getattr(info, name)
        if limit is not None and limit <= 0:
            yield f"{name} {limit} is no limit"
    if "" in (info.provider, info.id) or info.id != info.id.strip():
        yield "provider and id must be words"
    if info.price is not None:
        yield from _price_words(info.price)


def _price_words(price: Price) -> Iterator[str]:
    known = (("unit", price.units, Unit), ("unit of variants", price.variants, Unit), ("service", price.services, Service))
    for word, names, literal in known:
        yield from [f"{word} {name!r} is not known" for name in names if name not in get_args(literal)]
    for card in _cards(price):
        rates = {*card.rates, *[name for tier in card.tiers for name in tier.rates]}
        yield from [f"rate {name!r} is not known" for name in sorted(rates - set(get_args(Rate)))]
        if [tier.above for tier in card.tiers] != sorted({tier.above for tier in card.tiers}):
            yield "tiers are not in order"
    if not re.fullmatch("[A-Z]{3}", price.currency) or (price.native is None) != (not price.native_currency):
        yield f"currency {price.currency!r}, {price.native_currency!r} is none"
    if ("off_peak" in price.services) != bool(price.off_peak):
        yield "off-peak prices and their hours belong together"
    if not all(0 <= window.start < window.end <= 24 * 60 and set(window.weekdays) <= set(range(1, 8)) for window in price.off_peak):
        yield "off-peak hours are not of a day"


def sourced(fact: Fact) -> Iterator[str]:
    """Yield where nobody stands behind the price."""
    info = fact.info
    if not info.price_source or not info.price_as_of:
        yield "a price needs its source and date"
        if info.price is not None and info.price.rates == _PLACEHOLDER:
            yield "1 and 5 without a source are a placeholder"
    elif not fact.evidence.sources:
        yield "a price needs evidence"


def negatives(price: Price) -> Iterator[str]:
    """Yield amounts below zero."""
    tables: list[Mapping[str, Decimal]] = [price.units, price.fees, price.uplifts, *price.variants.values()]
    for card in _cards(price):
        tables += [card.rates, *[tier.rates for tier in card.tiers]]
    yield from [f"{name} {value} is negative" for table in tables for name, value in table.items() if value < 0]


def order(facts: Sequence[Fact]) -> Iterator[Fault]:
    """Yield lines that stand twice or not in order."""
    for earlier, later in pairwise(facts):
        before, after = (earlier.info.provider, earlier.info.id), (later.info.provider, later.info.id)
        if before == after:
            yield Fault(later.info.model, "stands there twice")
        elif before > after:
            yield Fault(later.info.model, f"stands after {earlier.info.model}: lines are sorted by id")


def names(facts: Iterable[Fact]) -> Iterator[Fault]:
    """Yield aliases that mean another model."""
    known = list(facts)
    ids = {(fact.info.provider, fact.info.id) for fact in known}
    owners = Counter((fact.info.provider, alias) for fact in known for alias in fact.info.aliases)
    for fact in known:
        for alias in fact.info.aliases:
            if (fact.info.provider, alias) in ids:
                yield Fault(fact.info.model, f"alias {alias!r} is the id of another model")
            elif owners[fact.info.provider, alias] > 1:
                yield Fault(fact.info.model, f"alias {alias!r} stands at more than one model")


def unnamed(facts: Iterable[Fact], names: Mapping[str, str]) -> Iterator[Fault]:
    """Yield providers that the catalogue knows by another name."""
    for provider in sorted({fact.info.provider for fact in facts}):
        if names.get(provider, provider) != provider:
            yield Fault(provider, f"is {names[provider]} in the catalogue: run `format`")


def golden_faults(facts: Iterable[Fact], golden: Mapping[str, Golden]) -> Iterator[Fault]:
    """Yield models whose price is not the one that was looked up by hand."""
    found = {fact.info.model: fact.info.price for fact in facts if fact.info.model in golden}
    for model, expected in golden.items():
        price = found.get(model)
        rates = {name: price.rates.get(name) for name in expected.rates} if price is not None else {}
        if rates != expected.rates:
            yield Fault(model, f"golden prices {_figures(expected.rates)} ({expected.source}, {expected.date}), here {_figures(rates)}")


def changes(before: Sequence[Fact], facts: Sequence[Fact], reviewed: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what differs so much from the committed registry that somebody must have looked at it: see `registry/reviewed.json`."""
    old = {fact.info.model: fact.info.price for fact in before}
    for fact in facts:
        was, now = old.get(fact.info.model), fact.info.price
        if was is None or now is None or was.currency != now.currency:
            continue
        for name in ("input", "output"):
            one, other = was.rates.get(name), now.rates.get(name)
            if one and other and max(one, other) > LARGEST_CHANGE * min(one, other):
                change = f"{name} {one} -> {other}"
                if change not in reviewed.get(fact.info.model, ""):
                    yield Fault(fact.info.model, f"{change} is a change by more than {LARGEST_CHANGE}: say why in reviewed.json")
    yield from _fallen(before, facts, reviewed)


def reviewed(folder: Path) -> dict[str, str]:
    """Return what somebody looked at and found right: by model, the change and the reason. Raises ValueError."""
    path = folder / "reviewed.json"
    if not path.exists():
        return {}
    said = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(said, dict) or not all(isinstance(reason, str) for reason in said.values()):
        raise ValueError(f"{path} must be an object of texts.")
    return said


def _fallen(before: Sequence[Fact], facts: Sequence[Fact], reviewed: Mapping[str, str]) -> Iterator[Fault]:
    counts = [_counts(before), _counts(facts)]
    for what, was in counts[0].items():
        now = counts[1][what]
        if now < was * (1 - FALL) and (what.startswith("all ") or was >= FEW) and f"{was} -> {now}" not in reviewed.get(what, ""):
            yield Fault(what, f"{was} -> {now} is a fall by more than {FALL:.0%}: say why in reviewed.json")


def _counts(facts: Iterable[Fact]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fact in facts:
        counts["all models"] += 1
        counts["all priced"] += fact.info.price is not None
        counts[f"models of {fact.info.provider}"] += 1
    return counts


def _cards(price: Price) -> Iterator[RateCard]:
    for card in (price, *price.regions.values(), *([price.native] if price.native is not None else ())):
        yield card
        for service in card.services.values():
            yield service
            yield from service.services.values()


def _figures(rates: Mapping[str, Decimal | None]) -> str:
    return ", ".join(f"{name} {rate}" for name, rate in rates.items()) or "none"
