"""Every detector on every set: at one level for all sets, as somebody who uses it has one level."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.security.injection.converters import CONVERTERS
from tests.security.injection.roc import area, found, threshold
from tests.security.injection.scorers import FLAGGED, OURS, RIVALS, Scorer, scored
from tests.security.injection.sets import Set

DETECTORS = (OURS, *RIVALS)
RATE = 0.01
"""The share of harmless texts that may be taken for attacks."""


@dataclass(frozen=True)
class Result:
    """What one detector makes of the sets: scores by the set's name."""

    detector: str
    scores: dict[str, tuple[float, ...]]
    milliseconds: float
    sets: tuple[Set, ...]

    @property
    def attacks(self) -> list[float]:
        """The scores of all attacks."""
        return [score for one in self.sets if one.attack for score in self.scores[one.name]]

    @property
    def harmless(self) -> list[float]:
        """The scores of all harmless texts, controls left out."""
        return [score for one in self.sets if not one.attack and not one.control for score in self.scores[one.name]]

    @property
    def area(self) -> float:
        """The area under the curve, over all sets."""
        return area(self.attacks, self.harmless)

    def area_of(self, one: Set) -> float:
        """Return the area under the curve of one set of attacks against all harmless texts."""
        return area(self.scores[one.name], self.harmless)

    def recall(self, one: Set | None = None, rate: float = RATE) -> float:
        """Return the share of attacks that is found where at most `rate` of the harmless texts is."""
        return found(self.attacks if one is None else self.scores[one.name], threshold(self.harmless, rate))

    @property
    def found(self) -> float:
        """The share of all attacks that is found at the level that its documentation names."""
        return _found(self.detector, self.attacks)

    def flagged(self, one: Set | None = None) -> float:
        """Return the share of a set, or of all harmless texts, that is found at the level that its documentation names."""
        scores = self.harmless if one is None else self.scores[one.name]
        return _found(self.detector, scores)


def compared(sets: Sequence[Set], share: int = 1, scorer: Scorer = scored) -> list[Result]:
    """Return the results of all detectors, side by side in processes of their own, on one text in `share` of each set."""
    some = tuple([thinned(one, share) for one in sets])
    texts = [text for one in some for text in one.texts]
    with ThreadPoolExecutor(len(RIVALS)) as pool:
        others = {name: pool.submit(scorer, name, texts) for name in RIVALS}
        told = {OURS: scorer(OURS, texts), **{name: future.result() for name, future in others.items()}}
    results = []
    for name in DETECTORS:
        scores, place = {}, 0
        for one in some:
            scores[one.name] = told[name].scores[place : place + len(one.texts)]
            place += len(one.texts)
        results.append(Result(name, scores, told[name].milliseconds, some))
    return results


def thinned(one: Set, share: int) -> Set:
    """Return one text in `share` of a set, always the same ones, and one at least."""
    chosen = [text for text in one.texts if int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % share == 0]
    return Set(one.name, one.source, tuple(chosen or one.texts[:1]), one.attack, one.control)


def converted(sets: Sequence[Set], share: int, scorer: Scorer = scored) -> dict[str, dict[str, float]]:
    """Return, by detector and converter, the share of attacks found as set when they are written in another way."""
    texts = [text for one in sets if one.attack for text in thinned(one, share).texts]
    ways = {name: [convert(text) for text in texts] for name, convert in CONVERTERS.items()}
    everything = [text for way in ways.values() for text in way]
    with ThreadPoolExecutor(len(DETECTORS)) as pool:
        told = dict(zip(DETECTORS, pool.map(lambda name: scorer(name, everything).scores, DETECTORS), strict=True))
    size = len(texts)
    return {
        name: {way: _found(name, told[name][place * size : (place + 1) * size]) for place, way in enumerate(ways)} for name in DETECTORS
    }


def _found(name: str, scores: Sequence[float]) -> float:
    return sum(score >= FLAGGED[name] for score in scores) / len(scores)
