"""A signal wakes whoever waits for it, in every runtime, whoever gives it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from llmkit.errors import Suspended
from llmkit.runtime import Asyncio, Blocking, Runtime, Virtual, run
from llmkit.runtime.signal import Signal

RUNTIMES: list[Callable[[], Runtime]] = [Asyncio, Blocking, Virtual]


def _played(runtime: Runtime, work: Any) -> Any:
    return asyncio.run(work) if isinstance(runtime, Asyncio) else run(work)


@pytest.mark.parametrize("make", RUNTIMES)
def test_a_signal_that_was_given_is_not_waited_for(make: Callable[[], Runtime]) -> None:
    runtime, signal = make(), Signal()
    signal.give()

    assert _played(runtime, runtime.wait(signal))


@pytest.mark.parametrize("make", RUNTIMES)
def test_a_signal_that_never_comes_is_waited_for_until_the_time_is_up(make: Callable[[], Runtime]) -> None:
    runtime, signal = make(), Signal()
    before = runtime.now()

    assert not _played(runtime, runtime.wait(signal, 0.01))
    assert runtime.now() - before >= 0.0099
    assert not signal._waiting  # nobody is left to be woken


@pytest.mark.parametrize("make", [Asyncio, Blocking])
def test_another_thread_wakes_the_one_who_waits(make: Callable[[], Runtime]) -> None:
    runtime, signal = make(), Signal()
    threading.Timer(0.01, signal.give).start()

    assert _played(runtime, runtime.wait(signal, 5.0))


def test_a_signal_to_a_loop_that_is_closed_is_lost_in_silence() -> None:
    signal = Signal()
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(Asyncio().wait(signal))
    loop.run_until_complete(asyncio.sleep(0))
    wakers = list(signal._waiting)
    waiting.cancel()
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()

    for wake in wakers:
        wake()

    assert not signal.given


def test_under_the_virtual_clock_waiting_alone_for_ever_is_an_error() -> None:
    runtime = Virtual()

    with pytest.raises(Suspended):
        run(runtime.wait(Signal()))
