"""Ledgers keep double entry, whatever comes between, and never admit more than there is."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from llmkit.metering import SQLiteLedger
from llmkit.metering.ledger import KEPT
from llmkit.metering.money import PICO
from tests.metering.books import LIMIT, Books, BooksOnDisk, run_books
from tests.metering.money import LEDGERS, NOON, ledger_of, ticket


@pytest.mark.parametrize(("machine", "examples"), [(Books, 25), (BooksOnDisk, 8)])
def test_reserved_is_settled_and_released_and_outstanding(machine: type[Books], examples: int) -> None:
    """Double entry: whatever happens in whatever order, no money appears or goes, to the millionth of a micro-dollar."""
    run_books(machine, examples)


@pytest.mark.parametrize("kind", LEDGERS)
def test_of_many_threads_exactly_as_many_get_in_as_there_is_money_for(kind: str, tmp_path: Path) -> None:
    ledger = ledger_of(kind, tmp_path)
    start = threading.Barrier(64)

    def ask(number: int) -> bool:
        start.wait()
        return bool(ledger.reserve(ticket(str(number), 100, LIMIT), NOON).admitted)

    with ThreadPoolExecutor(64) as pool:
        admitted = list(pool.map(ask, range(64)))

    assert 10 == sum(admitted)
    ledger.close()


RESERVE = """
import os, signal, sys
from llmkit.metering import SQLiteLedger
from llmkit.metering.ledger import Claim, Ticket
ledger = SQLiteLedger(sys.argv[1], durable=False)
print('ready', flush=True)
sys.stdin.readline()
claims = (Claim("all", 0, 0, 2**62, 1000),)
admitted = 0
for number in range(64):
    made = Ticket(id=f"{os.getpid()} {number}", amount=100, claims=claims, expires=float(sys.argv[2]) + 900)
    admitted += ledger.reserve(made, float(sys.argv[2])).admitted
print(admitted, flush=True)
if sys.argv[3] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def processes(path: Path, count: int, then: str) -> Iterator[int]:
    """Start processes that reserve at once, and tell how often each was admitted."""
    command = [sys.executable, "-c", RESERVE, str(path), str(NOON), then]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    for process in started:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in started:
        out, _ = process.communicate(timeout=60)
        yield int(out)


def test_of_many_processes_exactly_as_many_get_in_as_there_is_money_for(tmp_path: Path) -> None:
    """Each of 4 processes asks 64 times, and there is money for 10."""
    assert 10 == sum(processes(tmp_path / "money.db", 4, "end"))


def test_a_killed_process_loses_no_money_and_keeps_none(tmp_path: Path) -> None:
    """What it had settled stays; what it held is free once its reservations expire."""
    ledger = SQLiteLedger(tmp_path / "money.db", durable=False)
    paid = ticket("paid", 300, LIMIT)
    ledger.reserve(paid, NOON)
    ledger.settle(paid, 300 * PICO, NOON)

    admitted = sum(processes(tmp_path / "money.db", 1, "die"))

    claim = paid.claims[0]
    assert 7 == admitted
    assert (300, 700) == ledger.standing(claim, NOON + 899)[:2]
    assert (300, 0) == ledger.standing(claim, NOON + 901)[:2]
    ledger.close()


@pytest.mark.parametrize("kind", LEDGERS)
def test_remainders_below_a_micro_dollar_are_carried(kind: str, tmp_path: Path) -> None:
    """A thousand calls for 0.4 micro-dollars each cost 400, and not 0 or 1,000."""
    ledger = ledger_of(kind, tmp_path)
    count = 1000 if kind == "memory" else 50
    for number in range(count):
        made = ticket(str(number), 1, None)
        ledger.reserve(made, NOON)
        ledger.settle(made, 400_000, NOON)

    assert count * 2 // 5 == ledger.standing(ticket("-", 0, None).claims[0], NOON).spent
    ledger.close()


@pytest.mark.parametrize("kind", LEDGERS)
def test_a_reservation_that_expired_long_ago_is_forgotten(kind: str, tmp_path: Path) -> None:
    """Else a ledger would grow by every process that ever died."""
    ledger = ledger_of(kind, tmp_path)
    made = ticket("slow", 100, LIMIT)
    ledger.reserve(made, NOON)
    ledger.standing(made.claims[0], NOON + 901)

    assert (0, 0) == ledger.standing(made.claims[0], NOON + 901 + KEPT)[:2]
    assert not ledger.settle(made, PICO, NOON + 902 + KEPT)
    ledger.close()


def test_the_file_is_private(tmp_path: Path) -> None:
    ledger = SQLiteLedger(tmp_path / "money.db")
    ledger.reserve(ticket("one", 1, None), NOON)

    assert {0o600} == {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    ledger.close()


def test_memory_does_not_grow_with_calls() -> None:
    ledger = ledger_of("memory", Path())
    for number in range(5000):
        made = ticket(str(number), 1, None)
        ledger.reserve(made, NOON)
        ledger.settle(made, 0, NOON)

    assert 1 == len(ledger.rows())
    assert len(ledger._agenda) < 2048
