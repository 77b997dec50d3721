"""Walk a strategy tree: which candidates are asked for one request, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Protocol

from llmkit.errors import ConfigurationError, nearest
from llmkit.routing.accounts import Accounts
from llmkit.routing.candidate import Candidate, Rests
from llmkit.routing.features import Features
from llmkit.routing.learning import Learner
from llmkit.routing.placement import Placement, conversation, key_of
from llmkit.routing.strategies import Strategy, strategy_of
from llmkit.routing.tree import Balance, Deployment, Fallback, Learn, Node, Route, Split

_KEPT = 4096


class Way(Protocol):
    """A node ready for use."""

    def leaves(self, features: Features) -> tuple[Candidate, ...]:
        """Return all candidates that this request could come to."""
        ...

    def every(self) -> tuple[Candidate, ...]:
        """Return all candidates, whatever is asked for."""
        ...

    def order(self, features: Features) -> Iterator[Candidate]:
        """Yield the candidates to ask, lazily; `features.trail` holds the choices that led to the one just given."""
        ...


class Leaf:
    """One candidate."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self._leaves = (candidate,)

    def leaves(self, features: Features) -> tuple[Candidate, ...]:
        return self._leaves

    def every(self) -> tuple[Candidate, ...]:
        return self._leaves

    def order(self, features: Features) -> Iterator[Candidate]:
        reason = self.candidate.refusal(features)
        if not reason:
            yield self.candidate
        elif features.notes is not None:
            features.notes[id(self.candidate)] = (None, reason)


class Several:
    """Several nodes, ranked by a strategy; None: as they stand. Those that rest or have no weight come last."""

    def __init__(self, ways: Sequence[Way], strategy: Strategy | None, weights: Sequence[float]) -> None:
        self.ways = ways
        self.strategy = strategy
        self._weights = weights
        self._usual = [index for index, weight in enumerate(weights) if weight > 0]
        self._rests = _rests(ways)
        self._lone = [way.candidate if type(way) is Leaf else None for way in ways]

    def leaves(self, features: Features) -> tuple[Candidate, ...]:
        return tuple([leaf for way in self.ways for leaf in way.leaves(features)])

    def every(self) -> tuple[Candidate, ...]:
        return _every(self.ways)

    def order(self, features: Features) -> Iterator[Candidate]:
        able = self._able(features)
        if not able:
            yield from self._each(range(len(self.ways)), features)
            return
        strategy = self.strategy
        if strategy is None:
            first = able[0]
        elif features.dry:
            first = self._told(features, able, strategy)
        else:
            first = strategy.pick(features, able)
        lone = self._lone[first]
        if lone is None:
            yield from self._each((first,), features)
        else:  # as above, quicker; that it can be asked is known
            if strategy is not None:
                features.trail.append((strategy, first))
            yield lone
            if strategy is not None:
                features.trail.pop()
        scores: Sequence[float] = able if strategy is None else strategy.scores(features, able, after=not features.dry)
        ranked = [able[spot] for spot in sorted(range(len(able)), key=scores.__getitem__) if able[spot] != first]
        spare = [index for index in range(len(self.ways)) if index not in able]
        yield from self._each([*ranked, *spare], features)

    def _each(self, indices: Sequence[int], features: Features) -> Iterator[Candidate]:
        strategy, trail = self.strategy, features.trail
        for index in indices:
            if strategy is not None:
                trail.append((strategy, index))
            yield from self.ways[index].order(features)
            if strategy is not None:
                trail.pop()

    def _able(self, features: Features) -> list[int]:
        """Return the indices of those that are awake and can be asked."""
        now, plain, healthy = features.now, features.plain, features.healthy
        if plain and healthy is None and self._rests is not None and self._rests.until <= now:
            return self._usual
        able = []
        for index, (lone, weight) in enumerate(zip(self._lone, self._weights, strict=True)):
            if weight <= 0:
                continue
            if lone is None:
                if any(_ready(leaf, features) for leaf in self.ways[index].leaves(features)):
                    able.append(index)
            elif lone.resting_until <= now and (plain or not lone.refusal(features)) and (healthy is None or healthy(lone.model)):
                able.append(index)
        return able

    def _told(self, features: Features, able: Sequence[int], strategy: Strategy) -> int:
        """Return who would be asked first, and note all scores; nothing is counted."""
        scores, notes = strategy.scores(features, able), {} if features.notes is None else features.notes
        for index, score in zip(able, scores, strict=True):
            reason = strategy.reason(score)
            if isinstance(strategy, Learner):
                reason += f" ({strategy.details(index, features.now)})"
            for leaf in self.ways[index].leaves(features):
                notes[id(leaf)] = (score, reason)
        return able[scores.index(min(scores))]


class Ruled:
    """The first rule that fits leads on."""

    def __init__(self, node: Route, ways: Sequence[Way], default: Way) -> None:
        self._rules = list(zip(node.rules, ways, strict=True))
        self._default = default

    def _way(self, features: Features) -> Way:
        for rule, way in self._rules:
            if features.fits(rule):
                return way
        return self._default

    def every(self) -> tuple[Candidate, ...]:
        return _every([*(way for _, way in self._rules), self._default])

    def leaves(self, features: Features) -> tuple[Candidate, ...]:
        return self._way(features).leaves(features)

    def order(self, features: Features) -> Iterator[Candidate]:
        return self._way(features).order(features)


class Arms:
    """Each user's own arm."""

    def __init__(self, node: Split, ways: Sequence[Way]) -> None:
        self._name, self._ways = node.name, ways
        self._kept: dict[tuple[str, str], Way] = {}
        self._placement = Placement([str(place) for place in range(len(ways))], node.weights or (1.0,) * len(ways))

    def _way(self, features: Features) -> Way:
        request, scope = features.request, features.scope
        user, tenant = request.user or scope.user, request.tenant or scope.tenant
        if not (user or tenant):
            return self._ways[self._placement.first(key_of(self._name, conversation(features).hex()))]
        way = self._kept.get((tenant, user))
        if way is None:
            if len(self._kept) >= _KEPT:  # to find it again costs microseconds
                self._kept.clear()
            way = self._kept[tenant, user] = self._ways[self._placement.first(key_of(self._name, tenant, user))]
        return way

    def every(self) -> tuple[Candidate, ...]:
        return _every(self._ways)

    def leaves(self, features: Features) -> tuple[Candidate, ...]:
        return self._way(features).leaves(features)

    def order(self, features: Features) -> Iterator[Candidate]:
        return self._way(features).order(features)


def _every(ways: Sequence[Way]) -> tuple[Candidate, ...]:
    return tuple([leaf for way in ways for leaf in way.every()])


def _rests(ways: Sequence[Way]) -> Rests | None:
    """Return what all of `ways` share, where they are candidates; None: they must be looked at one by one."""
    shared = [way.candidate.rests if type(way) is Leaf else None for way in ways]
    return shared[0] if all(one is shared[0] for one in shared) else None


def _ready(leaf: Candidate, features: Features) -> bool:
    healthy = features.healthy
    return leaf.resting_until <= features.now and not leaf.refusal(features) and (healthy is None or healthy(leaf.model))


class Builder:
    """Makes nodes ready; equal deployments are one candidate, wherever they stand."""

    def __init__(self, routes: Mapping[str, Node], source: Random, half_life: float) -> None:
        self._routes, self._source, self._half_life = routes, source, half_life
        self.candidates: dict[Deployment, Candidate] = {}
        self.accounts = Accounts()
        self._rests = Rests()

    def way(self, node: Node, above: tuple[str, ...] = ()) -> Way:
        """Return `node` made ready. Raises `ConfigurationError` for a route that is not there or leads back to itself."""
        match node:
            case Deployment():
                return self._leaf(node, above)
            case Route():
                return Ruled(node, [self.way(rule.to, above) for rule in node.rules], self.way(node.default, above))
            case Split():
                return Arms(node, [self.way(one, above) for one in node.nodes])
            case Fallback():
                return Several([self.way(one, above) for one in node.nodes], None, [1.0] * len(node.nodes))
            case Balance() | Learn():
                return self._balanced(node, above)

    def _balanced(self, node: Balance | Learn, above: tuple[str, ...]) -> Way:
        ways = [self.way(one, above) for one in node.nodes]
        leads = [self._lead(one) for one in node.nodes]
        if isinstance(node, Learn):
            return Several(ways, Learner(node, leads, self._source), [1.0] * len(ways))
        weights = node.weights or [one.weight if isinstance(one, Deployment) else 1.0 for one in node.nodes]
        names = [f"{lead.model} {lead.deployment.region}" for lead in leads]
        return Several(ways, strategy_of(node, names, weights, leads), weights)

    def _lead(self, node: Node) -> Candidate:
        """Return the deployment that stands for `node` where figures are compared."""
        while not isinstance(node, Deployment) or node.model.startswith("route/"):
            match node:
                case Deployment():
                    node = self._routes[node.model]
                case Route():
                    node = node.default
                case _:
                    node = node.nodes[0]
        return self._candidate(node)

    def _leaf(self, node: Deployment, above: tuple[str, ...]) -> Way:
        if not node.model.startswith("route/"):
            return Leaf(self._candidate(node))
        if node.model not in self._routes:
            near = nearest(node.model, self._routes)
            hint = f"Did you mean {near[0]}?" if near else None
            raise ConfigurationError(f"There is no {node.model}.", parameter="routes", hint=hint)
        if node.model in above:
            raise ConfigurationError(f"{' -> '.join([*above, node.model])} leads back to itself.", parameter="routes")
        return self.way(self._routes[node.model], (*above, node.model))

    def _candidate(self, node: Deployment) -> Candidate:
        if node not in self.candidates:
            self.candidates[node] = Candidate(node, self._half_life, self._rests, self.accounts.model(node))
        return self.candidates[node]
