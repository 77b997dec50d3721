"""Run a coroutine that never suspends: the whole bridge from async to sync."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from llmkit.errors import Suspended

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Drive `coroutine` to its end in the calling thread; raise `Suspended` where it waits for an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        value: T = stop.value
        return value
    coroutine.close()
    name = getattr(coroutine, "__qualname__", "The coroutine")
    raise Suspended(f"{name} awaited something asynchronous.", hint="Use AsyncLLMKit, or a hook that does not suspend.")
