"""The bridge from coroutines to plain calls."""

from __future__ import annotations

import asyncio

import pytest

from llmkit.errors import Suspended
from llmkit.runtime import run


async def _give(value: int) -> int:
    return value


def test_run_returns_what_the_coroutine_returns() -> None:
    assert 3 == run(_give(3))


def test_run_raises_what_the_coroutine_raises() -> None:
    async def fail() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        run(fail())


def test_a_coroutine_that_waits_for_a_loop_is_an_error_and_is_closed() -> None:
    closed = []

    async def wait() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            closed.append(True)

    with pytest.raises(Suspended, match="wait"):
        run(wait())

    assert [True] == closed
