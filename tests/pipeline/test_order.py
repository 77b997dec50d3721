"""Which layer stands around which, and what would go wrong the other way round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import CircuitOpen, ConfigurationError, LLMKitError, LocalRateLimited, ServerError
from llmkit.limits.limit import Limit
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Budget, Call, Layer, Scope, compose
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.concurrency import Concurrency
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.hedge import Hedge
from llmkit.pipeline.order import ORDER, ordered
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.pipeline.retry import Retry
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.parts import Text
from llmkit.types.responses import FinishReason

ANSWER = CompletionResponse(model="m", content=(Text(text="Hello."),), finish=FinishReason(unified="stop", raw="stop"))
RULES = BreakerRules(volume=4, pause=5.0, score=None)


class Server:
    """Fails as scripted, then answers after `seconds`; keeps who came when."""

    def __init__(self, *failures: LLMKitError, seconds: float = 0.0) -> None:
        self.runtime, self.failures, self.seconds = Virtual(), list(failures), seconds
        self.came: list[tuple[str, float]] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.came.append((call.scope.tenant or call.model, round(self.runtime.now() - 1000.0)))
        if self.seconds:
            await self.runtime.sleep(self.seconds)
        if self.failures:
            raise self.failures.pop(0)
        return ANSWER

    def call(self, tenant: str = "", *, retries: int = 0, models: tuple[str, ...] = ("a/m",)) -> Call:
        return Call(
            request=CompletionRequest(model=models[0], messages=(Message.user("hi"),)),
            models=models,
            model=models[0],
            runtime=self.runtime,
            timeouts=Timeouts(),
            deadline=None,
            budget=Budget(retries),
            scope=Scope(tenant=tenant),
        )

    async def outcome(self, layers: Sequence[Layer], after: float = 0.0, **more: Any) -> str:
        await self.runtime.sleep(after)
        try:
            await compose(layers, self)(self.call(**more))
        except LLMKitError as error:
            return type(error).__name__
        return "answer"

    def ask(self, layers: Sequence[Layer], times: int = 1, **more: Any) -> list[str]:
        return [run(self.outcome(layers, **more)) for _ in range(times)]

    def together(self, *starts: Callable[[], Any]) -> list[Any]:
        return run(self.runtime.gather(list(starts), limit=9))


def down(count: int, **more: Any) -> list[LLMKitError]:
    return [ServerError("x", status=500, **more) for _ in range(count)]


Fold = Callable[..., Sequence[Layer]]
"""Puts two layers one around the other: as they stand, or the wrong way round."""


def tries_count(fold: Fold) -> Any:
    server = Server(*down(99))
    return server.ask(fold(Retry(), Breaker(RULES)), retries=9), len(server.came)


def tries_are_limited(fold: Fold) -> Any:
    server = Server(*down(99))
    return server.ask(fold(Retry(), RateLimit(limits=(Limit(requests=2, per=1e6),))), retries=5), len(server.came)


def a_pause_holds_no_place(fold: Fold) -> Any:
    server = Server(*down(1, retry_after=30.0))
    layers = fold(Retry(), Concurrency(1))
    server.together(partial(server.outcome, layers, tenant="first", retries=1), partial(server.outcome, layers, 1.0, tenant="second"))
    return server.came


def a_refusal_waits_for_no_token(fold: Fold) -> Any:
    server = Server(*down(4))
    layers = fold(Breaker(RULES), RateLimit(limits=(Limit(requests=4, per=100.0),), wait=True))
    return server.ask(layers, 5), round(server.runtime.now() - 1000.0)


def a_refusal_waits_for_no_place(fold: Fold) -> Any:
    server, breaker, places = Server(*down(4)), Breaker(RULES), Concurrency(1)
    server.ask([breaker], 4)
    server.seconds = 4.0
    layers = fold(breaker, places)

    async def late() -> tuple[str, int]:
        return await server.outcome(layers, 1.0), round(server.runtime.now() - 1000.0)

    return server.together(partial(server.outcome, [places]), late)[1]


def waiting_for_a_token_holds_no_place(fold: Fold) -> Any:
    server = Server()
    layers = fold(RateLimit(limits=(Limit(requests=1, per=100.0, by=("tenant",)),), wait=True), Concurrency(1, patience=1000.0))
    server.together(*[partial(server.outcome, layers, place, tenant=tenant) for place, tenant in enumerate("aab")])
    return server.came


def the_next_model_comes_after_the_tries(fold: Fold) -> Any:
    server = Server(*down(3))
    server.ask(fold(Failover(), Retry()), models=("a/m", "b/n"), retries=2)
    return [model for model, _ in server.came]


def the_next_model_comes_after_an_open_circuit(fold: Fold) -> Any:
    server, breaker = Server(*down(4)), Breaker(RULES)
    server.ask([breaker], 4)
    return server.ask(fold(Failover(), breaker), models=("a/m", "b/n"))


def the_next_model_comes_after_a_full_limit(fold: Fold) -> Any:
    server, limit = Server(), RateLimit(limits=(Limit(requests=1, per=1e6),))
    return server.ask(fold(Failover(), limit), 2, models=("a/m", "b/n"))


def a_second_request_is_limited_too(fold: Fold) -> Any:
    server, hedge, limit = Server(seconds=1.0), Hedge(share=0.9), RateLimit(limits=(Limit(requests=30, per=1e6),))
    server.ask(fold(hedge, limit), 28)
    server.seconds = 30.0
    server.ask(fold(hedge, limit))
    return server.ask(fold(hedge, limit)), len(server.came)


def what_is_answered_from_here_takes_no_token(fold: Fold) -> Any:
    server = Server()
    return server.ask(fold(Cache(), RateLimit(limits=(Limit(requests=1, per=1e6),))), 3)


def whoever_joins_takes_no_token(fold: Fold) -> Any:
    server = Server(seconds=5.0)
    layers = fold(SingleFlight(), RateLimit(limits=(Limit(requests=1, per=1e6),)))
    return server.together(*[partial(server.outcome, layers) for _ in range(3)])


LIMITED, OPEN, DOWN = (kind.__name__ for kind in (LocalRateLimited, CircuitOpen, ServerError))
PAIRS: list[tuple[str, str, Callable[[Fold], Any], Any, Any]] = [
    # the outer, the inner, what is done, what comes of it, and what would the other way round
    ("retry", "breaker", tries_count, ([DOWN], 4), ([DOWN], 10)),
    ("retry", "ratelimit", tries_are_limited, ([DOWN], 2), ([DOWN], 6)),
    (
        "retry",
        "concurrency",
        a_pause_holds_no_place,
        [("first", 0), ("second", 1), ("first", 30)],
        [("first", 0), ("first", 30), ("second", 30)],
    ),
    ("breaker", "ratelimit", a_refusal_waits_for_no_token, ([*[DOWN] * 4, OPEN], 0), ([*[DOWN] * 4, "answer"], 25)),
    ("breaker", "concurrency", a_refusal_waits_for_no_place, (OPEN, 1), (OPEN, 4)),
    ("ratelimit", "concurrency", waiting_for_a_token_holds_no_place, [("a", 0), ("b", 2), ("a", 100)], [("a", 0), ("a", 100), ("b", 100)]),
    ("failover", "retry", the_next_model_comes_after_the_tries, ["a/m", "a/m", "a/m", "b/n"], ["a/m", "b/n", "a/m", "b/n"]),
    ("failover", "breaker", the_next_model_comes_after_an_open_circuit, ["answer"], [OPEN]),
    ("failover", "ratelimit", the_next_model_comes_after_a_full_limit, ["answer", "answer"], ["answer", LIMITED]),
    ("hedge", "ratelimit", a_second_request_is_limited_too, ([LIMITED], 30), (["answer"], 32)),
    ("cache", "ratelimit", what_is_answered_from_here_takes_no_token, ["answer"] * 3, ["answer", LIMITED, LIMITED]),
    ("singleflight", "ratelimit", whoever_joins_takes_no_token, ["answer"] * 3, ["answer", LIMITED, LIMITED]),
]


@pytest.mark.parametrize(("outer", "inner", "play", "right", "wrong"), PAIRS, ids=lambda it: it if isinstance(it, str) else "")
def test_each_pair_stands_as_it_must(outer: str, inner: str, play: Callable[[Fold], Any], right: Any, wrong: Any) -> None:
    """The same is played with the two the wrong way round: else the row would prove nothing about the order."""
    found, reversed_ = play(lambda *layers: ordered(layers)), play(lambda *layers: ordered(layers)[::-1])

    assert ORDER.index(outer) < ORDER.index(inner)
    assert right == found
    assert wrong == reversed_


def test_layers_are_put_in_order_however_they_are_given() -> None:
    given = (Concurrency(), Retry(), RateLimit(), Breaker(), Failover())

    assert ["failover", "retry", "breaker", "ratelimit", "concurrency"] == [layer.name for layer in ordered(given)]


def test_a_layer_that_has_no_place_is_refused_by_name() -> None:
    class Stray:
        name = "ratelimits"

    with pytest.raises(ConfigurationError, match="Did you mean ratelimit"):
        ordered([Stray()])  # type: ignore[list-item]  # that is the mistake
