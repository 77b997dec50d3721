"""Bring the registry up to date with a folder of sources: a file a source, read, merged field by field, nothing forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from llmkit.types.model_info import Evidence, ModelInfo, PriceThen
from tools.registry.build import owners
from tools.registry.catalogue import canonical
from tools.registry.fact import Fact, Notes, without_clashes
from tools.registry.offers import Offer, agree, choose, completed, judged, kept
from tools.registry.origins import FACTS, PRECEDENCE, class_of
from tools.registry.sound import sound
from tools.registry.sources import SOURCES

LISTS = frozenset({"litellm", "model-prices", "modelsdev", "openrouter-raw", "pi-ai", "vercel-raw"})
"""Sources whose ids are those that providers take; the others have patterns and families, and add no model."""
STALE = 92
"""After so many days in no source, a model that is not known to be retired counts as unlisted."""
_FIELDS = (
    *("name", "family", "base_model", "inputs", "outputs", "context_window", "max_input", "max_output", "dimensions", "reasoning"),
    *("release_date", "updated", "knowledge_cutoff", "deprecation_date", "open_weights", "weights", "endpoints"),
)

Readings = dict[tuple[str, str], list[Offer]]
DATES_FILE = "dates.json"


def read(folder: Path) -> Readings:
    """Return what the sources in `folder` say, by provider and id. Raises ValueError for a file that is not what it should be."""
    dates = _dates(folder)
    found: Readings = {}
    for source in SOURCES:
        path = folder / source.file
        if not path.exists():
            continue
        try:
            listed = source.read(path.read_bytes())
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{path} is not as {source.name} publishes it: {error!r}") from error
        day = dates.get(source.name) or datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        for info in listed:
            offers = found.setdefault((info.provider, info.id), [])
            if all(offer.source != source.name for offer in offers):
                offers.append(Offer(source.name, day, info))
    if not found:
        raise ValueError(f"{folder} holds no source: {', '.join(source.file for source in SOURCES)} are looked for.")
    return found


def refreshed(facts: Sequence[Fact], readings: Readings) -> list[Fact]:
    """Return the registry with what the sources say now; what they have forgotten stays."""
    known = {(fact.info.provider, fact.info.id): fact for fact in facts}
    own = owners(facts)
    providers = {provider for provider, _ in known} | set(canonical().values())
    newest = max(offer.date for offers in readings.values() for offer in offers)
    aliases = {(fact.info.provider, alias): (fact.info.provider, fact.info.id) for fact in facts for alias in fact.info.aliases}
    merged: dict[tuple[str, str], Fact] = dict(known)
    for key, offers in readings.items():
        target = key if key in known else aliases.get(key, key)
        if target in known:
            merged[target] = _merged(known[target], offers, own) if target == key else known[target]
        elif key[0] in providers and any(offer.source in LISTS for offer in offers):
            merged[key] = _merged(Fact(info=ModelInfo(provider=key[0], id=key[1])), offers, own)
    aged = [_aged(fact, newest) for fact in merged.values()]
    return without_clashes(aged, Notes())


def _merged(fact: Fact, offers: list[Offer], own: frozenset[str]) -> Fact:
    info, fields = _fields(fact, offers)
    precedence = PRECEDENCE[class_of(info.provider, own)]
    heard = _heard([judged(offer, info.mode) for offer in offers if _same_money(offer.info, info)], alone=info.price is None)
    offered = [*heard, *_kept(fact, heard)]
    top = choose(offered, precedence, fact.evidence.history, unpaid=info.free or info.subscription)
    agreeing: tuple[str, ...] = fact.evidence.agreeing
    history = fact.evidence.history
    if top is not None:
        price, told = completed(top, offered, precedence)
        before = info
        price = kept(price, before, top)
        fields = {name: source for name, source in fields.items() if name.startswith("price.") or name != "price"} | told
        fields["price"] = top.source
        info, _ = sound(info.replace(price=price, price_source=top.source, price_as_of=top.date))
        if info.price is None:
            info = before
        else:
            history = _history(before, info, history, top)
            said = [offer.source for offer in offered if offer is not top and agree(top, offer)]
            unread = [
                name
                for name in agreeing
                if all(offer.source != name for offer in offered) and name != top.source and _rates(before) == _rates(info)
            ]
            agreeing = tuple(dict.fromkeys([*said, *unread]))
    seen = max([*[offer.date for offer in offers], *([info.last_seen] if info.last_seen else [])])
    status = _status(info, offers)
    evidence = Evidence(
        fields=dict(sorted(fields.items())),
        agreeing=agreeing,
        sources=tuple(dict.fromkeys([*fact.evidence.sources, *[offer.source for offer in offers]])),
        price_url=fact.evidence.price_url,
        history=history,
    )
    return Fact(info=info.replace(last_seen=seen, status=status), evidence=evidence)


def _fields(fact: Fact, offers: Iterable[Offer]) -> tuple[ModelInfo, dict[str, str]]:
    """Return the model with each field from the source that is believed first, and who that is."""
    info, fields = fact.info, dict(fact.evidence.fields)
    order = {name: place for place, name in enumerate(FACTS)}
    ranked = sorted(offers, key=lambda offer: order.get(offer.source, len(order)))
    changes: dict[str, Any] = {}
    if not info.last_seen and ranked:
        first = next((offer for offer in ranked if offer.info.price is not None), ranked[0])
        changes["mode"], fields["mode"] = first.info.mode, first.source
    for name in _FIELDS:
        now = getattr(info, name)
        held = order.get(fields.get(name, ""), len(order)) if now not in (None, "", ()) else len(order) + 1
        for offer in ranked:
            value = getattr(offer.info, name)
            if now not in (None, "", ()) and offer.date <= (info.last_seen or "") and offer.source != fields.get(name):
                continue  # it was weighed when the line was written
            if value not in (None, "", ()) and order.get(offer.source, len(order)) <= held:
                changes[name], fields[name] = value, offer.source
                break
    if changes.get("mode", info.mode) == "embedding":
        changes["outputs"] = ("embedding",)  # some sources have no other word than text
    can, cannot = set(info.can), set(info.cannot)
    for offer in ranked:
        can |= set(offer.info.can) - cannot
        cannot |= set(offer.info.cannot) - can
    return info.replace(**changes, can=tuple(sorted(can)), cannot=tuple(sorted(cannot))), fields


def _heard(offers: list[Offer], *, alone: bool) -> list[Offer]:
    """Return the offers without spellings that only a pattern names: they count where nobody else tells, or with another source."""
    sure = [offer for offer in offers if offer.info.status != "unlisted"]
    return [offer for offer in offers if offer in sure or (alone and not sure) or any(agree(offer, other) for other in sure)]


def _same_money(offered: ModelInfo, now: ModelInfo) -> bool:
    """Return whether an offer is in the currency that the provider is known to list its prices in."""
    return offered.price is None or now.price is None or offered.price.currency == now.price.currency


def _kept(fact: Fact, offers: Iterable[Offer]) -> list[Offer]:
    """Return what the registry has as one more offer, if its source was not read again."""
    info = fact.info
    if info.price is None or any(offer.source == info.price_source and offer.info.price is not None for offer in offers):
        return []
    return [Offer(info.price_source, info.price_as_of or "", info)]


def _history(before: ModelInfo, now: ModelInfo, history: tuple[PriceThen, ...], top: Offer) -> tuple[PriceThen, ...]:
    if before.price is None or now.price is None or _rates(before) == _rates(now) or before.price.currency != "USD":
        return history
    then = history or (PriceThen(since=None, input=before.price.input, output=before.price.output, cache_read=before.price.cache_read),)
    return (*then, PriceThen(since=top.date, input=now.price.input, output=now.price.output, cache_read=now.price.cache_read))


def _rates(info: ModelInfo) -> tuple[Any, ...]:
    rates = info.price.rates if info.price is not None else {}
    return rates.get("input"), rates.get("output")


def _status(info: ModelInfo, offers: Iterable[Offer]) -> str:
    said = {offer.info.status for offer in offers}
    for word in ("retired", "deprecated", "beta"):
        if word in {*said, info.status}:
            return word
    return "active" if info.status == "unlisted" else info.status


def _aged(fact: Fact, newest: str) -> Fact:
    seen = fact.info.last_seen
    if fact.info.status != "active" or seen is None or len(seen) < len("2026-01-01"):
        return fact
    if (date.fromisoformat(newest) - date.fromisoformat(seen)).days <= STALE:
        return fact
    return Fact(info=fact.info.replace(status="unlisted"), evidence=fact.evidence)


def _dates(folder: Path) -> Mapping[str, str]:
    path = folder / DATES_FILE
    return json.loads(path.read_text()) if path.exists() else {}
