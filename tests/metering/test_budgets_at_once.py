"""Calls at once, cancelled and interrupted ones: a budget lets exactly so many through, and nothing stays held."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BudgetExceeded
from llmkit.metering import MemoryLedger
from llmkit.pipeline.budget import Budgets
from llmkit.runtime.blocking import Blocking
from llmkit.testing import Answer, FakeProvider
from tests.metering.budget_cases import ANSWER, spent
from tests.metering.money import LEDGERS, MODEL, budgeted, cents, ledger_of, listed


def test_64_threads_with_a_budget_for_10_send_10() -> None:
    """No answer comes before all others have been refused, so that nothing is settled meanwhile."""
    budgets = Budgets([cents(10)])
    refused: list[bool] = []
    over = threading.Event()

    def answer(request: Any) -> Answer:
        assert over.wait(20)
        return ANSWER

    def one(kit: LLMKit) -> bool:
        try:
            kit.complete(MODEL, "Hi", max_tokens=1000)
        except BudgetExceeded:
            refused.append(True)
            if len(refused) == 54:
                over.set()
            return False
        return True

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)
        with LLMKit(**budgeted(fake, budgets)) as kit, ThreadPoolExecutor(64) as pool:
            made = list(pool.map(one, [kit] * 64))

    assert 10 == sum(made) == len(fake.requests)
    assert (30_000, 0) == spent(budgets)


@pytest.mark.parametrize("kind", LEDGERS)
def test_64_tasks_with_a_budget_for_10_send_10(kind: str, tmp_path: Path) -> None:
    budgets = Budgets([cents(10)], store=ledger_of(kind, tmp_path))
    over = threading.Event()

    def answer(request: Any) -> Answer:
        assert over.wait(20)
        return ANSWER

    async def main(fake: FakeProvider) -> int:
        refused = 0

        async def one(kit: AsyncLLMKit) -> None:
            nonlocal refused
            try:
                await kit.complete(MODEL, "Hi", max_tokens=1000)
            except BudgetExceeded:
                refused += 1
                if refused == 54:
                    over.set()

        async with AsyncLLMKit(**budgeted(fake, budgets)) as kit:
            await asyncio.gather(*[one(kit) for _ in range(64)])
        return refused

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)

        assert 54 == asyncio.run(main(fake))

    assert 10 == len(fake.requests)
    assert (30_000, 0) == spent(budgets)
    budgets.store.close()


@pytest.mark.parametrize("kind", LEDGERS)
def test_a_cancelled_call_frees_its_reservation_and_pays_its_input(kind: str, tmp_path: Path) -> None:
    """The provider will bill the prompt; nobody knows of how much answer."""
    budgets = Budgets([cents(10)], store=ledger_of(kind, tmp_path))
    sent, over = threading.Event(), threading.Event()

    def answer(request: Any) -> Answer:
        sent.set()
        over.wait(20)
        return ANSWER

    async def main(fake: FakeProvider) -> None:
        async with AsyncLLMKit(**budgeted(fake, budgets, models=[listed(input="100")])) as kit:
            task = asyncio.ensure_future(kit.complete(MODEL, "Hi", max_tokens=1000))
            await asyncio.to_thread(sent.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        over.set()

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)
        asyncio.run(main(fake))

    settled, held = spent(budgets)
    assert 0 == held
    assert 100 < settled < 3000
    budgets.store.close()


class Slow(MemoryLedger):
    """A ledger that is asked in a thread, and waits for the test."""

    blocking = True

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go, self.done = threading.Event(), threading.Event(), threading.Event()

    def reserve(self, ticket: Any, now: float) -> Any:
        self.begun.set()
        assert self.go.wait(20)
        return super().reserve(ticket, now)

    def settle(self, ticket: Any, pico: int, now: float) -> bool:
        settled = super().settle(ticket, pico, now)
        self.done.set()
        return settled


def test_a_call_that_is_cancelled_while_it_reserves_holds_nothing() -> None:
    """The thread goes on when nobody waits for it any more."""
    ledger = Slow()
    budgets = Budgets([cents(10)], store=ledger)

    async def main(fake: FakeProvider) -> None:
        async with AsyncLLMKit(**budgeted(fake, budgets)) as kit:
            task = asyncio.ensure_future(kit.complete(MODEL, "Hi", max_tokens=1000))
            await asyncio.to_thread(ledger.begun.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with FakeProvider("openai_chat") as fake:
        asyncio.run(main(fake))
        ledger.go.set()

        assert ledger.done.wait(20)
    assert (0, 0) == spent(budgets)
    assert [] == fake.requests


class Interrupted(Blocking):
    """Ctrl-C comes when a function is done, and before its result is there."""

    async def call(self, function: Any, timeout: float | None = None) -> Any:
        function()
        raise KeyboardInterrupt


def test_a_call_that_is_interrupted_right_after_it_reserved_holds_nothing() -> None:
    ledger = Slow()
    ledger.go.set()
    budgets = Budgets([cents(10)], store=ledger)
    with FakeProvider("openai_chat") as fake, LLMKit(**budgeted(fake, budgets)) as kit:
        own, kit._core.runtime = kit._core.runtime, Interrupted()

        with pytest.raises(KeyboardInterrupt):
            kit.complete(MODEL, "Hi", max_tokens=1000)
        kit._core.runtime = own  # closing is not interrupted

    assert (0, 0) == spent(budgets)
