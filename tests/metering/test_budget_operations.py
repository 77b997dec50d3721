"""What is reserved and booked for what is no conversation: embeddings, rankings, pictures, speech, film; and for routes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit, Router, Timeouts
from llmkit.errors import BudgetExceeded, PriceUnknown
from llmkit.metering import Callback, UsageRecord
from llmkit.metering.prices import ListedPrices
from llmkit.metering.wanted import Wanted
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.meter import Meter
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import FakeHost, FakeProvider
from llmkit.types.messages import Message
from llmkit.types.model_info import Match, ModelInfo
from llmkit.types.price import Price, RateCard, Tier
from llmkit.types.reply import Reply
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest
from llmkit.types.usage import Usage
from llmkit.types.warnings import Warning
from tests.metering.budget_cases import ANSWER, spent
from tests.metering.money import MODEL, budgeted, cents, listed
from tests.operations.faces import FACES, client_for, use


class Asked(Request, frozen=True, kw_only=True):
    """A request of any operation."""

    words: tuple[str, ...] = ()
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    seconds: float | None = None

    def texts(self) -> tuple[str, ...]:
        return self.words


def call_of(request: Request, operation: str) -> Call:
    return Call(
        request=request,
        operation=operation,
        models=(request.model,),
        model=request.model,
        runtime=Virtual(),
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(0),
    )


def reserved(price: Price, operation: str, **fields: Any) -> Decimal | None:
    """Return the dollars that a call wants; None: its price is not known."""
    info = ModelInfo(provider="p", id="m", price=price, max_output=fields.pop("max_output", None))
    budgets = Budgets([cents(0)], prices=ListedPrices([info]), unknown="refuse")
    kind = CompletionRequest if operation == "complete" else Asked

    async def never(call: Call) -> Any:
        raise AssertionError("nothing may be sent")

    try:
        run(compose((budgets,), never)(call_of(kind(model="p/m", **fields), operation)))
    except PriceUnknown:
        return None
    except BudgetExceeded as error:
        return error.wanted
    raise AssertionError("a budget of nothing let a call pass")


def rates(**given: str) -> Price:
    return Price(rates={name: Decimal(rate) for name, rate in given.items()})


def units(**given: str) -> Price:
    return Price(units={name: Decimal(rate) for name, rate in given.items()})


WORDS = ("word " * 1000,)
SIZES = Price(variants={"image": {"low/1024x1024": Decimal("0.01"), "high/1024x1024": Decimal("0.2")}})
EXACT: list[Any] = [
    ("image", units(image="0.04"), {"n": 3}, "0.12"),
    ("image", units(image="0.04"), {}, "0.04"),
    ("image", SIZES, {"n": 2, "quality": "low", "size": "1024x1024"}, "0.02"),
    ("image", SIZES, {"n": 2, "size": "4096x4096"}, "0.4"),
    ("speech", units(characters_in="15"), {"words": ("a" * 2000,)}, "0.03"),
    ("video", units(second="0.5"), {"seconds": 8.0}, "4"),
    ("video", units(video="2"), {}, "2"),
    ("transcribe", units(hour_in="0.36"), {"seconds": 600.0}, "0.06"),
    ("rerank", units(query="0.002"), {"words": ("short",) * 100}, "0.002"),
    ("rerank", units(query="0.002"), {"words": ("short",) * 101}, "0.004"),
    ("rerank", units(query="0.002"), {"words": ("long " * 400,) * 60}, "0.004"),
    ("search", units(query="0.005"), {}, "0.005"),
    ("complete", Price(rates={"input": Decimal(0), "output": Decimal(0)}, units={"request": Decimal("0.01")}), {"messages": ()}, "0.01"),
]


@pytest.mark.parametrize(("operation", "price", "fields", "dollars"), EXACT)
def test_what_is_billed_by_the_piece_is_reserved_by_the_piece(operation: str, price: Price, fields: dict[str, Any], dollars: str) -> None:
    """Of a size that is not listed, the dearest."""
    assert Decimal(dollars) == reserved(price, operation, **fields)


BETWEEN: list[Any] = [
    ("embed", rates(input="1"), {"words": WORDS}, "0.001", "0.003"),
    ("moderate", rates(input="1"), {"words": WORDS}, "0.001", "0.003"),
    ("rerank", rates(input="1"), {"words": WORDS}, "0.001", "0.003"),
    ("image", rates(input="5", image_out="40"), {"n": 2}, "0.49", "0.7"),
    ("speech", rates(input="0.6", audio_out="12"), {"words": ("a" * 100,)}, "0.005", "0.02"),
]


@pytest.mark.parametrize(("operation", "price", "fields", "least", "most"), BETWEEN)
def test_what_is_billed_by_tokens_is_reserved_by_tokens(
    operation: str, price: Price, fields: dict[str, Any], least: str, most: str
) -> None:
    """A thousand words are more than a thousand tokens never by much; an embedding writes nothing that is billed."""
    assert Decimal(least) <= (reserved(price, operation, **fields) or 0) <= Decimal(most)


UNKNOWN: list[Any] = [
    ("video", rates(input="1"), {}),
    ("transcribe", units(hour_in="0.36"), {}),
    ("image", units(second="1"), {}),
    ("embed", units(image="1"), {"words": WORDS}),
]


@pytest.mark.parametrize(("operation", "price", "fields"), UNKNOWN)
def test_a_price_that_is_not_listed_is_not_known(operation: str, price: Price, fields: dict[str, Any]) -> None:
    """A film that is billed by something else; a recording of unknown length."""
    assert reserved(price, operation, **fields) is None


BATCH = Price(
    rates={"input": Decimal(2), "output": Decimal(10)}, services={"batch": RateCard(rates={"input": Decimal(1), "output": Decimal(5)})}
)
THINKING = Price(rates={"input": Decimal(0), "output": Decimal(1)}, services={"thinking": RateCard(rates={"output": Decimal(8)})})
ABROAD = Price(rates={"input": Decimal(0), "output": Decimal(1)}, regions={"eu": RateCard(rates={"output": Decimal(3)})})
LONG = Price(rates={"input": Decimal(0), "output": Decimal(1)}, tiers=(Tier(above=1000, rates={"output": Decimal(4)}),))
CHAT: list[Any] = [
    (BATCH, {"service_tier": "batch"}, "0.005", "0.0052"),
    (BATCH, {}, "0.01", "0.0102"),
    (THINKING, {}, "0.008", "0.008"),
    (ABROAD, {}, "0.003", "0.003"),
    (LONG, {}, "0.001", "0.001"),
    (rates(input="0", output="1", audio_out="20"), {"modalities": ("text", "audio")}, "0.02", "0.02"),
    (rates(input="0", output="1", audio_out="20"), {}, "0.001", "0.001"),
]


@pytest.mark.parametrize(("price", "fields", "least", "most"), CHAT)
def test_the_dearest_way_that_a_call_may_be_served_is_reserved(price: Price, fields: dict[str, Any], least: str, most: str) -> None:
    """Nobody says beforehand whether a model thinks or where it runs; a batch is half price where it is listed so."""
    asked = reserved(price, "complete", messages=(), max_tokens=1000, **fields)

    assert Decimal(least) <= (asked or 0) <= Decimal(most)


def test_a_long_input_is_reserved_at_the_rates_of_long_inputs() -> None:
    assert Decimal("0.004") == reserved(LONG, "complete", messages=(Message.user("word " * 1000),), max_tokens=1000)


def test_prices_that_have_changed_hold_at_once() -> None:
    """Another registry was fetched, while what was made ready of the old one is still there."""
    prices, known = ListedPrices(), {"p/m": listed(output="1")}
    prices.join(lambda model: Match(asked=model, kind="exact", info=known[model]))
    want = Wanted(output=1000)

    before = prices.most("p/m", want)
    known["p/m"] = listed(output="2")

    assert (1000, 2000) == (before, prices.most("p/m", want))


def booked(answer: Reply, operation: str, price: Price, **fields: Any) -> tuple[int, int]:
    budgets = Budgets([cents(1000)], prices=ListedPrices([ModelInfo(provider="p", id="m", price=price)]))

    async def give(call: Call) -> Reply:
        return answer

    run(compose((budgets,), give)(call_of(Asked(model="p/m", **fields), operation)))
    return spent(budgets)


UNPRICED = Warning(kind="unknown", parameter="cost", detail="the answer tells nothing of what was used")
BOOKED: list[Any] = [
    (Reply(usage=Usage(uncached=1000)), "embed", rates(input="3"), {}, 3000),
    (Reply(units={"image": 2}), "image", units(image="0.04"), {"n": 4}, 80_000),
    (Reply(), "image", units(image="0.04"), {"n": 4}, 160_000),
    (Reply(provider="p", warnings=(UNPRICED,)), "video", units(second="0.5"), {"seconds": 4.0}, 2_000_000),
    (Reply(provider="p"), "video", units(second="0.5"), {"seconds": 4.0}, 0),
]


@pytest.mark.parametrize(("answer", "operation", "price", "fields", "micro"), BOOKED)
def test_what_an_answer_tells_is_booked_else_what_was_wanted(
    answer: Reply, operation: str, price: Price, fields: dict[str, Any], micro: int
) -> None:
    """A film that has only been begun tells nothing: it is paid for all the same. What runs here is free."""
    assert (micro, 0) == booked(answer, operation, price, **fields)


@pytest.mark.parametrize(("answer", "operation", "price", "fields", "micro"), BOOKED)
def test_a_record_has_the_same_cost(answer: Reply, operation: str, price: Price, fields: dict[str, Any], micro: int) -> None:
    records: list[UsageRecord] = []
    meter = Meter(Callback(records.append, blocking=False), prices=ListedPrices([ModelInfo(provider="p", id="m", price=price)]))

    async def give(call: Call) -> Reply:
        return answer

    run(compose((meter,), give)(call_of(Asked(model="p/m", **fields), operation)))

    assert [(operation, micro, answer.units)] == [(record.operation, record.micro, record.units) for record in records]


def test_a_tier_that_is_not_listed_is_booked_at_the_plain_rates() -> None:
    """What was cut short tells no cost; nothing would be less than it was."""
    prices = ListedPrices([ModelInfo(provider="p", id="m", price=rates(input="2"))])

    assert Decimal("0.002") == prices.cost("p/m", Usage(uncached=1000), 0.0, Wanted(service="priority"))


@pytest.mark.parametrize("face", FACES)
def test_embeddings_are_held_within_a_budget_through_the_client(face: str) -> None:
    info = ModelInfo(provider="openai", id="vectors-1", mode="embedding", price=rates(input="10"))
    budgets = Budgets([cents(1)])
    with FakeHost() as host:
        host.on("POST /embeddings", {"data": [{"index": 0, "embedding": [1.0]}], "usage": {"prompt_tokens": 600}})
        client = client_for("openai", host.url, layers=[budgets], models=[info])

        use(face, client, "embed", "openai/vectors-1", "short")
        with pytest.raises(BudgetExceeded):
            use(face, client, "embed", "openai/vectors-1", "word " * 500)

    assert (1, (6000, 0)) == (len(host.requests), spent(budgets))


@pytest.mark.parametrize(("dear", "made"), [("10", True), ("100", False)])
def test_of_a_route_the_dearest_deployment_is_reserved(dear: str, made: bool) -> None:
    """Failover may come to it."""
    budgets, other = Budgets([cents(5)]), listed(output=dear).replace(id="dear-1")
    router = Router({"chat": [MODEL, "openai/dear-1"]})
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)
        with LLMKit(**budgeted(fake, budgets, router, models=[listed(), other])) as kit:
            try:
                kit.complete("route/chat", "Hi", max_tokens=1000)
            except BudgetExceeded as error:
                assert Decimal("0.1") == error.wanted

    assert made == bool(fake.requests)
