"""A cache in a world whose clock jumps, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmkit.errors import LLMKitError
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Budget, Call, Scope
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.stream import StreamCore
from llmkit.told import stream_of
from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Text
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Cost

MODEL = "openai/gpt-4.1-mini"
PARTS: tuple[Part, ...] = (Text(text="a"),)


def answer(*parts: Part, finish: Any = "stop", **more: Any) -> CompletionResponse:
    cost = Cost(amount=Decimal("0.5"), basis="provider")
    return CompletionResponse(content=parts or PARTS, finish=FinishReason(unified=finish), cost=cost, **more)


REQUEST = CompletionRequest(model="fake/one", messages=(Message.user("hi"),))


class World:
    """A call under the virtual clock, and what comes after the cache."""

    def __init__(self, *replies: Any) -> None:
        self.runtime = Virtual()
        self.replies = list(replies)
        self.asked = 0

    async def next(self, call: Call) -> Any:
        self.asked += 1
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, LLMKitError):
            raise reply
        return stream_of(reply, runtime=self.runtime, timeouts=call.timeouts) if call.stream else reply

    def call(
        self,
        request: Any = REQUEST,
        *,
        stream: bool = False,
        tenant: str = "",
        models: tuple[str, ...] = ("fake/one",),
        operation: str = "complete",
    ) -> Call:
        return Call(
            request=request,
            models=models,
            model=models[0],
            runtime=self.runtime,
            timeouts=Timeouts(),
            deadline=None,
            budget=Budget(2),
            scope=Scope(tenant=tenant),
            stream=stream,
            operation=operation,
        )

    def ask(self, cache: Cache, request: Any = REQUEST, **call: Any) -> CompletionResponse:
        reply = run(cache(self.call(request, **call), self.next))
        return drained(reply) if isinstance(reply, StreamCore) else reply


def drained(core: StreamCore) -> CompletionResponse:
    while run(core.fill()):
        pass
    return core.response()
