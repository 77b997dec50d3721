"""Budgets hold through the client, on every face: reserve, then settle what it did cost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BudgetExceeded, LLMKitError
from llmkit.metering import SQLiteLedger
from llmkit.pipeline.budget import Budgets
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.events import TextDelta
from tests.faces import FACES, ask
from tests.metering.budget_cases import ANSWER, TEXT, spent
from tests.metering.money import LEDGERS, MODEL, budgeted, cents, ledger_of


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
