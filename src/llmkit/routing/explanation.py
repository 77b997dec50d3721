"""Say why a deployment would be asked, or not."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.routing.candidate import Candidate
from llmkit.routing.features import Features
from llmkit.types.model import Model


class Considered(Model, frozen=True, kw_only=True):
    """A deployment in a decision. `place` counts from 1 in the order in which they would be asked; None: it would not be."""

    model: str
    place: int | None = None
    score: float | None = None
    """Lower is better; only scores of one strategy compare."""
    reason: str = ""
    resting: float = 0.0
    """Seconds for which it is asked only when nobody else can."""


def explained(asked: Sequence[Candidate], leaves: Sequence[Candidate], features: Features) -> list[Considered]:
    """Return those that would be `asked`, and behind them the others out of `leaves`, with what was noted of each."""
    seen = list(dict.fromkeys(asked))
    places = [_considered(one, place, features) for place, one in enumerate(seen, 1)]
    return places + [_considered(one, None, features) for one in dict.fromkeys(leaves) if one not in seen]


def _considered(one: Candidate, place: int | None, features: Features) -> Considered:
    score, reason = (features.notes or {}).get(id(one), (None, ""))
    resting = max(one.resting_until - features.now, 0.0)
    if resting:
        reason = f"rests for {resting:.1f} s after a failure" + (f"; {reason}" if reason else "")
    elif features.healthy is not None and not features.healthy(one.model):
        reason = features.unwell(one.model) if features.unwell is not None else "not healthy"
    refusal = one.refusal(features)
    return Considered(model=one.model, place=place, score=score, reason=refusal or reason or "as it stands in the list", resting=resting)
