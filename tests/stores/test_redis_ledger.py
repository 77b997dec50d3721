"""Budgets that many processes share through a server: exact, whatever dies, and never open by accident."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BudgetExceeded, StoreUnavailable
from llmkit.metering import Budget, RedisLedger
from llmkit.metering.ledger import KEPT, Claim, Standing, Ticket
from llmkit.metering.money import PICO
from llmkit.metering.windows import window
from llmkit.pipeline.budget import Budgets
from llmkit.stores.redis import Server
from llmkit.testing import FakeProvider
from tests.faces import FACES, ask
from tests.metering.books import Books, run_books
from tests.metering.budget_cases import ANSWER
from tests.metering.money import MODEL, NOON, budgeted, cents, ticket
from tests.stores.crowd import in_processes, kill_all
from tests.stores.redis_server import RedisServer

AGE = """
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], '-' .. ARGV[1], member) end
return 1
"""


def let_pass(ledger: RedisLedger, seconds: float) -> None:
    """Move the ends of all leases, since the server's clock cannot be moved."""
    for key in ledger.server.names("ledger:"):
        if key.endswith(":held"):
            ledger.server.evaluate(AGE, [key], [seconds])


@pytest.fixture
def ledger(redis_url: str, request: pytest.FixtureRequest) -> Iterator[RedisLedger]:
    made = RedisLedger(Server(redis_url, prefix=request.node.name, timeout=20))
    yield made
    made.close()


def test_reserved_is_settled_and_released_and_outstanding_on_a_server(redis_url: str) -> None:
    """The same machine that ledgers in memory and on disk are put through."""

    class BooksOnServer(Books):
        def made(self) -> RedisLedger:
            server = Server(redis_url, prefix="books", timeout=20)
            for key in server.names(""):
                server.command("DEL", key)
            return RedisLedger(server)

        def wait(self, minutes: int) -> None:  # type: ignore[override] - a rule, which hypothesis wraps
            super().wait(self, minutes)
            let_pass(self.ledger, minutes * 60)

    run_books(BooksOnServer, 4)


def test_eight_processes_with_a_budget_for_a_hundred_calls_make_a_hundred(ledger: RedisLedger) -> None:
    """A thousand are asked for, in pairs of accounts of which one is shared by all."""
    told = in_processes(8, lambda number, tell: tell(sum(reserved(ledger, f"{number} {turn}", f"own {number}") for turn in range(125))))

    rows = {account: row for account, _, row in ledger.rows()}
    assert 100 == sum(told)
    assert (100_000, 0, 0) == (rows["all"].reserved, rows["all"].settled, rows["all"].released)
    assert 100_000 == sum(row.reserved for account, row in rows.items() if account != "all")  # all or nothing


def test_processes_that_are_killed_lose_no_money_and_keep_none(ledger: RedisLedger) -> None:
    """Each settles a part of what it reserved, and dies between two steps, nobody knows where."""

    def work(number: int, tell: Any) -> None:
        for turn in range(1000):
            name = f"{number} {turn}"
            if reserved(ledger, name, f"own {number}"):
                ledger.settle(reservation(name, f"own {number}"), 700 * PICO, NOON)
                tell(700)

    told = in_processes(8, work, after=40, then=kill_all)

    row = {account: row for account, _, row in ledger.rows()}["all"]
    assert row.reserved - row.settled - row.released == row.held >= 0
    # Each may have settled one that it could not tell of any more.
    assert sum(told) <= row.settled <= sum(told) + 8 * 700
    assert row.held <= 8 * 1000
    let_pass(ledger, 901)
    assert (row.settled, 0) == ledger.standing(reservation("-", "-").claims[0], NOON)[:2]


def test_a_lease_is_as_long_by_the_servers_clock(ledger: RedisLedger) -> None:
    """A caller's clock may be a year behind: what it holds is held all the same, and as long."""
    ledger.reserve(ticket("behind", 400, 1000, expires=NOON + 60), NOON)

    let_pass(ledger, 58)
    before = ledger.standing(ticket("-", 0, None).claims[0], NOON + 10**8)
    let_pass(ledger, 3)
    after = ledger.standing(ticket("-", 0, None).claims[0], NOON - 10**8)

    assert (400, 0) == (before.held, after.held)


def test_a_slow_call_is_booked_after_its_lease_and_once(ledger: RedisLedger) -> None:
    made = ticket("slow", 400, 1000)
    ledger.reserve(made, NOON)
    let_pass(ledger, 901)
    assert Standing(0, 0, 0) == ledger.standing(made.claims[0], NOON)

    assert ledger.settle(made, 300 * PICO, NOON)
    assert not ledger.settle(made, 300 * PICO, NOON)

    assert Standing(300, 0, 0) == ledger.standing(made.claims[0], NOON)


def test_what_costs_nothing_is_let_in_when_all_is_spent(ledger: RedisLedger) -> None:
    """And what is counted only is, too."""
    ledger.reserve(ticket("dear", 1000, 1000), NOON)
    ledger.settle(ticket("dear", 1000, 1000), 1500 * PICO, NOON)

    found = [
        ledger.reserve(ticket(f"{amount} {limit}", amount, limit), NOON).admitted for amount, limit in ((0, 1000), (1, 1000), (1, None))
    ]

    assert [True, False, True] == found


def test_after_a_day_it_is_forgotten(ledger: RedisLedger) -> None:
    made = ticket("slow", 400, 1000)
    ledger.reserve(made, NOON)
    for _ in range(2):
        let_pass(ledger, 901 + KEPT)
        ledger.standing(made.claims[0], NOON)

    assert not ledger.settle(made, PICO, NOON)
    assert ["ledger:all"] == ledger.server.names("ledger:")


@pytest.mark.parametrize("rolling", [False, True])
def test_money_of_another_period_does_not_count_and_goes(rolling: bool, ledger: RedisLedger) -> None:
    def claim(now: float) -> Claim:
        cell, since, until = window("hour", "UTC", rolling, now)
        return Claim("hourly", cell, since, until, 1000)

    for hour in range(3):
        now = NOON + hour * 3700.0 + 60  # a rolling hour may count a minute too long
        made = Ticket(id=str(hour), amount=1000, claims=(claim(now),), expires=now + 900)
        assert ledger.reserve(made, now).admitted
        assert ledger.settle(made, 1000 * PICO, now)

    assert 1000 == ledger.standing(claim(now), now).spent
    ledger.reserve(Ticket(id="-", amount=0, claims=(claim(now + 10_800),), expires=now + 10_801), now + 10_800)
    assert 1 == len(ledger.rows())
    (ttl,) = {ledger.server.client().pttl(f"{{{ledger.server.prefix}}}:ledger:hourly") // 3_600_000}
    assert 23 <= ttl <= 26  # it goes by itself when nobody comes any more


@pytest.mark.parametrize("face", FACES)
def test_two_clients_share_a_budget(face: str, redis_url: str, request: pytest.FixtureRequest) -> None:
    """Reserved is $0.01, the answer costs $0.003: of two cents the third call does not get what it might need."""
    prefix = request.node.name
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        for _ in range(4):
            ask(
                face, budgeted(fake, Budgets([cents(2)], store=RedisLedger(Server(redis_url, prefix=prefix)))), MODEL, "Hi", max_tokens=1000
            )

        with pytest.raises(BudgetExceeded) as caught:
            ask(
                face, budgeted(fake, Budgets([cents(2)], store=RedisLedger(Server(redis_url, prefix=prefix)))), MODEL, "Hi", max_tokens=1000
            )

    assert (Decimal("0.012"), Decimal(0)) == (caught.value.spent, caught.value.held)


@pytest.mark.parametrize("away", ["closed", "open"])
def test_without_its_server_a_budget_is_closed_unless_told(away: Any, own_redis: RedisServer) -> None:
    budgets = Budgets([Budget(usd=1, per="day")], store=RedisLedger(own_redis.url), **({} if away == "closed" else {"away": "open"}))
    with FakeProvider("openai_chat") as fake, LLMKit(**budgeted(fake, budgets)) as kit:
        fake.always(ANSWER)
        kit.complete(MODEL, "Hi", max_tokens=1000)
        own_redis.kill()
        if away == "closed":
            with pytest.raises(StoreUnavailable, match="ledger"):
                kit.complete(MODEL, "Hi", max_tokens=1000)
        else:
            kit.complete(MODEL, "Hi", max_tokens=1000)
        own_redis.start()
        kit.complete(MODEL, "Hi", max_tokens=1000)

    assert (2 if away == "closed" else 3) == len(fake.requests)


def test_an_answer_is_given_out_though_its_cost_cannot_be_booked(own_redis: RedisServer) -> None:
    """It is there and paid for; the server that dies under a call takes only the book entry with it."""
    budgets = Budgets([Budget(usd=1, per="day")], store=RedisLedger(own_redis.url))

    def answer(request: Any) -> Any:
        own_redis.kill()
        return ANSWER

    with FakeProvider("openai_chat") as fake:
        fake.always(answer)

        assert ask("sync", budgeted(fake, budgets), MODEL, "Hi", max_tokens=1000).text


def reservation(name: str, own: str) -> Ticket:
    """Return 1,000 micro-dollars on the account of all, which has 100,000, and on one's own."""
    claims = (Claim("all", 0, 0, 2**62, 100_000), Claim(own, 0, 0, 2**62, None))
    return Ticket(id=name, amount=1000, claims=claims, expires=NOON + 900)


def reserved(ledger: RedisLedger, name: str, own: str) -> bool:
    return ledger.reserve(reservation(name, own), NOON).admitted
