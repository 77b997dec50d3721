"""What every store has in common: whether it may be asked right here, and what happens when it cannot be asked.

A store's methods are plain functions. One that keeps its state in memory has `local = True` and is called where it is needed; one that
does input or output has `local = False` and raises `StoreUnavailable` when it is away. `ask` does the right thing for both. Which of
the two a layer then does is the layer's own argument `away`: `open` goes on without the store, `closed` refuses the call.

`stores.sqlite.Database` and `stores.redis.Server` are the connections; every layer has tables, keys and scripts of its own on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias, TypeVar

from llmkit.runtime.protocol import Runtime

Away: TypeAlias = Literal["open", "closed"]
"""What a layer does while its store cannot be asked."""
T = TypeVar("T")


class Store(Protocol):
    """Keeps state for a layer."""

    @property
    def local(self) -> bool:
        """Say that it does no input or output."""
        ...

    def close(self) -> None:
        """Give up what is open; it opens again when it is used again."""
        ...


async def ask(store: Store, runtime: Runtime, function: Callable[[], T]) -> T:
    """Return what `function`, which asks `store`, returns: without holding up anybody else. Raises `StoreUnavailable`."""
    if store.local:
        return function()
    answer: T = await runtime.call(function)
    return answer
