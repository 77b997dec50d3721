"""Choose the deployment that answers: routes are used like models."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Protocol

import msgspec

from llmkit.errors import ConfigurationError, InvalidRequest, LLMKitError, NoDeployment
from llmkit.pipeline.call import NOBODY, Call, Next, Scope
from llmkit.pipeline.failover import Failover, Known
from llmkit.providers.account import Account
from llmkit.routing.candidate import Candidate
from llmkit.routing.explanation import Considered, explained
from llmkit.routing.facts import Packaged, Sources, facts_of
from llmkit.routing.failing import blamed, hopeless, rest_after, shares
from llmkit.routing.features import Features
from llmkit.routing.tree import Node, node_of
from llmkit.routing.walk import Builder, Leaf, Several, Way
from llmkit.stream import StreamCore
from llmkit.types.events import Event
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.responses import CompletionResponse


class Client(Sources, Protocol):
    """What a router needs of the client that it belongs to."""

    @property
    def health(self) -> Known | None:
        """Return who knows which deployments are not well."""
        ...

    def deploy(self, account: Account) -> None:
        """Know one more account at a provider."""
        ...


class Router:
    """The layer of routes: `LLMKit(layers=[Router({"chat": Fallback([...])})])`, then `kit.complete("route/chat", ...)`.

    A name with a slash is a model that is asked for under its own name. Models that are no route fail over as ever. Deployments whose
    constraints do not hold are never asked. What one deployment's failure says of another is in `llmkit.routing.failing`.

    Args:
        routes: nodes by name.
        tries: most deployments that one call asks; repetitions by the retry layer come on top, within the call's own budget.
        insist: let the retry layer repeat at a deployment while there are others; else only at the last one.
        half_life: seconds in which what was seen loses half of its weight.
        source: where chance comes from; the same source and the same answers make the same decisions.
        healthy: asked for a model id; what is not healthy is only asked when nobody else can. None: the client's `Health` is asked.
        sources: where facts come from, instead of the first client's registry and rows.
    """

    name = "failover"

    def __init__(
        self,
        routes: Mapping[str, Any],
        *,
        tries: int = 5,
        insist: bool = False,
        half_life: float = 300.0,
        source: Random | None = None,
        healthy: Callable[[str], bool] | None = None,
        sources: Sources | None = None,
    ) -> None:
        if not routes:
            raise ConfigurationError("A Router needs at least one route.", parameter="routes")
        if tries < 1 or not half_life > 0:
            raise ConfigurationError("tries must be at least 1, and half_life above 0.", parameter="tries")
        nodes: dict[str, Node] = {name if "/" in name else f"route/{name}": node_of(node) for name, node in routes.items()}
        self._builder = Builder(nodes, source or Random(), half_life)  # noqa: S311 - a choice, not a secret
        self._ways = {name: self._builder.way(node, (name,)) for name, node in nodes.items()}
        self._tries, self._insist, self._healthy = tries, insist, healthy
        self._lock = threading.Lock()
        self._failover = Failover()
        self._sources = sources
        self._health: Known | None = None
        self._known = False
        self._seen = 0.0

    @property
    def models(self) -> tuple[str, ...]:
        """Return the names that are routed."""
        return tuple(self._ways)

    def deployments(self, name: str) -> tuple[str, ...]:
        """Return all models that the route `name` may come to, whatever is asked for, as they are called."""
        return tuple(dict.fromkeys([leaf.model for leaf in self._ways[name].every()]))

    def resting(self, now: float) -> dict[str, float]:
        """Return for how many seconds each deployment is still left alone after a failure."""
        with self._lock:
            until = {one.model: one.resting_until - now for one in self._builder.candidates.values()}
        return {model: seconds for model, seconds in until.items() if seconds > 0}

    def join(self, client: Client) -> tuple[str, ...]:
        """Become a layer of `client`: it learns of the accounts, the router takes its facts unless it has others; return the names."""
        for account in self._builder.accounts:
            client.deploy(account)
        with self._lock:
            if self._sources is None:
                self._sources = client
            if self._health is None:
                self._health = client.health
                self._failover = Failover(client.health)
        return self.models

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply of the first deployment that can; raise the last failure with the list of all attempts."""
        if self._ways.keys().isdisjoint(call.models):
            return await self._failover(call, next)
        if call.resumption is not None:
            raise InvalidRequest("A kept answer is where it was made.", parameter="model", hint="Name the model that answered.")
        way = self._way(call.models)
        features = self._features(call.request, call.model, call.runtime.now(), call.scope)
        return await _Journey(self, call, way, features).go(next)

    def _way(self, models: tuple[str, ...]) -> Way:
        if len(models) == 1:
            return self._ways[models[0]]
        ways = [self._ways.get(model) or Leaf(Candidate(_plain(model), 1.0)) for model in models]
        return Several(ways, None, [1.0] * len(ways))

    def _features(self, request: Request, name: str, now: float, scope: Scope, *, dry: bool = False) -> Features:
        if not self._known:
            self._learn_facts()
        self._seen = now
        features = Features(request, name, now=now, scope=scope, dry=dry)
        features.healthy = self._healthy
        health = self._health
        if health is not None and features.healthy is None and health.down:
            features.healthy, features.unwell = health.up, health.reason
        return features

    def _learn_facts(self) -> None:
        sources = self._sources or Packaged()
        found = {id(one): facts_of(one.deployment, sources, one.account) for one in self._builder.candidates.values()}
        with self._lock:
            for one in self._builder.candidates.values():
                one.facts = found[id(one)]
            self._known = True

    def explain(self, request: Request, *, scope: Scope = NOBODY, now: float | None = None) -> list[Considered]:
        """Return every deployment that `request` could come to, in the order in which they would be asked, with scores and reasons.

        Nothing is sent, drawn or counted. `now` is a reading of the runtime's clock; None: that of the last call.
        """
        way = self._ways.get(request.model)
        if way is None:
            raise NoDeployment(request.model, [(name, "is a route") for name in self.models])
        features = self._features(request, request.model, self._seen if now is None else now, scope, dry=True)
        features.notes = {}
        with self._lock:
            return explained(list(way.order(features)), way.leaves(features), features)

    def decide(self, call: Call) -> Candidate | None:
        """Return the candidate that `call` would be sent to first, and count it as chosen."""
        features = self._features(call.request, call.model, call.runtime.now(), call.scope)
        with self._lock:
            return next(self._way(call.models).order(features), None)


def _plain(model: str) -> Any:
    return node_of(model)


class _Journey:
    """One call on its way through the candidates."""

    __slots__ = ("_asked", "_call", "_features", "_lock", "_router", "_shunned", "_way")

    def __init__(self, router: Router, call: Call, way: Way, features: Features) -> None:
        self._router, self._call, self._way, self._features = router, call, way, features
        self._lock = router._lock
        self._asked: list[Candidate] = []
        self._shunned: list[tuple[Candidate, LLMKitError]] = []

    async def go(self, next: Next[Any]) -> Any:
        order = self._way.order(self._features)
        candidate = self._following(order)
        if candidate is None:
            leaves = self._way.leaves(self._features)
            raise NoDeployment(self._call.model, [(leaf.model, leaf.refusal(self._features)) for leaf in leaves])
        while True:
            failure: LLMKitError | None = None
            try:
                return await self._ask(candidate, next)
            except LLMKitError as error:
                failure = error
            following = None if hopeless(failure) or self._late() else self._after(candidate, failure, order)
            if following is None:
                failure.attempts = tuple(self._call.budget.attempts)
                raise failure
            candidate = following

    def _after(self, failed: Candidate, failure: LLMKitError, order: Iterator[Candidate]) -> Candidate | None:
        self._shunned.append((failed, failure))
        return self._following(order) if len(self._asked) < self._router._tries else None

    def _following(self, order: Iterator[Candidate]) -> Candidate | None:
        with self._lock:
            for candidate in order:
                if candidate not in self._asked and not any(shares(candidate, failed, why) for failed, why in self._shunned):
                    self._asked.append(candidate)
                    return candidate
        return None

    def _late(self) -> bool:
        call = self._call
        return call.deadline is not None and call.runtime.now() >= call.deadline

    def _more(self) -> bool:
        """Tell whether another candidate can be asked after this one."""
        if len(self._asked) >= self._router._tries:
            return False
        leaves = self._way.leaves(self._features)
        return any(leaf not in self._asked and not leaf.refusal(self._features) for leaf in leaves)

    async def _ask(self, candidate: Candidate, next: Next[Any]) -> Any:
        call = msgspec.structs.replace(self._call, model=candidate.model)
        if not self._router._insist and call.rotation is None and self._more():  # other keys are tried out of the same budget
            budget = copy.copy(call.budget)  # the list of attempts is the same
            budget.retries = 0
            call = msgspec.structs.replace(call, budget=budget)
        begun = call.runtime.now()
        with self._lock:
            candidate.in_flight += 1
            candidate.calls += 1
        failure: LLMKitError | None = None
        over = True
        try:
            reply = await next(call)
            if isinstance(reply, StreamCore):
                over = False
                reply.watch(_Watch(self, candidate, begun))
            else:
                self._worked(candidate, begun, reply)
            return reply
        except LLMKitError as error:
            failure = error
        finally:
            if over:
                self._left(candidate)
        self._failed(candidate, begun, failure)
        raise failure

    def _left(self, candidate: Candidate) -> None:
        with self._lock:
            candidate.in_flight -= 1

    def _worked(self, candidate: Candidate, begun: float, response: Reply) -> None:
        now = self._call.runtime.now()
        dollars = response.cost.usd if response.cost is not None else None
        with self._lock:
            candidate.failures = 0
            candidate.resting_until = 0.0
            candidate.record.add(now, now - begun, failed=False, cost=None if dollars is None else float(dollars))
            self._features.now = now
            for strategy, index in self._features.trail:
                strategy.answered(self._features, index)

    def _failed(self, candidate: Candidate, begun: float, failure: LLMKitError) -> None:
        now = self._call.runtime.now()
        with self._lock:
            if blamed(failure):
                candidate.failures += 1
                candidate.record.add(now, now - begun, failed=True, cost=None)
            if seconds := rest_after(failure, candidate.failures):
                candidate.rest(now + seconds)


class _Watch:
    """Sees how a stream ends: only then its place is free, and what it took and cost is known."""

    __slots__ = ("_begun", "_candidate", "_journey")

    def __init__(self, journey: _Journey, candidate: Candidate, begun: float) -> None:
        self._journey, self._candidate, self._begun = journey, candidate, begun

    def event(self, event: Event, /) -> None:
        """Let it pass."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Note how it went; a reader who went away says nothing about the deployment."""
        self._journey._left(self._candidate)
        if error is not None:
            self._journey._failed(self._candidate, self._begun, error)
        elif complete:
            self._journey._worked(self._candidate, self._begun, response)
