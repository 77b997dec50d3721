"""Callers that ask at once, and a server that waits for them, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from llmkit.errors import LLMKitError
from llmkit.pipeline.call import Call
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.runtime.step import run
from llmkit.testing import FakeProvider
from tests.caching.cache_cases import World


def together(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in `count` threads and wait for all."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def let_go_when(ready: Callable[[], bool], fake: FakeProvider) -> threading.Thread:
    """Open the fake's gate as soon as all are where they should be."""

    def watch() -> None:
        pause = threading.Event()
        for _ in range(2000):
            if fake.requests and ready():  # a gate is there only when the request is
                break
            pause.wait(0.005)
        fake.release()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def played(world: World, flight: SingleFlight, nexts: list[Any], calls: list[Call] | None = None) -> list[Any]:
    """Let all ask at the same virtual moment; return replies and failures."""
    calls = calls or [world.call() for _ in nexts]

    async def outcome(call: Call, next: Any) -> Any:
        try:
            return await flight(call, next)
        except LLMKitError as error:
            return error

    starts: list[Callable[[], Coroutine[Any, Any, Any]]] = [partial(outcome, call, next) for call, next in zip(calls, nexts, strict=True)]
    return run(world.runtime.gather(starts, limit=99))


def slow(world: World, seconds: float = 1.0) -> Any:
    async def next(call: Call) -> Any:
        await world.runtime.sleep(seconds)
        return await world.next(call)

    return next
