"""What a layer sees of one logical call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import msgspec

from llmkit.errors import LLMKitError
from llmkit.pipeline.facts import Facts
from llmkit.runtime.protocol import Runtime
from llmkit.types.http import Timeouts
from llmkit.types.rate_state import RateState
from llmkit.types.reply import Attempt
from llmkit.types.requests import CompletionRequest

if TYPE_CHECKING:
    from llmkit.pipeline.key_rotation import KeyRotation

Reply = TypeVar("Reply")


class Budget:
    """How many tries are left, shared by retry and failover so that they never multiply; and the tries made."""

    __slots__ = ("_nonce", "attempts", "retries")

    def __init__(self, retries: int) -> None:
        self.retries = retries
        self.attempts: list[Attempt] = []
        self._nonce = b""

    def idempotency_key(self, content: bytes) -> str:
        """Return what names this call's request of `content`: the same for every try of it, another for any other call or content."""
        import hashlib  # few providers want it
        import os

        self._nonce = self._nonce or os.urandom(16)
        return hashlib.sha256(self._nonce + content).hexdigest()[:32]


class Resumption(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Not a new request, but an answer that the provider keeps: its id, and the event behind which a stream goes on."""

    id: str
    after: str | None = None


class Scope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """On whose account a call is made: limits, budgets and caches keep these apart."""

    tenant: str = ""
    user: str = ""
    key: str = ""
    """The id of the gateway's key; never the key."""
    tags: tuple[str, ...] = ()


NOBODY = Scope()


Hear: TypeAlias = Callable[[RateState | None, LLMKitError | None], None]
"""Gets what an answer's headers say may still be sent, and what it means where it is a refusal. Whoever sets it calls the one before."""


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
    scope: Scope = NOBODY
    operation: str = "complete"
    stream: bool = False
    """The reply is a `StreamCore`."""
    key: int = 0
    """Which of the provider's keys is used: its place, never the key."""
    rotation: KeyRotation | None = None
    """Who knows which key is next, where any provider has several."""
    place: Callable[[], str] = str
    """Tells where the candidates are and on whose account; only who keeps answers asks."""
    hear: Hear | None = None
    """Called once for each answer of the provider to a request that was sent, tries that failed too."""
    facts: Facts = msgspec.field(default_factory=Facts)
    """What is known of the request; all copies of a call share it."""

    def input_tokens(self) -> int:
        """Return how many tokens the input has at most: a quick upper bound, for limits and reservations. `tokens.count` is closer."""
        return self.facts.input_tokens(self.request, self.model)


Next: TypeAlias = Callable[[Call], Awaitable[Reply]]


class Layer(Protocol):
    """Wraps what comes after it. A layer has a `name` out of `llmkit.pipeline.order.ORDER`, which says where it stands."""

    @property
    def name(self) -> str:
        """Return what kind of layer it is."""
        ...

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
