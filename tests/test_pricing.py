"""What an answer cost: told by the provider, else by listed prices, else not known."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from llmkit import LLMKit, Provider
from llmkit.testing import Answer, FakeProvider
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Window
from tests.faces import FACES, ask

RATES = {"input": Decimal("1.25"), "output": Decimal(10), "cache_read": Decimal("0.125")}
ANSWER = Answer(text="Hello", usage=(1_000_000, 200_000), cached=400_000)


def listed(**fields: Any) -> ModelInfo:
    """Return the model of these tests at its provider."""
    price = Price(**{"rates": RATES, **fields.pop("price", {})})
    return ModelInfo(
        **{"provider": "openai", "id": "priced-1", "price": price, "price_as_of": "2026-11-01", "price_source": "us", **fields}
    )


def asked(fake: FakeProvider, *models: ModelInfo, face: str = "sync", model: str = "openai/priced-1", **options: Any) -> Any:
    """Ask the fake through a client that knows `models`."""
    provider = model.partition("/")[0]
    client = {"keys": {provider: fake.key}, "base_urls": {provider: fake.base_url}, "models": models}
    return ask(face, client, model, "Hi", **options)


@pytest.mark.parametrize("face", FACES)
def test_an_answer_costs_its_tokens_at_listed_prices(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = asked(fake, listed(), face=face)

    assert reply.cost is not None
    assert (Decimal("2.80"), Decimal("2.80"), "registry", "2026-11-01") == (
        reply.cost.amount,
        reply.cost.usd,
        reply.cost.basis,
        reply.cost.as_of,
    )
    assert {"uncached": Decimal("0.75"), "cache_read": Decimal("0.05"), "output_text": Decimal(2)} == reply.cost.buckets
    assert not reply.cost.estimated
    assert () == reply.warnings


@pytest.mark.parametrize("face", FACES)
def test_an_unknown_price_is_none_and_a_warning(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = asked(fake, face=face)

    assert None is reply.cost
    assert ["unknown cost: no price of openai/priced-1 is known"] == [str(warning) for warning in reply.warnings]


def test_a_model_that_is_only_alike_gives_no_price() -> None:
    """Its price may be another release's."""
    with FakeProvider("openai_chat") as fake, LLMKit(models=[listed()]) as kit:
        fake.add(ANSWER)

        reply = asked(fake, listed(), model="openai/PRICED-1")

        assert "normalised" == kit.models.match("openai/PRICED-1").kind
    assert None is reply.cost


def test_another_name_of_the_model_gives_its_price() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = asked(fake, listed(id="priced-1-2026-01-01"), listed(id="priced-1", price={"rates": {**RATES, "input": Decimal(2)}}))

    assert Decimal("3.25") == reply.cost.usd


def test_a_deployment_is_priced_by_the_model_that_says_it_answered() -> None:
    """The name of a deployment says nothing; the answer names the model."""
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER.replace(model="priced-1"))

        reply = asked(fake, listed(), model="openai/my-deployment")

    assert Decimal("2.80") == reply.cost.usd


def test_a_missing_rate_of_a_bucket_that_was_used_leaves_the_cost_unknown() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = asked(fake, listed(price={"rates": {"input": Decimal(1)}}))

    assert None is reply.cost
    assert "output" in str(reply.warnings[-1])


def test_a_price_in_another_currency_stays_in_it() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)

        reply = asked(fake, listed(price={"currency": "CNY"}))

    assert ("CNY", Decimal("2.80"), None) == (reply.cost.currency, reply.cost.amount, reply.cost.usd)


def test_off_peak_hours_are_those_of_the_moment() -> None:
    now = datetime.datetime.now(datetime.UTC)
    always = (Window(start=0, end=1440),)
    never = (Window(start=0, end=1440, weekdays=((now.isoweekday() + 2) % 7 + 1,)),)
    half = {"off_peak": RateCard(rates={name: rate / 2 for name, rate in RATES.items()})}
    with FakeProvider("openai_chat") as fake:
        fake.always(ANSWER)

        cheap = asked(fake, listed(price={"services": half, "off_peak": always}))
        dear = asked(fake, listed(price={"services": half, "off_peak": never}))

    assert (Decimal("1.40"), Decimal("2.80")) == (cheap.cost.usd, dear.cost.usd)


def test_a_local_server_costs_nothing_that_could_be_told() -> None:
    own = Provider(name="shed", title="Shed", base_url="http://127.0.0.1:1/v1", local=True)
    with FakeProvider("openai_chat") as fake:
        fake.add(ANSWER)
        client = {"providers": [own], "keys": {"shed": fake.key}, "base_urls": {"shed": fake.base_url}}

        reply = ask("sync", client, "shed/any", "Hi")

    assert (None, ()) == (reply.cost, reply.warnings)


def test_the_sum_of_a_run_is_a_cost_too() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(tool_calls=[("c1", "add", {"a": 1})], usage=(1_000_000, 0)), Answer(text="2", usage=(1_000_000, 0)))

        def add(a: int) -> int:
            """Add one."""
            return a + 1

        with LLMKit(keys={"openai": fake.key}, base_urls={"openai": fake.base_url}, models=[listed()]) as kit:
            result = kit.run("openai/priced-1", "1 + 1?", tools=[add])

    assert result.cost is not None
    assert (Decimal("2.50"), "registry") == (result.cost.usd, result.cost.basis)
