"""Retry, keys, breaker, limits and places do for every operation what they do for conversations."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import Timeouts
from llmkit.errors import AuthenticationError, CircuitOpen, LLMKitError, LocalRateLimited, ServerError
from llmkit.limits.limit import Limit
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.concurrency import Concurrency
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.key_rotation import KeyRotation
from llmkit.pipeline.order import ordered
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.usage import Usage

OPERATIONS = ("embed", "rerank", "image", "speech")


class Words(Request, frozen=True, kw_only=True):
    """A request of any operation."""

    inputs: tuple[str, ...] = ("The quick brown fox.", "It sleeps.")

    def texts(self) -> tuple[str, ...]:
        return self.inputs


class Server:
    """Fails as scripted, then answers with `usage`."""

    def __init__(self, *failures: LLMKitError, usage: int | None = None) -> None:
        self.runtime, self.failures = Virtual(), list(failures)
        self.reply = Reply(usage=None if usage is None else Usage(uncached=usage))
        self.keys: list[int] = []

    async def __call__(self, call: Call) -> Reply:
        self.keys.append(call.key)
        if self.failures:
            raise self.failures.pop(0)
        return self.reply

    def ask(self, *layers: Any, operation: str = "embed", words: tuple[str, ...] = ("hi",), **more: Any) -> Any:
        call = Call(
            request=Words(model="a/m", inputs=words),  # type: ignore[arg-type]  # any request does
            models=("a/m",),
            model="a/m",
            runtime=self.runtime,
            timeouts=Timeouts(),
            deadline=None,
            budget=Budget(2),
            operation=operation,
            **more,
        )
        return run(compose(ordered((Failover(), Retry(), *layers)), self)(call))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_all_layers_together_let_every_operation_through(operation: str) -> None:
    server = Server(ServerError("x", status=500), usage=3)
    limits = RateLimit(limits=(Limit(requests=10, tokens=10_000),))

    reply = server.ask(Breaker(), limits, Concurrency(), operation=operation)

    assert server.reply == reply
    assert 2 == len(server.keys)


def test_keys_are_changed_for_every_operation() -> None:
    """No request but a conversation holds parts of one account's answers."""
    server = Server(AuthenticationError("x", status=401))

    server.ask(rotation=KeyRotation({"a": 2}, lambda provider, place: str(place)))

    assert [0, 1] == server.keys


def test_tokens_of_every_operation_are_limited_by_its_words_and_put_right_by_its_usage() -> None:
    server, limits = Server(usage=10), RateLimit(limits=(Limit(tokens=400, per=1e6),))
    many = ("word " * 150,)

    for _ in range(9):
        server.ask(limits, words=many)  # each reserves 282 and uses 10
    with pytest.raises(LocalRateLimited, match="400 tokens"):
        server.ask(limits, words=("word " * 900,))

    assert 9 == len(server.keys)


def test_where_the_answer_does_not_tell_its_usage_the_estimate_stays() -> None:
    server, limits = Server(), RateLimit(limits=(Limit(tokens=700, per=1e6),))
    for _ in range(3):
        server.ask(limits, words=("word " * 100,))

    with pytest.raises(LocalRateLimited):
        server.ask(limits, words=("word " * 100,))


def test_one_operations_circuit_leaves_the_others_alone() -> None:
    server, breaker = Server(*[ServerError("x", status=500) for _ in range(4)]), Breaker(BreakerRules(volume=4, score=None))
    for _ in range(2):
        with pytest.raises(ServerError):
            server.ask(breaker, operation="embed")

    with pytest.raises(CircuitOpen):
        server.ask(breaker, operation="embed")

    assert server.reply == server.ask(breaker, operation="rerank")
