"""What a layer sees of one logical call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec

from llmkit.runtime.protocol import Runtime
from llmkit.types.http import Timeouts
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import Attempt

Reply = TypeVar("Reply")


class Budget:
    """How many tries are left, shared by retry and failover so that they never multiply; and the tries made."""

    __slots__ = ("attempts", "retries")

    def __init__(self, retries: int) -> None:
        self.retries = retries
        self.attempts: list[Attempt] = []


class Resumption(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Not a new request, but an answer that the provider keeps: its id, and the event behind which a stream goes on."""

    id: str
    after: str | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One logical call. `models` are the candidates in order of preference, `model` the one being tried."""

    request: CompletionRequest
    models: tuple[str, ...]
    model: str
    runtime: Runtime
    timeouts: Timeouts
    deadline: float | None
    """Reading of the runtime's clock at which everything must be over."""
    budget: Budget
    resumption: Resumption | None = None


Next: TypeAlias = Callable[[Call], Awaitable[Reply]]


class Layer(Protocol):
    """Wraps what comes after it."""

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply to `call`, usually from `next(call)`."""
        ...


def compose(layers: Sequence[Layer], terminal: Next[Reply]) -> Next[Reply]:
    """Return `terminal` wrapped in `layers`; the first is the outermost."""
    handler = terminal
    for layer in reversed(layers):
        handler = partial(_enter, layer, handler)
    return handler


def _enter(layer: Layer, handler: Next[Any], call: Call) -> Awaitable[Any]:
    return layer(call, handler)
