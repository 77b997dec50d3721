"""Turn the merged facts that the registry began with into its lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from llmkit.types.model_info import Evidence, ModelInfo, PriceThen, ReasoningInfo
from tools.registry import modes, raw_prices
from tools.registry.amounts import amount, scaled
from tools.registry.catalogue import canonical
from tools.registry.fact import Fact, Notes, as_iso, renamed
from tools.registry.origins import DATES
from tools.registry.sound import NO_MODEL, sound

SEEN = {"vision": "image", "pdf": "pdf", "audio_input": "audio", "video_input": "video"}
"""Abilities that follow from what goes in."""
BOUNDLESS = 50_000_000
"""A limit from here on is a placeholder for `none known`."""
FIELDS = {
    "ctx": "context_window",
    "max_in": "max_input",
    "max_out": "max_output",
    "in": "inputs",
    "out": "outputs",
    "base": "base_model",
    "release": "release_date",
    "knowledge": "knowledge_cutoff",
    "deprecation": "deprecation_date",
    "dims": "dimensions",
    "hf_id": "weights",
    "supported_params": "parameters",
    "price_history": "history",
    "reasoning_efforts": "reasoning.efforts",
    "reasoning_budget": "reasoning.budget",
    "reasoning_field": "reasoning.field",
}
"""Our names for the fields that the merged facts give a source for."""
_DROPPED = {"license", "all", "price_agree", "price_url"}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the merged facts of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def facts(merged: Iterable[Mapping[str, Any]], notes: Notes) -> list[Fact]:
    """Return the lines of the registry, each model once; `notes` gathers what was left out and why."""
    names = canonical()
    return renamed([_fact(row, names.get(row["provider"], row["provider"]), notes) for row in merged], names, notes)


def _fact(row: Mapping[str, Any], provider: str, notes: Notes) -> Fact:
    sources = row["sources"]
    mode = modes.mode(row["id"], row["mode"], row.get("price") or {})
    outputs = tuple(row.get("modalities_out") or ())
    if mode != row["mode"]:
        notes.add(f"{provider}/{row['id']}", f"mode {row['mode']} repaired to {mode}")
        outputs = modes.OUTPUTS.get(mode, outputs)
    info = ModelInfo(
        provider=provider,
        id=row["id"],
        mode=mode,
        name=row.get("name", ""),
        family=row.get("family", ""),
        base_model=row.get("base_model", ""),
        status=row["status"],
        inputs=tuple(dict.fromkeys("pdf" if kind == "file" else kind for kind in row.get("modalities_in") or ())),
        outputs=outputs,
        context_window=_limit(row.get("context_window")),
        max_input=_limit(row.get("max_input")),
        max_output=_limit(row.get("max_output")),
        dimensions=_limit(row.get("dims")),
        price=raw_prices.price(row["price"]) if row.get("price") else None,
        free=bool(row.get("free")),
        subscription=bool(row.get("subscription")),
        price_source=sources.get("price") or "",
        price_as_of=DATES.get(sources.get("price") or ""),
        can=_abilities(row, True),
        cannot=_abilities(row, False),
        reasoning=_reasoning(row.get("reasoning")),
        parameters=tuple(sorted(row.get("supported_params") or ())) if mode in ("image", "video") else (),
        release_date=as_iso(row.get("release_date")),
        updated=as_iso(row.get("updated")),
        knowledge_cutoff=as_iso(row.get("knowledge_cutoff")),
        deprecation_date=as_iso(row.get("deprecation_date")),
        open_weights=row.get("open_weights"),
        weights=row.get("hf_id", ""),
        aliases=tuple(sorted(row.get("aliases") or ())),
        endpoints=tuple(row.get("endpoints") or ()),
        suspect=("max_output",) if row.get("limits_suspect") else (),
        last_seen=as_iso(row["last_seen"]),
    )
    info = modes.repaired(info, notes)
    info, reasons = sound(info)
    for reason in reasons:
        notes.add(info.model, reason)
    if info.price is None:
        info = info.replace(price_source="", price_as_of=None, free=False, subscription=False)
        newest = max(sources["all"], key=lambda name: DATES.get(name, ""))
        info = modes.free(info, newest, DATES.get(newest))
    if NO_MODEL.match(info.id):
        info = info.replace(suspect=(*info.suspect, "id"))
    return Fact(info=info, evidence=_evidence(row, info))


def _evidence(row: Mapping[str, Any], info: ModelInfo) -> Evidence:
    sources = row["sources"]
    fields = {FIELDS.get(name, name): source for name, source in sources.items() if isinstance(source, str) and name not in _DROPPED}
    if sources.get("modalities"):
        kind = fields.pop("modalities")
        fields = {"inputs": kind, "outputs": kind} | fields
    if info.price is None:
        fields = {name: source for name, source in fields.items() if not name.startswith("price")}
    fields = {
        name: source for name, source in fields.items() if not name.startswith("price.") or _priced(name.removeprefix("price."), info)
    }
    agreeing = tuple(sources.get("price_agree") or ()) if info.price is not None else ()
    return Evidence(
        fields=dict(sorted(fields.items())),
        agreeing=agreeing,
        sources=tuple(sources["all"]),
        price_url=row.get("price_url", "") if info.price is not None else "",
        history=tuple([_then(entry) for entry in row.get("price_history") or ()]),
    )


def _priced(part: str, info: ModelInfo) -> bool:
    """Return whether a part of the price that a source is named for is still there."""
    if info.price is None or part not in raw_prices.RATES or part in raw_prices.SERVICES:
        return info.price is not None
    cards = (info.price, *info.price.services.values(), *info.price.regions.values())
    return any(part in rates for card in cards for rates in (card.rates, *[tier.rates for tier in card.tiers]))


def _then(entry: list[Any]) -> PriceThen:
    since, *rates = entry
    cost_in, cost_out, cost_read = map(amount, rates)
    return PriceThen(since=since, input=cost_in, output=cost_out, cache_read=cost_read)


def _limit(value: Any) -> int | None:
    exact = scaled(value, 1)
    return int(exact) if exact is not None and 0 < exact < BOUNDLESS else None


def _abilities(row: Mapping[str, Any], wanted: bool) -> tuple[str, ...]:
    """Return what the model can (or cannot) do, without what follows from its inputs."""
    inputs = {"pdf" if kind == "file" else kind for kind in row.get("modalities_in") or ()}
    said = [name for name, value in (row.get("capabilities") or {}).items() if value is wanted]
    return tuple(sorted(name for name in said if not (name in SEEN and inputs and (SEEN[name] in inputs) is wanted)))


def _reasoning(said: Mapping[str, Any] | None) -> ReasoningInfo | None:
    if not said:
        return None
    budget = said.get("budget")
    limits = budget if isinstance(budget, dict) else {}
    return ReasoningInfo(
        efforts=tuple([effort for effort in said.get("efforts") or () if effort]),
        budget_min=limits.get("min"),
        budget_max=limits.get("max"),
        toggle=bool(said.get("toggle")),
        always_on=bool(said.get("always_on")),
        field=said.get("field") or "",
    )
