"""A breaker before a server that does as it is told, for tests."""

from __future__ import annotations

from typing import Any

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import (
    LLMKitError,
    ServerError,
)
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.circuit import BreakerRules
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual

ANSWER = CompletionResponse(model="m")


RULES = BreakerRules(volume=4, pause=5.0, longest_pause=40.0, successes=2, probes=1, window=60.0, score=None)


def call_of(runtime: Virtual, model: str = "a/m", **more: Any) -> Call:
    return Call(
        request=CompletionRequest(model=model, messages=(Message.user("hi"),)),
        models=more.pop("models", (model,)),
        model=model,
        runtime=runtime,
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(more.pop("retries", 0)),
        **more,
    )


class Server:
    """The innermost handler: `fails` says what it raises, each try takes `seconds`."""

    def __init__(self, runtime: Virtual, fails: LLMKitError | None = None, seconds: float = 0.0) -> None:
        self.runtime, self.fails, self.seconds = runtime, fails, seconds
        self.models: list[str] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.models.append(call.model)
        self.runtime.advance(self.seconds)
        if self.fails is not None:
            raise self.fails
        return ANSWER


def attempt(breaker: Breaker, server: Server, **more: Any) -> LLMKitError | None:
    try:
        run(compose((breaker,), server)(call_of(server.runtime, **more)))
    except LLMKitError as error:
        return error
    return None


def opened(rules: BreakerRules = RULES) -> tuple[Breaker, Server]:
    """Return a breaker that four failures have just opened."""
    breaker, server = Breaker(rules), Server(Virtual(), ServerError("x", status=500))
    for _ in range(4):
        attempt(breaker, server)
    assert "open" == breaker.state("a/m")
    server.models.clear()
    return breaker, server
