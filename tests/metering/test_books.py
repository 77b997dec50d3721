"""The books of every ledger, entry by entry: what is reserved, settled and freed at which moment, and what a server is told."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import ConfigurationError
from llmkit.metering import Budget, MemoryLedger, RedisLedger, SQLiteLedger, redis_ledger, sqlite_ledger
from llmkit.metering.claims import Claims
from llmkit.metering.ledger import KEPT, Claim, Reserved, Row, Standing, Ticket
from llmkit.metering.money import PICO, dollars_of, micro_down, micro_up, pico_of
from llmkit.metering.windows import FOREVER, window
from tests.metering.money import LEDGERS, NOON, ledger_of, ticket

EXCEEDS = [
    (Standing(4, 5), 10, 1, False),
    (Standing(4, 5), 10, 2, True),
    (Standing(20, 0), 10, 0, False),
    (Standing(20, 0), 10, 1, True),
    (Standing(20, 0), None, 1, False),
    (Standing(), 0, 1, True),
]


@pytest.mark.parametrize(("standing", "limit", "amount", "too_much"), EXCEEDS)
def test_a_limit_may_be_reached_and_not_passed(standing: Standing, limit: int | None, amount: int, too_much: bool) -> None:
    assert too_much == standing.exceeds(limit, amount)


@pytest.mark.parametrize(
    ("held", "pico", "sums"),
    [
        (10, 4 * PICO, (10, 4, 6, 0)),
        (10, 10 * PICO, (10, 10, 0, 0)),
        (10, 12 * PICO + 5, (12, 12, 0, 5)),
        (0, PICO - 1, (10, 0, 0, PICO - 1)),
    ],
)
def test_a_settlement_is_double_entry(held: int, pico: int, sums: tuple[int, ...]) -> None:
    row = Row(99, reserved=10)

    row.settle(held, pico)

    assert sums == (row.reserved, row.settled, row.released, row.fraction)
    assert row.held == row.reserved - row.settled - row.released


@pytest.fixture(params=LEDGERS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = ledger_of(request.param, tmp_path)
    yield made
    made.close()


def sums(ledger: Any) -> list[tuple[Any, ...]]:
    rows = [(account, cell, row.until, row.reserved, row.settled, row.released, row.fraction) for account, cell, row in ledger.rows()]
    return sorted(rows)


def test_a_reservation_is_on_all_accounts_or_on_none(ledger: Any) -> None:
    """And tells how they stood before it."""
    claims = (Claim("a", 60, 0, 90, 100), Claim("b", 60, 0, 90, None))
    first = Ticket(id="1", amount=60, claims=claims, expires=NOON + 9)

    assert Reserved(True, (Standing(), Standing())) == ledger.reserve(first, NOON)
    assert Reserved(False, (Standing(0, 60, 60),) * 2) == ledger.reserve(Ticket(id="2", amount=41, claims=claims, expires=NOON + 9), NOON)
    assert [("a", 60, 90, 60, 0, 0, 0), ("b", 60, 90, 60, 0, 0, 0)] == sums(ledger)
    assert ledger.settle(first, 25 * PICO + 1, NOON)
    assert [(False), (False)] == [
        ledger.settle(first, PICO, NOON),
        ledger.settle(Ticket(id="2", amount=1, claims=claims, expires=0), 1, NOON),
    ]
    assert [("a", 60, 90, 60, 25, 35, 1), ("b", 60, 90, 60, 25, 35, 1)] == sums(ledger)
    assert Standing(26, 0, 60) == ledger.standing(claims[0], NOON)
    assert Standing() == ledger.standing(Claim("c", 60, 0, 90, None), NOON)


@pytest.mark.parametrize(("passed", "held"), [(8.5, 40), (9.0, 0), (10.0, 0)])
def test_what_never_comes_back_is_free_at_its_end(passed: float, held: int, ledger: Any) -> None:
    made = ticket("1", 40, 100, expires=NOON + 9)
    ledger.reserve(made, NOON)

    assert Standing(0, held, 0) == ledger.standing(made.claims[0], NOON + passed)


@pytest.mark.parametrize(("passed", "known"), [(0.0, True), (9.0, True), (9.0 + KEPT - 1, True), (9.0 + KEPT, False)])
def test_a_late_call_is_booked_for_a_day(passed: float, known: bool, ledger: Any) -> None:
    """It was only slow; its money is spent, and was free in between."""
    made = ticket("1", 40, 100, expires=NOON + 9)
    ledger.reserve(made, NOON)
    ledger.standing(made.claims[0], NOON + passed)

    ledger.standing(made.claims[0], NOON + passed)
    assert known == ledger.settle(made, 30 * PICO, NOON + passed)

    assert Standing(30 if known else 0, 0, 0) == ledger.standing(made.claims[0], NOON + passed)
    assert all(row.held == 0 for _, _, row in ledger.rows())


def test_what_was_settled_does_not_keep_others_from_being_freed(ledger: Any) -> None:
    first, second = ticket("1", 40, 100, expires=NOON + 8), ticket("2", 30, 100, expires=NOON + 9)
    for made in (first, second):
        ledger.reserve(made, NOON)
    ledger.settle(first, PICO, NOON)

    assert Standing(1, 0, 0) == ledger.standing(second.claims[0], NOON + 10)


def test_a_window_counts_its_own_cells(ledger: Any) -> None:
    """Remainders are added up before they are rounded."""
    for cell, pico in ((10, PICO // 2), (20, PICO // 2), (30, 5 * PICO)):
        made = Ticket(id=str(cell), amount=10, claims=(Claim("a", cell, 0, 99, None),), expires=NOON + 9)
        ledger.reserve(made, NOON)
        if cell != 20:
            ledger.settle(made, pico, NOON)
    slow = Ticket(id="20", amount=10, claims=(Claim("a", 20, 0, 99, None),), expires=NOON + 9)

    assert Standing(6, 10, 10) == ledger.standing(Claim("a", 30, 0, 99, None), NOON)
    assert Standing(5, 10, 20) == ledger.standing(Claim("a", 30, 20, 99, None), NOON)
    assert Standing(5, 0, 30) == ledger.standing(Claim("a", 30, 21, 99, None), NOON)
    assert Standing() == ledger.standing(Claim("a", 40, 31, 99, None), NOON)
    assert ledger.settle(slow, PICO // 2, NOON)
    assert Standing(6, 0, 10) == ledger.standing(Claim("a", 30, 0, 99, None), NOON)


def test_memory_keeps_only_accounts_in_use() -> None:
    """Tenants and users come from outside, and cells end; what a call holds stays, however old it is."""
    ledger = MemoryLedger()
    ledger.reserve(Ticket(id="held", amount=7, claims=(Claim("held", 0, 0, 5, None),), expires=NOON * 2), NOON)
    for number in range(500):
        made = Ticket(id=str(number), amount=1, claims=(Claim(f"user {number}", 0, 0, int(NOON), None),), expires=NOON + 9)
        ledger.reserve(made, NOON - 5)
        ledger.settle(made, 1, NOON - 5)
    base = sys.getrefcount(made)
    assert 501 == len(ledger.rows())
    for _ in range(22):
        ledger.standing(Claim("x", 0, 0, 9, None), NOON - 1)
    assert 501 == len(ledger.rows())
    for _ in range(1024):
        ledger.standing(Claim("x", 0, 0, 9, None), NOON)

    assert ["held"] == [account for account, _, _ in ledger.rows()]
    assert base - 1 == sys.getrefcount(made), "a settled reservation is still kept"
    assert (0, 0) == ledger.standing(Claim("held", 0, 0, 5, None), NOON * 2)[:2]
    assert (False, None) == (ledger.blocking, ledger.close())


def test_a_file_waits_for_others_and_is_durable_unless_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[Any] = []
    monkeypatch.setattr(sqlite_ledger, "Database", lambda path, **fields: made.append((path, fields)))

    SQLiteLedger("a")
    SQLiteLedger("b", durable=False)

    assert [("a", True, 30.0), ("b", False, 30.0)] == [(path, fields["durable"], fields["patience"]) for path, fields in made]
    monkeypatch.undo()
    ledger = SQLiteLedger(tmp_path / "money.db")
    for name in ("b", "a"):
        ledger.reserve(ticket(name, 1, None, accounts=(name,)), NOON)
    assert (["a", "b"], True) == ([account for account, _, _ in ledger.rows()], ledger.blocking)
    ledger.close()


class Told:
    """Answers as the server's scripts do, and keeps what they were given."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, list[str], list[Any]]] = []
        self.closed = False

    def evaluate(self, script: str, keys: Any, values: Any) -> Any:
        self.asked.append((script, list(keys), list(values)))
        return self.answers.pop(0)

    def names(self, beginning: str) -> list[str]:
        assert "ledger:" == beginning
        return ["ledger:b", "ledger:b:held", "ledger:a"]

    def close(self) -> None:
        self.closed = True


PAIR = (Claim("a", 60, 0, int(NOON) + 100, 1000), Claim("b", 0, 0, FOREVER, None))
KEYS = ["ledger:a", "ledger:a:held", "ledger:b", "ledger:b:held"]
ABOUT = [NOON, 86_400.0, 3600, 1_000_000]


def test_a_server_is_told_all_that_a_reservation_needs() -> None:
    """An account is kept for a day after its lease, and an hour for clocks that differ; one without end, for ever."""
    server: Any = Told([1, "5", "6", "60", "0", "0", ""], [0, "1", "2", "3", "4", "5", "6"])
    made = Ticket(id="t 1", amount=40, claims=PAIR, expires=NOON + 9)
    ledger = RedisLedger(server)

    assert Reserved(True, (Standing(5, 6, 60), Standing())) == ledger.reserve(made, NOON)
    assert Reserved(False, (Standing(1, 2, 3), Standing(4, 5, 6))) == ledger.reserve(made, NOON)
    stay = 9 + 86_400.0 + 3600
    values = [*ABOUT, 9.0, 40, "t 1", 60, 0, int(NOON) + 100, 1000, stay, 0, 0, FOREVER, "", -1]
    assert (redis_ledger._RESERVE, KEYS, values) == server.asked[0]


def test_a_server_is_told_all_that_a_settlement_needs() -> None:
    server: Any = Told(1, 0)
    claims = (Claim("a", 60, 0, int(NOON) + 100_000, 1000), PAIR[1], Claim("c", 60, 0, int(NOON) + 9, 1000))
    made = Ticket(id="t 1", amount=40, claims=claims, expires=NOON + 9)
    ledger = RedisLedger(server)

    assert [True, False] == [ledger.settle(made, 3 * PICO + 7, NOON), ledger.settle(made, 3 * PICO + 7, NOON)]
    own = [60, 0, int(NOON) + 100_000, 100_000 + 3600, 0, 0, FOREVER, -1, 60, 0, int(NOON) + 9, 86_400 + 3600]
    values, keys = [*ABOUT, 3, 7, 40, "t 1", *own], [*KEYS, "ledger:c", "ledger:c:held"]
    assert (redis_ledger._SETTLE, keys, values) == server.asked[0]


def test_a_server_tells_how_accounts_stand() -> None:
    server: Any = Told(["5", "6", "60"], ["60", "99 4 3 2 1", "7", "98 1 1 1 1"], ["5", "9 8 7 6 5"])
    ledger = RedisLedger(server)

    assert Standing(5, 6, 60) == ledger.standing(Claim("a", 90, 30, 99, None), NOON)
    assert (redis_ledger._STANDING, ["ledger:a", "ledger:a:held"], [*ABOUT, 30]) == server.asked[0]
    assert [("a", 5, Row(9, 8, 7, 6, 5)), ("b", 7, Row(98, 1, 1, 1, 1)), ("b", 60, Row(99, 4, 3, 2, 1))] == ledger.rows()
    assert [["ledger:b"], ["ledger:a"]] == [keys for _, keys, _ in server.asked[1:]]
    assert ("return redis.call('HGETALL', KEYS[1])", True) == (server.asked[1][0], ledger.blocking)
    ledger.close()
    assert server.closed
    assert "redis" in type(RedisLedger("redis://127.0.0.1:1/0").server).__module__


def test_money_is_rounded_to_the_safe_side() -> None:
    assert (1, 2, 0, 1) == (*map(micro_up, (Decimal("1E-6"), Decimal("1.1E-6"))), *map(micro_down, (Decimal("9E-7"), Decimal("1.9E-6"))))
    assert (1_000_000, 0, 0, 2) == tuple(pico_of(Decimal(one)) for one in ("1E-6", "-1", "5E-13", "15E-13"))
    assert (Decimal("0.000001"), Decimal(12)) == (dollars_of(1), dollars_of(12_000_000))


NAMES: list[tuple[dict[str, Any], str]] = [
    ({}, "month"),
    ({"per": "day", "rolling": True}, "rolling day"),
    ({"by": ("tenant", "tag")}, "month by tenant, tag"),
    ({"tenant": "acme", "user": "me", "key": "k", "tag": "t"}, "month for tenant acme, user me, key k, tag t"),
    ({"tenant": "acme", "by": ("user",)}, "month for tenant acme by user"),
    ({"name": "mine", "tenant": "acme"}, "mine"),
]


@pytest.mark.parametrize(("fields", "name"), NAMES)
def test_a_budget_is_called_by_what_it_is_about(fields: dict[str, Any], name: str) -> None:
    """Without the amount, so that a limit can be raised without forgetting what was spent."""
    assert name == Budget(usd=1, **fields).name


ACCOUNTS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ('["n","month","UTC"]',)),
    ({"rolling": True, "per": "day"}, ('["n","day","rolling"]',)),
    ({"zone": "Europe/Berlin"}, ('["n","month","Europe/Berlin"]',)),
    ({"by": ("tenant", "user", "key")}, ('["n","month","UTC","tenant=T","user=U","key=K"]',)),
    ({"by": ("tag", "user")}, ('["n","month","UTC","user=U","tag=a"]', '["n","month","UTC","user=U","tag=b"]')),
    ({"tenant": "T", "user": "U", "key": "K", "tag": "b"}, ('["n","month","UTC"]',)),
    ({"tenant": "x"}, ()),
    ({"user": "x"}, ()),
    ({"key": "x"}, ()),
    ({"tag": "x"}, ()),
    ({"tenant": ""}, ()),
]


@pytest.mark.parametrize(("fields", "accounts"), ACCOUNTS)
def test_a_call_is_on_the_accounts_of_its_scope(fields: dict[str, Any], accounts: tuple[str, ...]) -> None:
    assert accounts == Budget(usd=1, name="n", **fields).accounts("T", "U", "K", ("a", "b", "a"))


GOOD: list[tuple[Any, int]] = [(0, 0), (10**12, 10**18), ("1.5", 1_500_000), (0.1, 100_000), (Decimal("0.0000019"), 1)]


@pytest.mark.parametrize(("usd", "limit"), GOOD)
def test_an_amount_is_a_limit_in_micro_dollars(usd: Any, limit: int) -> None:
    assert limit == Budget(usd=usd).limit


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"usd": 10**12 + 1}, "usd", "1000000000001"),
    ({"usd": "-0.01"}, "usd", "-0.01"),
    ({"usd": "much"}, "usd", "'much'"),
    ({"usd": True}, "usd", "True"),
    ({"usd": "Infinity"}, "usd", "Infinity"),
    ({"warn": 0}, "warn", "0"),
    ({"warn": 1.01}, "warn", "1.01"),
    ({"per": "dya"}, "per", r"per cannot be 'dya'\. Did you mean day\?"),
    ({"per": "x#"}, "per", r"per cannot be 'x#'\. It is one of hour, day, week, month, total\."),
    ({"by": ("user", "x#")}, "by", r"by cannot be 'x#'\. It is one of tenant, user, key, tag\."),
    ({"zone": "Mars"}, "zone", r"'Mars'.*Europe/Berlin"),
    ({"per": "total", "rolling": True}, "rolling", "total"),
]


@pytest.mark.parametrize(("fields", "parameter", "words"), WRONG)
def test_a_wrong_budget_names_its_field_and_what_it_may_be(fields: dict[str, Any], parameter: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        Budget(**{"usd": 1, **fields})
    assert parameter == caught.value.parameter


def test_the_edges_of_a_share_are_shares() -> None:
    assert (1, 0.01) == (Budget(usd=1, warn=1).warn, Budget(usd=1, warn=0.01).warn)
    assert Budget(usd=1, rolling=True, per="day").rolling
    assert "total" == Budget(usd=1, per="total").name


def scope(**fields: Any) -> Any:
    return type("Scope", (), {"tenant": "", "user": "", "key": "", "tags": (), **fields})()


def test_claims_hold_until_a_window_may_end() -> None:
    """A quarter of an hour for calendars, a second for what rolls; each scope has its own."""
    hard, soft, rolls = Budget(usd=2, by=("user",)), Budget(usd=1, hard=False), Budget(usd=1, per="hour", rolling=True, tenant="acme")
    claims = Claims((hard, soft, rolls))
    quarter = NOON + 900

    found = claims.of(scope(user="me"), NOON + 1)

    start, since, end = window("month", "UTC", False, NOON + 1)
    assert [(hard, 2_000_000), (soft, None)] == [(bound.budget, bound.claim.limit) for bound in found.bound]
    assert {(start, since, end)} == {(claim.cell, claim.since, claim.until) for claim in found.claims}
    assert (NOON + 1, quarter) == (found.since, found.until)
    assert found is claims.of(scope(user="me"), quarter - 1)
    assert found is not claims.of(scope(user="me"), quarter)
    assert found.claims != claims.of(scope(user="you"), NOON + 1).claims
    rolling = claims.of(scope(tenant="acme"), NOON + 1.5)
    assert (3, NOON + 2) == (len(rolling.bound), rolling.until)
    assert rolling is not claims.of(scope(tenant="acme"), NOON + 1)


@pytest.mark.parametrize(("limits", "least"), [((3, 2, 4), 2), ((3, None, 4), 3), ((None, 5), 5), ((None, None), None)])
def test_money_of_one_account_is_reserved_once_by_its_lowest_limit(limits: tuple[int | None, ...], least: int | None) -> None:
    budgets = [Budget(usd=limit or 1, hard=limit is not None, name="same") for limit in limits]

    found = Claims(budgets).of(scope(), NOON)

    assert (len(limits), 1) == (len(found.bound), len(found.claims))
    assert (None if least is None else least * 1_000_000) == found.claims[0].limit


def test_scopes_from_outside_do_not_fill_memory() -> None:
    claims = Claims((Budget(usd=1),))
    first = claims.of(scope(user="0"), NOON)
    for number in range(1, 4096):
        claims.of(scope(user=str(number)), NOON)
    assert first is claims.of(scope(user="0"), NOON)

    claims.of(scope(user="one more"), NOON)

    assert first is not claims.of(scope(user="0"), NOON)


@pytest.mark.parametrize(
    ("period", "now", "expected"),
    [
        ("hour", 7200.5, (7200, 7200 - 3660 + 1, 7260 + 3600)),
        ("hour", 7259.9, (7200, 7259 - 3660 + 1, 7260 + 3600)),
        ("day", 1440.0 * 70, (1440 * 70, 1440 * 70 - 86_400 - 1440 + 1, 1440 * 71 + 86_400)),
    ],
)
def test_a_rolling_window_has_sixty_cells(period: Any, now: float, expected: tuple[int, ...]) -> None:
    assert expected == window(period, "UTC", True, now)


def test_a_total_never_ends() -> None:
    assert (0, 0, 2**62) == window("total", "UTC", False, NOON)
