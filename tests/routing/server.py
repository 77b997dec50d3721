"""A router's world on the virtual clock: deployments that answer as scripted, and facts that are made up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import LLMKitError
from llmkit.pipeline.call import Budget, Call, Scope, compose
from llmkit.pipeline.retry import Retry
from llmkit.routing import Router
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.model_info import Match, ModelInfo
from llmkit.types.price import Price

MODELS = {
    "a/small": ModelInfo(
        provider="a", id="small", context_window=8_000, can=("tools",), price=Price(rates={"input": Decimal(1), "output": Decimal(2)})
    ),
    "b/large": ModelInfo(
        provider="b", id="large", context_window=200_000, cannot=("tools",), price=Price(rates={"input": Decimal(5), "output": Decimal(9)})
    ),
    "c/yuan": ModelInfo(provider="c", id="yuan", price=Price(currency="CNY", rates={"input": Decimal(1), "output": Decimal(1)})),
}


class Known:
    """Facts about three models; `d/...` is unknown."""

    def match(self, model: str) -> Match:
        info = MODELS.get(model)
        return Match(asked=model, kind="exact" if info else "none", info=info)

    def region(self, provider: str) -> str:
        return {"a": "us", "b": "de"}.get(provider, "")


class World:
    """Plays calls through a router and the retry layer."""

    def __init__(self, routes: dict[str, Any], **options: Any) -> None:
        self.runtime = Virtual()
        self.router = Router(routes, sources=Known(), **options)
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[], Any]] = {}

    def script(self, model: str, *failures: LLMKitError, seconds: float = 0.0) -> None:
        """Let `model` fail so, one after the other, and then answer."""
        queue = list(failures)

        def answer() -> Any:
            self.runtime.advance(seconds)
            if queue:
                raise queue.pop(0)
            return CompletionResponse(model=model)

        self.answers[model] = answer

    async def _server(self, call: Call) -> Any:
        self.asked.append(call.model)
        answer = self.answers.get(call.model)
        return answer() if answer else CompletionResponse(model=call.model)

    def call(
        self, text: str = "hi", model: Any = "route/x", retries: int = 2, deadline: float | None = None, user: str = "", **fields: Any
    ) -> Call:
        models = (model,) if isinstance(model, str) else tuple(model)
        request = CompletionRequest(model=models[0], messages=(Message.user(text),), **fields)
        return Call(
            request=request,
            models=models,
            model=models[0],
            runtime=self.runtime,
            timeouts=Timeouts(),
            deadline=deadline,
            budget=Budget(retries),
            scope=Scope(tenant=request.tenant or "", user=user, tags=request.tags),
        )

    def play(self, *arguments: Any, **fields: Any) -> str:
        """Return the model that answered."""
        return str(run(compose((self.router, Retry()), self._server)(self.call(*arguments, **fields))).model)
