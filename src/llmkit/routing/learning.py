"""Learn which deployment answers best: Thompson sampling over what was seen of late."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from operator import add, mul
from random import Random

from llmkit.routing.candidate import Candidate
from llmkit.routing.features import Features
from llmkit.routing.tree import Learn

_TABLE = 4096
_FIRST = -1e9
_DECISIONS = 32
_AGE = 0.05
"""After so many decisions, or this share of the half-life, all beliefs are brought up to date."""
_PRIOR = 1.0
"""Calls that what is not known is worth: the spread of a loss never seems smaller than with so many."""
_DOUBT = 0.01


class Learner:
    """Draws a loss for each candidate from what is believed of it; the smallest is asked first.

    All chance comes from `source`: normal numbers are drawn once and read from a random place on, which costs less than drawing anew.
    Beliefs are kept and renewed when a record has changed.
    """

    def __init__(self, node: Learn, leads: Sequence[Candidate], source: Random) -> None:
        self._node, self._leads, self._source = node, leads, source
        self._normal = [source.gauss(0.0, 1.0) for _ in range(_TABLE + len(leads))]
        self._picked = [0] * len(leads)
        self._records = [lead.record for lead in leads]
        self._seen = [-1] * len(leads)
        self._means = [0.0] * len(leads)
        self._deviations = [0.0] * len(leads)
        self._seconds = self._dollars = 0.0
        self._renewed, self._decisions = float("-inf"), 0

    def scores(self, features: Features, able: Sequence[int], *, after: bool = False) -> list[float]:
        """Return a drawn loss for each of `able`; where somebody only wants to know, the expected one."""
        self._renew(features.now)
        means = self._means
        if features.dry:
            return [means[index] for index in able]
        source, floor = self._source, self._node.floor
        if floor and source.random() < floor:
            lucky = source.randrange(len(able))
            return [float(spot != lucky) for spot in range(len(able))]
        start = int(source.random() * _TABLE)
        noise, deviations = self._normal[start : start + len(means)], self._deviations
        if len(able) == len(means):
            return list(map(add, means, map(mul, noise, deviations)))
        return [means[index] + noise[index] * deviations[index] for index in able]

    def pick(self, features: Features, able: Sequence[int]) -> int:
        """Count the calls, also those under way: a cold start shall not send all of them to one."""
        scores = self.scores(features, able)
        index = able[scores.index(min(scores))]
        self._picked[index] += 1
        self._decisions += 1
        if self._picked[index] <= self._node.cold:
            self._seen[index] = -1
        return index

    def answered(self, features: Features, index: int) -> None:
        """Change nothing: the candidate's record has seen it."""

    def _renew(self, now: float) -> None:
        seen, records = self._seen, self._records
        if self._decisions >= _DECISIONS or now - self._renewed > _AGE * records[0].half_life:
            self._decisions, self._renewed = 0, now
            self._scale()
            for index in range(len(records)):
                self._believe(index, now)
            return
        for index, record in enumerate(records):
            if record.count != seen[index]:
                self._believe(index, now)

    def _scale(self) -> None:
        """Say what a second and a dollar weigh: their mean over all deployments is 1, times the node's own weights."""
        seconds = [record.seconds for record in self._records if record.worked and record.seconds]
        dollars = [record.cost for record in self._records if record.priced and record.cost]
        self._seconds = self._node.latency * len(seconds) / sum(seconds) if seconds else 0.0
        self._dollars = self._node.cost * len(dollars) / sum(dollars) if dollars else 0.0

    def _believe(self, index: int, now: float) -> None:
        node, record = self._node, self._records[index]
        self._seen[index] = record.count
        if self._picked[index] < node.cold:
            self._means[index], self._deviations[index] = _FIRST + self._picked[index], 0.0
            return
        if (record.seconds and not self._seconds) or (record.cost and not self._dollars):
            self._scale()
        share = record.errors
        loss = node.errors * share
        loss += self._seconds * record.seconds if record.worked else node.latency  # what is not known is taken for usual
        loss += self._dollars * record.cost if record.priced else node.cost
        doubt = self._seconds**2 * record.spread + node.errors**2 * (share * (1 - share) + _DOUBT) + _DOUBT
        self._means[index] = loss
        self._deviations[index] = sqrt(doubt / (record.fresh(now) + _PRIOR))

    def reason(self, score: float) -> str:
        """Say what the loss means."""
        return "cold start: not tried often enough yet" if score < _FIRST / 2 else f"expected loss {score:.3g}"

    def details(self, index: int, now: float) -> str:
        """Say what is believed of a candidate."""
        record = self._records[index]
        return f"{record.seconds:.3g} s, {record.errors:.1%} errors, ${record.cost:.6f}, from {record.fresh(now):.1f} calls"
