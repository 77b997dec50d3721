"""Budgets hold through the client, on every face: reserve, then settle what it did cost."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BudgetExceeded, LLMKitError, PriceUnknown, StoreUnavailable
from llmkit.metering import Budget, MemoryLedger, SQLiteLedger
from llmkit.metering.ledger import Claim
from llmkit.metering.windows import window
from llmkit.pipeline.budget import Budgets
from llmkit.runtime.blocking import Blocking
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.events import TextDelta
from tests.faces import FACES, ask, client_of
from tests.metering.money import LEDGERS, MODEL, NOON, budgeted, cents, ledger_of, listed

TEXT = " ".join(["word"] * 40)
ANSWER = Answer(text=TEXT, usage=(10, 300))
"""It costs 0.3 cents."""


def spent(budgets: Budgets, **scope: str) -> tuple[int, int]:
    """Return micro-dollars settled and held on the first budget's ledger."""
    budget = budgets.budgets[0]
    cell, since, until = window(budget.per, budget.zone, budget.rolling, 1.8e9)
    (account,) = budget.accounts(scope.get("tenant", ""), scope.get("user", ""), "", (scope["tag"],) if "tag" in scope else ())
    return budgets.store.standing(Claim(account, cell, since, until, None), 0.0)[:2]


@pytest.mark.parametrize("kind", LEDGERS)
@pytest.mark.parametrize("face", FACES)
def test_a_call_costs_what_it_used_and_not_what_was_reserved(face: str, kind: str, tmp_path: Path) -> None:
    budgets = Budgets([cents(2)], store=ledger_of(kind, tmp_path))
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = ask(face, budgeted(fake, budgets), MODEL, "Hi", max_tokens=1000)

    assert () == reply.warnings
    assert (3000, 0) == spent(budgets)
    budgets.store.close()


@pytest.mark.parametrize("face", FACES)
def test_a_call_that_might_exceed_a_budget_is_not_sent(face: str) -> None:
    budgets = Budgets([cents(1, name="pocket money")])
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        ask(face, budgeted(fake, budgets), MODEL, "Hi", max_tokens=1000)

        with pytest.raises(BudgetExceeded) as failure:
            ask(face, budgeted(fake, budgets), MODEL, "Hi", max_tokens=701)

    error = failure.value
    assert ("pocket money", Decimal("0.003"), Decimal("0.01"), Decimal("0.00701")) == (error.budget, error.spent, error.limit, error.wanted)
    assert not error.retryable
    assert 1 == len(fake.requests)
    assert (3000, 0) == spent(budgets)


def test_what_is_left_exactly_may_be_spent() -> None:
    budgets = Budgets([cents(1)])
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER, ANSWER)
        ask("sync", budgeted(fake, budgets), MODEL, "Hi", max_tokens=1000)

        ask("sync", budgeted(fake, budgets), MODEL, "Hi", max_tokens=700)

    assert (6000, 0) == spent(budgets)


@pytest.mark.parametrize("face", FACES)
def test_a_failure_costs_nothing(face: str) -> None:
    budgets = Budgets([cents(1)])
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("server"))

        with pytest.raises(LLMKitError):
            ask(face, budgeted(fake, budgets), MODEL, "Hi", max_tokens=1000)

    assert (0, 0) == spent(budgets)


def test_a_stream_that_is_left_is_charged_with_what_came() -> None:
    """Else whoever goes away early pays nothing, or everything."""
    budgets = Budgets([cents(1)])
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.stall(2, answer=Answer(text=TEXT, pieces=["word " * 20, "word " * 20], usage=(10, 300))))

        with LLMKit(**budgeted(fake, budgets)) as kit, kit.stream(MODEL, "Hi", max_tokens=1000) as stream:
            for event in stream:
                if isinstance(event, TextDelta):
                    break

    settled, held = spent(budgets)
    assert 0 == held
    assert 100 < settled < 600  # 20 words of the 40, at 10 micro-dollars a token


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


SCOPES = [
    ({"by": ("tenant",)}, {"tenant": "b"}, True),
    ({"by": ("tenant",)}, {"tenant": "a"}, False),
    ({"by": ("user",)}, {"tenant": "a", "user": "eve"}, True),
    ({"by": ("tag",)}, {"tenant": "a", "tags": ["y"]}, True),
    ({"by": ("tag",)}, {"tenant": "a", "tags": ["z", "x"]}, False),
    ({"tenant": "a"}, {"tenant": "b"}, True),
    ({"tenant": "a"}, {"tenant": "a"}, False),
    ({}, {"tenant": "b"}, False),
]


@pytest.mark.parametrize(("fields", "options", "free"), SCOPES)
def test_everybody_has_a_ledger_of_their_own(fields: dict[str, Any], options: dict[str, Any], free: bool) -> None:
    """`free` says that what tenant a spent for user bob under the tag x is none of this call's."""
    budgets = Budgets([cents(1, **fields)])
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        client = budgeted(fake, budgets, tenant="a")
        ask("sync", client, MODEL, "Hi", max_tokens=1000, user="bob", tags=["x"])

        try:
            ask("sync", client, MODEL, "Hi", max_tokens=1000, **options)
        except BudgetExceeded:
            assert not free
        else:
            assert free


def test_two_budgets_on_one_ledger_count_a_call_once() -> None:
    """A soft and a hard limit of the same money."""
    budgets = Budgets([cents(1, hard=False), cents(2)])
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        client = budgeted(fake, budgets)

        replies = [ask("sync", client, MODEL, "Hi", max_tokens=1000) for _ in range(2)]
        with pytest.raises(BudgetExceeded):
            ask("sync", client, MODEL, "Hi", max_tokens=1)

    assert [0, 1] == [len(reply.warnings) for reply in replies]
    assert (20_000, 0) == spent(budgets)


@pytest.mark.parametrize("face", FACES)
def test_a_soft_budget_warns_on_the_answer(face: str) -> None:
    budgets = Budgets([cents(1, hard=False, name="team")])
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = ask(face, budgeted(fake, budgets), MODEL, "Hi", max_tokens=2000)

    assert ["exceeded budget: team: $0.000000 of $0.010000 are used or held"] == [str(warning) for warning in reply.warnings]


class Later(Blocking):
    """The clock on the wall, which a test sets."""

    def __init__(self) -> None:
        self.time = NOON

    def wall(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


def test_a_refusal_lasts_until_the_day_is_over() -> None:
    """`resets_at` keeps its word: a second earlier is refused, then the day's money is there again."""
    budget = Budget(usd=Decimal("0.01"), per="day", zone="Europe/Berlin")
    budgets, runtime = Budgets([budget]), Later()
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit._core.runtime = runtime
            kit.complete(MODEL, "Hi", max_tokens=1000)
            with pytest.raises(BudgetExceeded) as failure:
                kit.complete(MODEL, "Hi", max_tokens=1000)
            assert failure.value.resets_at is not None
            runtime.advance(failure.value.resets_at - runtime.wall() - 1)
            with pytest.raises(BudgetExceeded):
                kit.complete(MODEL, "Hi", max_tokens=1000)
            runtime.advance(1)

            kit.complete(MODEL, "Hi", max_tokens=1000)

    assert 2 == len(fake.requests)


def test_a_rolling_budget_has_more_when_the_error_says() -> None:
    budgets, runtime = Budgets([Budget(usd=Decimal("0.01"), per="hour", rolling=True)]), Later()
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        with LLMKit(**budgeted(fake, budgets)) as kit:
            kit._core.runtime = runtime
            kit.complete(MODEL, "Hi", max_tokens=1000)
            runtime.advance(3599)
            with pytest.raises(BudgetExceeded) as failure:
                kit.complete(MODEL, "Hi", max_tokens=1000)
            assert failure.value.resets_at is not None
            runtime.advance(failure.value.resets_at - runtime.wall())

            kit.complete(MODEL, "Hi", max_tokens=1000)

    assert 2 == len(fake.requests)


UNKNOWN = [("allow", True, 0), ("refuse", False, 0), (Decimal("0.004"), True, 4000), (Decimal("0.02"), False, 0)]


@pytest.mark.parametrize(("unknown", "made", "charged"), UNKNOWN)
def test_a_model_without_a_price_is_treated_as_told(unknown: Any, made: bool, charged: int) -> None:
    budgets = Budgets([cents(1)], unknown=unknown)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        client = client_of(fake, layers=[budgets])

        try:
            ask("sync", client, "openai/not-priced-1", "Hi", max_tokens=1000)
        except PriceUnknown:
            assert unknown == "refuse"
        except BudgetExceeded:
            assert unknown != "refuse"

    assert (made, (charged, 0)) == (bool(fake.requests), spent(budgets))


def test_an_exhausted_budget_refuses_models_without_a_price_too() -> None:
    budgets = Budgets([cents(0)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded):
        ask("sync", client_of(fake, layers=[budgets]), "openai/not-priced-1", "Hi")

    assert [] == fake.requests


def test_the_dearest_of_several_models_is_reserved() -> None:
    """Failover may come to it."""
    dear = listed(output="1000").replace(id="dear-1")
    budgets = Budgets([cents(1)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets, models=[listed(), dear]), [MODEL, "openai/dear-1"], "Hi", max_tokens=1000)

    assert Decimal(1) == failure.value.wanted


MOST = [
    ({"input": "100"}, {}, Decimal("0.0100"), "the input"),
    ({"reasoning": "20"}, {}, Decimal("0.02"), "thinking that costs more than words"),
]


@pytest.mark.parametrize(("rates", "options", "least", "what"), MOST)
def test_the_most_that_a_call_can_cost_covers(rates: dict[str, str], options: dict[str, Any], least: Decimal, what: str) -> None:
    budgets = Budgets([cents(0)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets, models=[listed(**rates)]), MODEL, "Hi", max_tokens=1000, **options)

    assert least <= failure.value.wanted


def test_without_max_tokens_the_longest_answer_is_reserved() -> None:
    budgets = Budgets([cents(99)])
    with FakeProvider("openai_chat") as fake, pytest.raises(BudgetExceeded) as failure:
        ask("sync", budgeted(fake, budgets), MODEL, "Hi")

    assert Decimal(1) == failure.value.wanted
    assert "max_tokens" in str(failure.value)


class Away(MemoryLedger):
    """A ledger that cannot be asked."""

    def reserve(self, ticket: Any, now: float) -> Any:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("away", ["closed", "open"])
def test_a_store_that_is_away_closes_or_opens_as_told(away: Any) -> None:
    budgets = Budgets([cents(1)], store=Away(), away=away)
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)

        try:
            ask("sync", budgeted(fake, budgets), MODEL, "Hi")
        except StoreUnavailable:
            assert away == "closed"

    assert (away == "open") == bool(fake.requests)


def test_budgets_outlive_the_client(tmp_path: Path) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hi", usage=(1, 1000)))
        ask("sync", budgeted(fake, Budgets([cents(1)], store=SQLiteLedger(tmp_path / "money.db"))), MODEL, "Hi", max_tokens=1000)

        with pytest.raises(BudgetExceeded):
            ask("sync", budgeted(fake, Budgets([cents(1)], store=SQLiteLedger(tmp_path / "money.db"))), MODEL, "Hi", max_tokens=1)


def test_left_tells_what_a_scope_can_still_spend() -> None:
    budget = cents(5, by=("tenant",))
    budgets = Budgets([budget])
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        ask("sync", budgeted(fake, budgets, tenant="a"), MODEL, "Hi", max_tokens=1000)

    assert Decimal("0.047") == budgets.left(budget, tenant="a", now=1.8e9)
    assert Decimal("0.05") == budgets.left(budget, tenant="b", now=1.8e9)


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
