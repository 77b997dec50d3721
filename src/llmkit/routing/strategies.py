"""How `Balance` ranks its nodes: each strategy scores them, and the lowest score is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from typing import TYPE_CHECKING, Protocol

from llmkit.routing.features import Features
from llmkit.routing.placement import Homes, Placement, conversation

if TYPE_CHECKING:
    from llmkit.routing.candidate import Candidate
    from llmkit.routing.tree import Balance

UNKNOWN_LAST = float("inf")


class Strategy(Protocol):
    """Scores candidates; `pick` says who is asked first, `answered` is told which one answered. Indices are those of the nodes."""

    def pick(self, features: Features, able: Sequence[int]) -> int:
        """Return which of the nodes `able` is asked first, and count it."""
        ...

    def scores(self, features: Features, able: Sequence[int], *, after: bool = False) -> list[float]:
        """Return a score for each of the nodes `able`; nothing is changed. `after`: one of them was picked just before."""
        ...

    def answered(self, features: Features, index: int) -> None:
        """Take note that `index` answered."""
        ...

    def reason(self, score: float) -> str:
        """Say what a score means."""
        ...


class Measured:
    """By a figure of each node's first deployment."""

    def __init__(self, leads: Sequence[Candidate], words: str) -> None:
        self.leads, self._words = leads, words

    def figures(self, features: Features, leads: Sequence[Candidate]) -> list[float]:
        """Return the figure of each of `leads`; the lowest is asked first."""
        raise NotImplementedError

    def scores(self, features: Features, able: Sequence[int], *, after: bool = False) -> list[float]:
        leads = self.leads
        return self.figures(features, leads if len(able) == len(leads) else [leads[index] for index in able])

    def pick(self, features: Features, able: Sequence[int]) -> int:
        figures = self.scores(features, able)
        return able[figures.index(min(figures))]

    def answered(self, features: Features, index: int) -> None:
        """Change nothing: the figures are facts."""

    def reason(self, score: float) -> str:
        return "not known" if score == UNKNOWN_LAST else self._words.format(abs(score))


class Busy(Measured):
    """By the calls under way; with as many, whoever had fewer in all."""

    def figures(self, features: Features, leads: Sequence[Candidate]) -> list[float]:
        return [one.in_flight + one.calls * 1e-9 for one in leads]


class Quick(Measured):
    """By the seconds of late, less the older they are."""

    def __init__(self, leads: Sequence[Candidate], words: str) -> None:
        super().__init__(leads, words)
        self._records = [one.record for one in leads]

    def figures(self, features: Features, leads: Sequence[Candidate]) -> list[float]:
        return [one.record.faded(features.now) for one in leads]

    def pick(self, features: Features, able: Sequence[int]) -> int:
        records = self._records
        ranks = [record.rank for record in records] if len(able) == len(records) else [records[index].rank for index in able]
        return able[ranks.index(min(ranks))]


class Cheap(Measured):
    """By the listed price of the request."""

    def figures(self, features: Features, leads: Sequence[Candidate]) -> list[float]:
        tokens, answer = features.tokens / 1e6, features.answer_tokens / 1e6
        return [tokens * one.input_price + answer * one.output_price if one.priced else UNKNOWN_LAST for one in leads]


class Weighted:
    """Smooth weighted round robin: over each round every node is first exactly as often as its weight says, evenly spread."""

    def __init__(self, weights: Sequence[float]) -> None:
        self.weights = list(weights)
        self._total = sum(self.weights)
        self._current = [0.0] * len(self.weights)

    def scores(self, features: Features, able: Sequence[int], *, after: bool = False) -> list[float]:
        current, weights = self._current, self.weights
        return [-current[index] if after else -(current[index] + weights[index]) for index in able]

    def pick(self, features: Features, able: Sequence[int]) -> int:
        weights = self.weights
        if len(able) == len(weights):
            current = self._current = list(map(add, self._current, weights))
            index = current.index(max(current))
            current[index] -= self._total
            return index
        current, total = self._current, 0.0
        for one in able:
            current[one] += weights[one]
            total += weights[one]
        index = max(able, key=current.__getitem__)
        current[index] -= total
        return index

    def answered(self, features: Features, index: int) -> None:
        """Change nothing: a turn is a turn, whatever comes of it."""

    def reason(self, score: float) -> str:
        return f"its turn stands at {-score:g}"


class Affine:
    """Where the conversation was answered last, else where its hash belongs."""

    def __init__(self, names: Sequence[str], weights: Sequence[float], ttl: float) -> None:
        self._placement = Placement(names, weights)
        self.homes = Homes(ttl)

    def pick(self, features: Features, able: Sequence[int]) -> int:
        key = _key(features)
        home = self.homes.find(key, features.now)
        if home is not None and home in able:
            return home
        return min(able, key=self._placement.scores(key).__getitem__)

    def scores(self, features: Features, able: Sequence[int], *, after: bool = False) -> list[float]:
        key = _key(features)
        home = self.homes.find(key, features.now)
        if home is not None and home in able:
            return [0.0 if index == home else 1.0 + index for index in able]
        ranks = [0.0] * len(able)
        scores = self._placement.scores(key)
        for rank, spot in enumerate(sorted(range(len(able)), key=lambda spot: scores[able[spot]])):
            ranks[spot] = rank + 1.0
        return ranks

    def answered(self, features: Features, index: int) -> None:
        self.homes.settle(_key(features), index, features.now)

    def reason(self, score: float) -> str:
        return "the conversation is at home here" if score == 0 else f"place {score:g} of the conversation's hash"


def _key(features: Features) -> bytes:
    if features.conversation is None:
        features.conversation = conversation(features)
    return features.conversation


def strategy_of(node: Balance, names: Sequence[str], weights: Sequence[float], leads: Sequence[Candidate]) -> Strategy:
    """Return the strategy that `node` names."""
    match node.by:
        case "weights":
            return Weighted(weights)
        case "round_robin":
            return Weighted([1.0] * len(weights))
        case "affinity":
            return Affine(names, weights, node.ttl)
        case "least_busy":
            return Busy(leads, "{:.0f} calls under way")
        case "latency":
            return Quick(leads, "{:.3g} s of late")
        case "cost":
            return Cheap(leads, "${:.6f} listed for this request")
        case "quality":
            return Quality(leads, node.bench)


class Quality(Measured):
    """By published scores of one benchmark: scores of different ones do not compare."""

    def __init__(self, leads: Sequence[Candidate], bench: str | None) -> None:
        self._bench = bench
        self._found: dict[int, float] | None = None
        super().__init__(leads, "{:g}")

    def figures(self, features: Features, leads: Sequence[Candidate]) -> list[float]:
        found = self._found
        if found is None:
            found = self._found = self._look_up()
        return [found.get(id(one), UNKNOWN_LAST) for one in leads]

    def _look_up(self) -> dict[int, float]:
        own = {id(one): -one.deployment.quality for one in self.leads if one.deployment.quality is not None}
        if own:
            return own
        from llmkit.models.scores import scores

        tables: dict[str, dict[int, float]] = {}
        for one in self.leads:
            for row in scores(one.facts.base) if one.facts.base else ():
                table = tables.setdefault(row.bench, {})
                table[id(one)] = min(table.get(id(one), 0.0), -row.score)
        if self._bench is None and tables:
            self._bench = max(sorted(tables), key=lambda name: len(tables[name]))
        return tables.get(self._bench or "", {})

    def reason(self, score: float) -> str:
        where = f" in {self._bench}" if self._bench else ""
        return f"no score{where}" if score == UNKNOWN_LAST else f"{-score:g}{where}"
