"""How `Balance` ranks its nodes: each strategy scores them, and the lowest score is asked first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from llmkit.routing.features import Features
from llmkit.routing.placement import Homes, conversation, place

if TYPE_CHECKING:
    from llmkit.routing.candidate import Candidate
    from llmkit.routing.tree import Balance

UNKNOWN_LAST = float("inf")


class Strategy(Protocol):
    """Scores candidates; `chosen` is told which was asked first, `answered` which one answered. Indices are those of the nodes."""

    def scores(self, features: Features, able: Sequence[int]) -> list[float]:
        """Return a score for each of the nodes `able`; nothing is changed."""
        ...

    def chosen(self, able: Sequence[int], index: int) -> None:
        """Take note that `index` was asked first."""
        ...

    def answered(self, features: Features, index: int) -> None:
        """Take note that `index` answered."""
        ...

    def reason(self, score: float) -> str:
        """Say what a score means."""
        ...


class Measured:
    """By a figure of each node's first deployment."""

    def __init__(self, leads: Sequence[Candidate], figure: Callable[[Candidate, Features], float], words: str) -> None:
        self._leads, self._figure, self._words = leads, figure, words

    def scores(self, features: Features, able: Sequence[int]) -> list[float]:
        leads, figure = self._leads, self._figure
        return [figure(leads[index], features) for index in able]

    def chosen(self, able: Sequence[int], index: int) -> None:
        """Change nothing: the figures are facts."""

    def answered(self, features: Features, index: int) -> None:
        """Change nothing."""

    def reason(self, score: float) -> str:
        return "not known" if score == UNKNOWN_LAST else self._words.format(abs(score))


class Weighted:
    """Smooth weighted round robin: over each round every node is first exactly as often as its weight says, evenly spread."""

    def __init__(self, weights: Sequence[float]) -> None:
        self.weights = list(weights)
        self._current = [0.0] * len(self.weights)

    def scores(self, features: Features, able: Sequence[int]) -> list[float]:
        current, weights = self._current, self.weights
        return [-(current[index] + weights[index]) for index in able]

    def chosen(self, able: Sequence[int], index: int) -> None:
        current, weights = self._current, self.weights
        total = 0.0
        for one in able:
            current[one] += weights[one]
            total += weights[one]
        current[index] -= total

    def answered(self, features: Features, index: int) -> None:
        """Change nothing: a turn is a turn, whatever comes of it."""

    def reason(self, score: float) -> str:
        return f"its turn stands at {-score:g}"


class Affine:
    """Where the conversation was answered last, else where its hash belongs."""

    def __init__(self, names: Sequence[str], weights: Sequence[float], ttl: float) -> None:
        self._names, self._weights = names, weights
        self.homes = Homes(ttl)

    def scores(self, features: Features, able: Sequence[int]) -> list[float]:
        key = conversation(features)
        home = self.homes.find(key, features.now)
        if home is not None and home in able:
            return [0.0 if index == home else 1.0 + index for index in able]
        ranks = [0.0] * len(able)
        for rank, spot in enumerate(place(key, [self._names[index] for index in able], [self._weights[index] for index in able])):
            ranks[spot] = rank + 1.0
        return ranks

    def chosen(self, able: Sequence[int], index: int) -> None:
        """Change nothing: a conversation is at home where it was answered."""

    def answered(self, features: Features, index: int) -> None:
        self.homes.settle(conversation(features), index, features.now)

    def reason(self, score: float) -> str:
        return "the conversation is at home here" if score == 0 else f"place {score:g} of the conversation's hash"


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
            return Measured(leads, lambda one, features: one.in_flight + one.calls * 1e-9, "{:.0f} calls under way")
        case "latency":
            return Measured(leads, _latency, "{:.3g} s of late")
        case "cost":
            return Measured(leads, _cost, "${:.6f} listed for this request")
        case "quality":
            return Quality(leads, node.bench)


def _latency(one: Candidate, features: Features) -> float:
    """An old figure fades, so that who was slow once is asked again; who was never asked comes first."""
    record = one.record
    fade: float = 0.5 ** (max(features.now - record.at, 0.0) / record.half_life)
    return record.seconds * fade


def _cost(one: Candidate, features: Features) -> float:
    cost = one.cost(features)
    return UNKNOWN_LAST if cost is None else cost


class Quality(Measured):
    """By published scores of one benchmark: scores of different ones do not compare."""

    def __init__(self, leads: Sequence[Candidate], bench: str | None) -> None:
        self._bench = bench
        self._found: dict[int, float] | None = None
        super().__init__(leads, self._measure, "{:g}")

    def _measure(self, one: Candidate, features: Features) -> float:
        if self._found is None:
            self._found = self._look_up()
        return self._found.get(id(one), UNKNOWN_LAST)

    def _look_up(self) -> dict[int, float]:
        own = {id(one): -one.deployment.quality for one in self._leads if one.deployment.quality is not None}
        if own:
            return own
        from llmkit.models.scores import scores

        tables: dict[str, dict[int, float]] = {}
        for one in self._leads:
            for row in scores(one.facts.base) if one.facts.base else ():
                table = tables.setdefault(row.bench, {})
                table[id(one)] = min(table.get(id(one), 0.0), -row.score)
        if self._bench is None and tables:
            self._bench = max(sorted(tables), key=lambda name: len(tables[name]))
        return tables.get(self._bench or "", {})

    def reason(self, score: float) -> str:
        where = f" in {self._bench}" if self._bench else ""
        return f"no score{where}" if score == UNKNOWN_LAST else f"{-score:g}{where}"
