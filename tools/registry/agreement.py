"""Compare our prices with those of every source: how often they agree, and where two newer ones agree against us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from llmkit.types.price import Price
from tools.registry.build import owners
from tools.registry.fact import Fact
from tools.registry.offers import Offer, agree, comparable, judged, outvoted
from tools.registry.origins import class_of
from tools.registry.refresh import Readings


@dataclass
class Score:
    """How many prices of a source were compared with ours, and how many are the same within one percent."""

    compared: int = 0
    agreeing: int = 0

    @property
    def share(self) -> str:
        """Return the part that agrees."""
        return f"{self.agreeing / self.compared:.1%}" if self.compared else "-"


@dataclass
class Agreement:
    """What the comparison found."""

    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    """By source and class of provider; `all` is every class."""
    outvoted: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        scores = [{"source": source, "class": kind, **vars(score)} for (source, kind), score in sorted(self.scores.items())]
        return {"scores": scores, "outvoted": self.outvoted}

    def text(self) -> str:
        """Return a report for people."""
        rows = [
            f"{source:16} {kind:12} {score.agreeing:6} of {score.compared:6} {score.share:>7}" for (source, kind), score in self._sorted()
        ]
        listed = [f"\n{len(self.outvoted)} prices differ from two newer sources that agree:", *[f"  {line}" for line in self.outvoted]]
        return "\n".join(rows + listed)

    def _sorted(self) -> list[tuple[tuple[str, str], Score]]:
        return sorted(self.scores.items(), key=lambda item: (item[0][0], item[0][1] != "all", item[0][1]))


def agreement(facts: Sequence[Fact], readings: Readings) -> Agreement:
    """Return how far the registry agrees with the sources in what can be compared: token prices above zero in the same money."""
    found = Agreement()
    own = owners(facts)
    for fact in facts:
        info = fact.info
        ours = Offer(info.price_source, info.price_as_of or "", info)
        offers = [judged(offer, info.mode) for offer in readings.get((info.provider, info.id), ())]
        offers = [offer for offer in offers if comparable(ours, offer)]
        for offer in offers:
            for kind in ("all", class_of(info.provider, own)):
                score = found.scores.setdefault((offer.source, kind), Score())
                score.compared += 1
                score.agreeing += agree(ours, offer)
        against = outvoted(ours, offers, fact.evidence.history)
        if against is not None:
            theirs = ", ".join(f"{offer.source} {_rates(offer)}" for offer in offers if agree(offer, against))
            found.outvoted.append(f"{info.model}: {info.price_source} {info.price_as_of} {_rates(ours)}, but {theirs}")
    return found


def _rates(offer: Offer) -> str:
    price = offer.info.price or Price()
    return f"{price.rates.get('input', '-')}/{price.rates.get('output', '-')}"
