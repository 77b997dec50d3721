"""A line of the registry's source, and what every step that makes or changes one needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tools.registry.packing import Fact

__all__ = ["Fact", "Notes", "as_iso", "renamed", "without_clashes"]

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass
class Notes:
    """What was left out or repaired, and why."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, model: str, reason: str) -> None:
        """Note what happened to a model."""
        self.lines.append((model, reason))

    def counted(self) -> list[tuple[str, int, str]]:
        """Return the reasons (figures aside), how often each was given, and one example; the most frequent first."""
        kinds: Counter[str] = Counter()
        examples: dict[str, str] = {}
        for model, reason in self.lines:
            kind = re.sub(r"\d+(?:\.\d+)?(?:E-\d+)?", "N", reason)
            kinds[kind] += 1
            examples.setdefault(kind, f"{model}: {reason}")
        return [(kind, count, examples[kind]) for kind, count in kinds.most_common()]


def as_iso(date: str | None) -> str | None:
    """Return a day, a month or a year as ISO 8601 has it; None: it is no date."""
    found = _DATE.fullmatch(date or "")
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else None


def renamed(facts: Iterable[Fact], names: Mapping[str, str], notes: Notes) -> list[Fact]:
    """Return the facts under the catalogue's names of their providers; of a model that is there twice, the better-sourced line."""
    best: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        provider = names.get(fact.info.provider, fact.info.provider)
        if provider != fact.info.provider:
            fact = Fact(info=fact.info.replace(provider=provider), evidence=fact.evidence)
        key = (provider, fact.info.id)
        if key in best:
            notes.add(fact.info.model, "two providers of the sources are one of the catalogue: the better-sourced line is kept")
            fact = max(best[key], fact, key=lambda fact: (fact.info.price is not None, len(fact.evidence.sources)))
        best[key] = fact
    return without_clashes(best.values(), notes)


def without_clashes(facts: Iterable[Fact], notes: Notes) -> list[Fact]:
    """Return the facts sorted, without aliases that are another model's id or two models' alias."""
    found = sorted(facts, key=lambda fact: (fact.info.provider, fact.info.id))
    ids = {(fact.info.provider, fact.info.id) for fact in found}
    named = Counter((fact.info.provider, alias) for fact in found for alias in set(fact.info.aliases))
    kept: list[Fact] = []
    for fact in found:
        provider = fact.info.provider
        aliases = tuple(sorted({alias for alias in fact.info.aliases if (provider, alias) not in ids and named[provider, alias] == 1}))
        if set(aliases) != set(fact.info.aliases):
            notes.add(fact.info.model, "an alias that means another model too is left out")
        kept.append(Fact(info=fact.info.replace(aliases=aliases), evidence=fact.evidence) if aliases != fact.info.aliases else fact)
    return kept
