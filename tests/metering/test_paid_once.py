"""An answer is paid for once, however often it is fetched; and both requests of a hedged call are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit
from llmkit.errors import StreamInterrupted
from llmkit.metering import Callback, UsageRecord
from llmkit.metering.kept import Kept
from llmkit.metering.measuring import Measured
from llmkit.metering.prices import ListedPrices
from llmkit.metering.report import totals
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.call import Budget, Call, Resumption, compose
from llmkit.pipeline.hedge import Hedge
from llmkit.pipeline.meter import Meter
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.http import Timeouts
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Usage
from tests.faces import client_of
from tests.metering.budget_cases import spent
from tests.metering.money import MODEL, cents, listed

KEPT: dict[str, Any] = {"dialect": "openai_responses", "store": True, "options": {"openai_responses": {"background": True}}}
SAID = Answer(text="The quick brown fox jumps over the lazy dog", usage=(12, 300), id="resp_1")
"""It costs 0.3 cents."""
MICRO = 3000


def watched() -> tuple[list[UsageRecord], Budgets, Meter]:
    records: list[UsageRecord] = []
    return records, Budgets([cents(100)]), Meter(Callback(records.append, blocking=False))


def sums(records: list[UsageRecord]) -> tuple[int, int]:
    return sum(record.micro or 0 for record in records), sum(record.output for record in records)


def test_fetching_an_answer_again_costs_nothing() -> None:
    """It was reserved and booked when it was made; the look at it is a record of its own, of nothing."""
    records, budgets, meter = watched()
    with FakeProvider("openai_responses") as fake:
        fake.always(SAID)
        with LLMKit(**client_of(fake, layers=[budgets, meter], models=[listed()])) as kit:
            kit.complete(MODEL, "Hi", max_tokens=400, **KEPT)
            kit.retrieve(MODEL, "resp_1", dialect="openai_responses")
            with kit.resume(MODEL, "resp_1", dialect="openai_responses") as stream:
                stream.response()

    assert (MICRO, 0) == spent(budgets)
    assert (MICRO, 300) == sums(records)
    assert [(False, "resp_1"), (True, "resp_1"), (True, "resp_1")] == [(record.again, record.response_id) for record in records]


def test_fetching_needs_no_money() -> None:
    """A budget that is used up refuses no answer that was paid for."""
    _, budgets, _ = watched()
    budgets = Budgets([cents(0)])
    with FakeProvider("openai_responses") as fake:
        fake.always(SAID)
        with LLMKit(**client_of(fake, layers=[budgets], models=[listed()])) as kit:
            assert SAID.text == kit.retrieve(MODEL, "resp_1", dialect="openai_responses").text


def test_a_cut_stream_that_is_taken_up_pays_the_rest_and_no_more() -> None:
    records, budgets, meter = watched()
    with FakeProvider("openai_responses") as fake:
        fake.add(Fault.cut(after=9, answer=SAID), SAID)
        client = client_of(fake, layers=[budgets, meter], models=[listed()], retries=0)
        with LLMKit(**client) as kit, kit.stream(MODEL, "Hi", max_tokens=400, **KEPT) as stream:
            with pytest.raises(StreamInterrupted):
                list(stream)
            before = spent(budgets)[0]
            stream.resume()
            stream.response()

    assert 0 < before < 1000
    assert (MICRO, 0) == spent(budgets)
    assert (MICRO, 300) == sums(records)
    assert [("error", True, False), ("ok", False, True)] == [(record.status, record.estimated, record.again) for record in records]
    assert 2 == len({record.id for record in records})


def call_of(runtime: Virtual, resumption: Resumption | None = None) -> Call:
    return Call(
        request=CompletionRequest(model=MODEL, messages=(Message.user("Hi " * 50),), max_tokens=400),
        models=(MODEL,),
        model=MODEL,
        runtime=runtime,
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(0),
        resumption=resumption,
    )


def answering(*answers: CompletionResponse) -> Callable[[Call], Any]:
    left = list(answers)

    async def answer(call: Call) -> CompletionResponse:
        return left.pop(0)

    return answer


def test_an_answer_made_in_the_background_is_paid_when_it_is_there() -> None:
    """What began it tells no tokens: its input is counted here. The first look that tells all of them pays the rest."""
    records, budgets, meter = watched()
    prices = ListedPrices([listed(input="10")])
    budgets.prices = meter.prices = prices
    begun = CompletionResponse(id="resp_1")
    done = begun.replace(usage=Usage(uncached=60, output_text=300))
    pipeline = compose((budgets, meter), answering(begun, begun, done, done))
    again = Resumption(id="resp_1")

    run(pipeline(call_of(Virtual())))
    before = spent(budgets)[0]
    for _ in range(3):
        run(pipeline(call_of(Virtual(), again)))

    assert 0 < before < 1500
    assert (3600, 0) == spent(budgets)
    assert sums(records)[0] == pytest.approx(3600, abs=1)
    assert [False, True, True, True] == [record.again for record in records]
    assert [None, "0", "0"] == [None, records[1].cost, records[3].cost]


def test_only_the_last_estimates_are_remembered_and_each_pays_once() -> None:
    kept = Kept(most=2)
    for name in "abc":
        kept.note(name, Measured(None, Decimal("0.5"), "registry", True))
    kept.note("told", Measured(None, Decimal("0.5"), "registry", False))
    told = Measured(Usage(output_text=5), Decimal(2), "registry", False)

    assert [None, None, Decimal("1.5"), None] == [
        rest.cost if (rest := kept.rest(name, told)) else None for name in ("a", "told", "c", "c")
    ]
    assert kept.rest("b", told._replace(estimated=True)) is None
    assert kept.rest("b", told) is not None


class Server:
    """The twenty-first request takes a minute, all others a second."""

    def __init__(self) -> None:
        self.requests = 0

    async def __call__(self, call: Call) -> CompletionResponse:
        self.requests += 1
        await call.runtime.sleep(60.0 if self.requests == 21 else 1.0)
        return CompletionResponse(id=str(self.requests), usage=Usage(uncached=10, output_text=100))


def test_the_slower_request_of_a_hedged_call_is_recorded_and_booked() -> None:
    """It was cancelled: what it used is estimated by the answer that came. It is once in the sums, and no call of its own."""
    records, budgets, meter = watched()
    budgets.prices = meter.prices = ListedPrices([listed()])
    pipeline = compose((budgets, meter, Hedge(share=1.0)), Server())
    call = call_of(Virtual())

    for _ in range(21):  # a call that is asked anew goes through the layers again
        run(pipeline(call))

    (slower,) = [record for record in records if record.hedged]
    assert (MODEL, "aborted", 10, 100, True, 1000, 1) == (
        slower.model,
        slower.status,
        slower.input,
        slower.output,
        slower.estimated,
        slower.micro,
        slower.attempts,
    )
    assert (22_000, 0) == spent(budgets)
    whole = totals(records, "model")[1]
    assert (21, 1, 0, Decimal("0.022")) == (whole.calls, whole.hedged, whole.aborted, whole.cost)


@pytest.mark.parametrize("stream", [False, True])
def test_a_slower_request_through_the_client_is_recorded(stream: bool) -> None:
    """In the sync client it runs in a thread of its own that cannot be stopped: its record comes when it ends."""
    records, budgets, meter = watched()
    with FakeProvider("openai_chat") as fake:
        fake.add(SAID, SAID, Fault.stall(after=0, answer=SAID), SAID)
        layers = [budgets, meter, Hedge(share=1.0, sample=2, least=0.02)]
        with LLMKit(**client_of(fake, layers=layers, models=[listed()], retries=0)) as kit:
            for _ in range(3):
                if stream:
                    with kit.stream(MODEL, "Hi", max_tokens=400) as answer:
                        answer.response()
                else:
                    kit.complete(MODEL, "Hi", max_tokens=400)
            fake.release()

    assert [False, False, False] == [record.hedged for record in records if not record.hedged]
    assert 4 == len(fake.requests)
    assert 1 >= sum(record.hedged for record in records)
    assert 3 * MICRO <= spent(budgets)[0] <= 4 * MICRO


class Deaf:
    """A sink that is broken."""

    blocking = False

    def write(self, records: Any, /) -> None:
        raise RuntimeError("no")

    def close(self) -> None:
        pass


def test_what_cannot_be_recorded_of_the_slower_one_breaks_nothing() -> None:
    pipeline = compose((Meter(Deaf(), prices=ListedPrices([listed()])), Hedge(share=1.0)), Server())
    runtime = Virtual()

    replies = [run(pipeline(call_of(runtime))) for _ in range(21)]

    assert 21 == len(replies)
