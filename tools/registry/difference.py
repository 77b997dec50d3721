"""Say what changed from one registry to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from llmkit.types.model_info import ModelInfo
from tools.registry.fact import Fact

LIMITS = ("context_window", "max_input", "max_output", "dimensions")
RATES = ("input", "output", "cache_read", "cache_write", "cache_write_1h")


@dataclass(frozen=True)
class Change:
    """One field of a model that is another now."""

    model: str
    field: str
    was: str
    now: str
    factor: str = ""

    def __str__(self) -> str:
        return f"{self.model}: {self.field} {self.was} -> {self.now}" + (f" (x {self.factor})" if self.factor else "")


@dataclass
class Difference:
    """All that changed."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    prices: list[Change] = field(default_factory=list)
    limits: list[Change] = field(default_factory=list)
    statuses: list[Change] = field(default_factory=list)
    others: list[Change] = field(default_factory=list)

    def by_provider(self) -> dict[str, dict[str, int]]:
        """Return how many changes of each kind every provider has."""
        counts: dict[str, Counter[str]] = {}
        for kind, entries in vars(self).items():
            for entry in entries:
                model = entry if isinstance(entry, str) else entry.model
                counts.setdefault(model.partition("/")[0], Counter())[kind] += 1
        return {provider: dict(kinds) for provider, kinds in sorted(counts.items())}

    def total(self) -> dict[str, int]:
        """Return how many changes of each kind there are."""
        return {kind: len(entries) for kind, entries in vars(self).items()}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        listed = {kind: [entry if isinstance(entry, str) else vars(entry) for entry in entries] for kind, entries in vars(self).items()}
        return {"total": self.total(), "providers": self.by_provider(), **listed}

    def text(self) -> str:
        """Return a report for people: totals, then providers, then every change."""
        parts = [", ".join(f"{count} {kind}" for kind, count in self.total().items())]
        parts += [f"  {name}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items()) for name, kinds in self.by_provider().items()]
        for kind, entries in vars(self).items():
            parts += [f"\n{kind}:"] * bool(entries) + [f"  {entry}" for entry in entries]
        return "\n".join(parts)


def difference(before: Iterable[Fact], after: Iterable[Fact]) -> Difference:
    """Return what is in `after` and not in `before`, and the other way round."""
    old = {fact.info.model: fact.info for fact in before}
    new = {fact.info.model: fact.info for fact in after}
    found = Difference(added=sorted(new.keys() - old.keys()), removed=sorted(old.keys() - new.keys()))
    for model in sorted(old.keys() & new.keys()):
        _compare(old[model], new[model], found)
    return found


def _compare(was: ModelInfo, now: ModelInfo, found: Difference) -> None:
    if was == now:
        return
    prices = _prices(was, now)
    found.prices += prices
    found.limits += _fields(was, now, LIMITS)
    found.statuses += _fields(was, now, ("status", "deprecation_date"))
    seen = {*LIMITS, "status", "deprecation_date", *(("price",) if prices else ()), "last_seen", "price_as_of"}
    found.others += _fields(was, now, [name for name in ModelInfo.__struct_fields__ if name not in seen])


def _prices(was: ModelInfo, now: ModelInfo) -> list[Change]:
    old, new = was.price, now.price
    if old == new:
        return []
    if old is None or new is None:
        return [Change(now.model, "price", _rates(was), _rates(now))]
    changes = [
        Change(now.model, f"price.{name}", str(one or "-"), str(other or "-"), _factor(one, other))
        for name in RATES
        if (one := old.rates.get(name)) != (other := new.rates.get(name))
    ]
    changes += [
        Change(now.model, f"price.{unit}", str(one or "-"), str(other or "-"), _factor(one, other))
        for unit in sorted({*old.units, *new.units})
        if (one := old.units.get(unit)) != (other := new.units.get(unit))
    ]
    if old.currency != new.currency:
        changes.append(Change(now.model, "price.currency", old.currency, new.currency))
    return changes or [Change(now.model, "price", "other parts", f"{', '.join(_parts(old, new))}")]


def _parts(old: Any, new: Any) -> list[str]:
    return [name for name in old.__struct_fields__ if getattr(old, name) != getattr(new, name)]


def _factor(one: Decimal | None, other: Decimal | None) -> str:
    return f"{other / one:.3g}" if one and other else ""


def _rates(info: ModelInfo) -> str:
    if info.price is None:
        return "-"
    return " ".join(f"{name} {value}" for name, value in (*info.price.rates.items(), *info.price.units.items())) or "other"


def _fields(was: ModelInfo, now: ModelInfo, names: Sequence[str]) -> list[Change]:
    pairs = [(name, getattr(was, name), getattr(now, name)) for name in names]
    return [Change(now.model, name, _shown(one), _shown(other)) for name, one, other in pairs if one != other]


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value if value not in (None, "") else "-")
    return text if len(text) < 100 else text[:97] + "..."
