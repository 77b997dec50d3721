"""What a batch costs: held by budgets before it begins, and told to the meter when its results were read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import BudgetExceeded
from llmkit.metering import Callback, SQLiteSink, UsageRecord
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.meter import Meter
from llmkit.types.price import Price, RateCard
from tests.metering.budget_cases import spent
from tests.metering.money import cents, listed
from tests.operations.batch_hosts import OpenAIHost, collect, made, taken
from tests.operations.faces import FACES

RATES = {"input": Decimal(0), "output": Decimal(10)}
MODEL = "openai/priced-1"
"""A cent for 1,000 tokens of its answer."""
HALVED = listed().replace(price=Price(rates=RATES, services={"batch": RateCard(rates={"input": Decimal(0), "output": Decimal(5)})}))
ASKED = ["word " * 100, "b", "c"]


def client_of(host: OpenAIHost, *layers: Any, **rates: str) -> dict[str, Any]:
    return {**host.client, "layers": list(layers), "models": [listed(**rates)], "retries": 0}


@pytest.mark.parametrize("face", FACES)
def test_a_batch_that_a_budget_cannot_pay_is_not_begun(face: str) -> None:
    """Three answers of a thousand tokens are three cents."""
    with OpenAIHost() as host, pytest.raises(BudgetExceeded) as caught:
        made(face, client_of(host, Budgets([cents(2)])), MODEL, ASKED, {"max_tokens": 1000})

    assert Decimal("0.03") == caught.value.wanted
    assert [] == list(host.requests)


def test_what_a_batch_can_cost_is_spent_when_it_has_begun() -> None:
    """What it did cost is known a day later."""
    budgets = Budgets([cents(10)])
    with OpenAIHost() as host, LLMKit(**client_of(host, budgets)) as kit:
        kit.batches.create(MODEL, ASKED, max_tokens=1000)
        booked = spent(budgets)
        with pytest.raises(BudgetExceeded):
            kit.batches.create(MODEL, ASKED, max_tokens=3000)

    assert (30_000, 0) == booked


def test_without_max_tokens_each_answer_may_be_the_longest() -> None:
    """The model writes up to 100,000 tokens."""
    with OpenAIHost() as host, LLMKit(**client_of(host, Budgets([cents(299)]))) as kit, pytest.raises(BudgetExceeded) as caught:
        kit.batches.create(MODEL, ASKED)

    assert Decimal(3) == caught.value.wanted


def test_what_is_asked_is_reserved_too() -> None:
    with OpenAIHost() as host, pytest.raises(BudgetExceeded) as caught:
        made("sync", client_of(host, Budgets([cents(0)]), input="1000", output="0"), MODEL, ASKED, {"max_tokens": 1})

    assert Decimal("0.1") <= (caught.value.wanted or 0) <= Decimal("0.3")  # a hundred words and a little


@pytest.mark.parametrize("ordered", [False, True, ["request-1", "request-2", "request-3"]])
@pytest.mark.parametrize("face", FACES)
def test_results_that_were_read_are_recorded_as_one(face: str, ordered: Any) -> None:
    records: list[UsageRecord] = []
    with OpenAIHost() as host:
        client = {**client_of(host, Meter(Callback(records.append))), "models": [HALVED]}
        collect(face, client, MODEL, ASKED, {"max_tokens": 1000}, ordered=ordered)

    begun, read = records
    assert ("batch", 0, 0) == (begun.operation, begun.uncached, begun.output_text)
    assert ("batch", MODEL, 3000, 300, Decimal("0.0015")) == (
        read.operation,
        read.model,
        read.uncached,
        read.output_text,
        Decimal(read.cost or 0),
    )
    assert ("batch_1", False) == (read.response_id, read.estimated)


def test_results_that_are_read_twice_are_kept_once(tmp_path: Path) -> None:
    """Also by another process: the record has the same name."""
    with OpenAIHost() as host:
        id, _ = made("sync", host.client, MODEL, ASKED, {})
        for _ in range(2):
            taken("sync", client_of(host, Meter(SQLiteSink(tmp_path / "usage.db"))), id)

    assert 1 == len(list(SQLiteSink(tmp_path / "usage.db").records()))


@pytest.mark.parametrize("ordered", [False, ["request-1"]])
def test_results_that_are_read_in_part_are_not_recorded(ordered: Any) -> None:
    records: list[UsageRecord] = []
    with OpenAIHost() as host:
        id, _ = made("sync", host.client, MODEL, ASKED, {})
        client = client_of(host, Meter(Callback(records.append)))
        with LLMKit(**client) as kit, kit.batch(id).wait(every=0).results(ordered) as found:
            next(iter(found))
            assert not ordered or [] == list(found)
        with LLMKit(**client) as kit:
            found = kit.batch(id).wait(every=0).results(ordered)
            found.close()
            assert [] == list(found)

    assert [] == records
