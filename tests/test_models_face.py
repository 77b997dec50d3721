"""`kit.models`, `kit.estimate` and `kit.count_tokens` as a user calls them."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import ConfigurationError, InvalidRequest, MissingKey, UnknownModel, UnknownProvider, UnsupportedFeature
from llmkit.testing import Answer, FakeProvider
from llmkit.types.model_info import ModelInfo


def own(provider: str, name: str, price: tuple[str, str], window: int, *can: str) -> dict[str, Any]:
    """Return facts as a user writes them."""
    rates = dict(zip(("input", "output"), price, strict=True))
    return {"provider": provider, "id": name, "price": {"rates": rates}, "context_window": window, "can": list(can)}


OWN = [
    own("openai", "mine-large", ("2", "8"), 200_000, "tools"),
    own("openai", "mine-small", ("0.5", "2"), 32_000),
    own("anthropic", "mine-other", ("1", "4"), 500_000, "tools"),
]


@pytest.fixture(scope="module")
def kit() -> Any:
    with LLMKit(keys={"openai": "sk-test"}, models=OWN) as client:
        yield client


def test_a_model_is_known_by_its_id_or_not_at_all(kit: LLMKit) -> None:
    info = kit.models.get("openai/gpt-5")

    assert info is not None
    assert ("openai/gpt-5", 400_000, True, Decimal("1.25")) == (
        info.model,
        info.context_window,
        info.supports("tools"),
        info.price.input if info.price is not None else None,
    )
    assert info.price_source
    assert info.price_as_of is not None
    assert None is kit.models.get("openai/no-such-thing")
    assert "openai/gpt-5" in kit.models
    assert "openai/no-such-thing" not in kit.models
    with pytest.raises(UnknownModel, match="openai/gpt-5"):
        kit.models.require("openai/gpt-5x")


def test_the_registry_is_large_and_says_how_new_it_is(kit: LLMKit) -> None:
    assert 19_000 <= len(kit.models)
    assert "2026-11-01" <= kit.models.as_of


def test_models_are_found_by_what_they_can_and_cost(kit: LLMKit) -> None:
    found = kit.models.find("mine", can=["tools"], min_context=100_000, sort="price")

    assert ["anthropic/mine-other", "openai/mine-large"] == [info.model for info in found]
    assert ["openai/mine-small"] == [info.model for info in kit.models.find("mine", provider="openai", max_input_price=1)]


def test_with_key_looks_only_at_providers_that_are_ready(kit: LLMKit) -> None:
    assert {"openai"} == {info.provider for info in kit.models.find("mine", with_key=True)}


def test_models_that_cannot_be_called_are_left_out_unless_asked_for(kit: LLMKit) -> None:
    callable_ = {info.provider for info in kit.models.find(status=("active", "beta", "unlisted", "deprecated", "retired"))}
    everywhere = {info.provider for info in kit.models.find(all_providers=True)}

    assert everywhere - callable_
    assert callable_ <= set(kit.providers)


def test_the_cheapest_are_those_that_do_the_work_for_the_least(kit: LLMKit) -> None:
    ranked = kit.models.cheapest(2, provider=["openai", "anthropic"], family=None, input_tokens=1_000_000, output_tokens=0)
    costs = [priced.cost.amount for priced in ranked]

    assert sorted(costs) == costs
    assert all(cost > 0 for cost in costs)


def test_models_stand_side_by_side(kit: LLMKit) -> None:
    rows = kit.models.compare(["openai/mine-large", "openai/mine-small"], input_tokens=1000, output_tokens=1000)

    assert [("openai/mine-large", Decimal("0.01")), ("openai/mine-small", Decimal("0.0025"))] == [
        (row.model, row.cost.amount if row.cost is not None else None) for row in rows
    ]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [({"cann": ["tools"]}, "can"), ({"can": ["toolz"]}, "tools"), ({"mode": "chatt"}, "chat"), ({"min_context": -1}, "min_context")],
)
def test_what_cannot_be_looked_for_is_refused_with_the_nearest(kit: LLMKit, options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidRequest, match=complaint):
        kit.models.find(**options)


def test_an_unknown_provider_is_refused(kit: LLMKit) -> None:
    with pytest.raises(UnknownProvider):
        kit.models.find(provider="antropic")


def test_own_facts_come_from_code_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "models.jsonl"
    file.write_text(json.dumps({"provider": "openai", "id": "gpt-5", "price": {"rates": {"input": "1", "output": "2"}}}) + "\n")
    config = tmp_path / "config.toml"
    config.write_text('models = "models.jsonl"\n')

    with LLMKit(config=config) as kit:
        ours = kit.models.require("openai/gpt-5")
        kit.models.overlay([ModelInfo(provider="house", id="x", context_window=5)])

        assert (Decimal(1), 400_000) == (ours.price.input if ours.price is not None else None, ours.context_window)
        assert 5 == kit.models.require("house/x").context_window


def test_a_wrong_file_names_the_line_and_leaves_what_was_known(tmp_path: Path) -> None:
    file = tmp_path / "models.jsonl"
    file.write_text(
        '{"provider": "openai", "id": "fine", "context_window": 1}\n{"provider": "openai", "id": "bad", "context_window": "many"}\n'
    )

    with LLMKit() as kit:
        with pytest.raises(ConfigurationError, match=r"models\.jsonl.*line 2|models\.jsonl:2"):
            kit.models.overlay(file)

        assert None is kit.models.get("openai/fine")
        assert kit.models.get("openai/gpt-5") is not None
    with pytest.raises(ConfigurationError):
        LLMKit(models=file)


def test_an_estimate_needs_no_key_and_sends_nothing() -> None:
    with LLMKit(models=OWN) as kit:
        told = kit.estimate("openai/mine-large", "Why is the sky blue?", output_tokens=1000, max_tokens=2000)

    assert ("openai/mine-large", 1000, 2000) == (told.model, told.output_tokens, told.most_output_tokens)
    assert 4 <= told.input.tokens <= 30
    assert "estimated" == told.input.method
    assert told.cost is not None
    assert told.most is not None
    assert told.input_cost is not None
    assert told.cost.estimated
    assert Decimal("0.008") == told.cost.amount - told.input_cost.amount
    assert Decimal("0.016") == told.most.amount - told.input_cost.amount


def test_an_estimate_of_an_unknown_price_is_none_with_a_warning() -> None:
    with LLMKit() as kit:
        told = kit.estimate("openai/no-such-thing", "Hi", output_tokens=5)

    assert (None, None) == (told.cost, told.input_cost)
    assert ["no price of openai/no-such-thing is known"] == [warning.detail for warning in told.warnings]


@pytest.mark.parametrize("tokens", [-1, 1.5, "many", True])
def test_a_length_that_is_none_is_refused(kit: LLMKit, tokens: Any) -> None:
    with pytest.raises(InvalidRequest, match="output_tokens"):
        kit.estimate("openai/mine-large", "Hi", output_tokens=tokens)


def test_an_estimate_goes_by_the_service_asked_for() -> None:
    half = {"batch": {"rates": {"input": "1", "output": "4"}}}
    model = {"provider": "openai", "id": "m", "price": {"rates": {"input": "2", "output": "8"}, "services": half}}
    with LLMKit(models=[model]) as kit:
        plain = kit.estimate("openai/m", "Hi", output_tokens=1000).cost
        batch = kit.estimate("openai/m", "Hi", output_tokens=1000, service="batch").cost

    assert plain is not None
    assert batch is not None
    assert 2 * batch.amount == plain.amount


@pytest.mark.parametrize("asynchronous", [False, True])
def test_tokens_are_counted_here_or_by_the_provider(asynchronous: bool) -> None:
    with FakeProvider("anthropic") as fake:
        client = {"keys": {"anthropic": fake.key}, "base_urls": {"anthropic": fake.base_url}}

        here = counted(asynchronous, client, "estimate")
        there = counted(asynchronous, client, "provider")

    assert ("estimated", "provider") == (here.method, there.method)
    assert here.tokens > 0
    assert there.tokens > 0
    assert here.error is not None


def test_a_provider_that_does_not_count_says_so() -> None:
    with FakeProvider("cohere") as fake, LLMKit(keys={"cohere": fake.key}, base_urls={"cohere": fake.base_url}) as kit:
        with pytest.raises(UnsupportedFeature, match="estimate"):
            kit.count_tokens("cohere/command-a-03-2025", "Hi", source="provider")

        assert "estimated" == kit.count_tokens("cohere/command-a-03-2025", "Hi", source="auto").method


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_models_that_a_provider_serves_now_are_asked_for(asynchronous: bool) -> None:
    """What the provider says stands above what was known; the rest is kept."""
    with FakeProvider("openai_chat", models=("mine-large", "brand-new")) as fake:
        client = {"keys": {"openai": fake.key}, "base_urls": {"openai": fake.base_url}, "models": OWN}

        live = {info.id: info for info in listed(asynchronous, client)}

    assert {"mine-large", "brand-new"} == set(live)
    assert 200_000 == live["mine-large"].context_window
    assert (None, None) == (live["brand-new"].context_window, live["brand-new"].price)


def test_asking_needs_a_key() -> None:
    with LLMKit() as kit, pytest.raises(MissingKey):
        kit.models.live("groq")


def test_a_bare_id_goes_to_its_only_provider() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="ok"))
        client: dict[str, Any] = {"keys": {"groq": fake.key}, "base_urls": {"groq": fake.base_url}}
        with LLMKit(**client, models=[{"provider": "groq", "id": "one-of-a-kind"}]) as kit:
            assert "groq" == kit.complete("one-of-a-kind", "Hi").provider


def test_a_bare_id_of_several_providers_lists_the_choices() -> None:
    shared = [{"provider": name, "id": "shared-70b"} for name in ("groq", "together")]
    with LLMKit(models=shared) as kit, pytest.raises(InvalidRequest, match="groq/shared-70b or together/shared-70b"):
        kit.complete("shared-70b", "Hi")


def counted(asynchronous: bool, client: dict[str, Any], source: Any) -> Any:
    if not asynchronous:
        with LLMKit(**client) as kit:
            return kit.count_tokens("anthropic/claude-sonnet-4-5", "Why is the sky blue?", source=source)

    async def ask() -> Any:
        async with AsyncLLMKit(**client) as kit:
            return await kit.count_tokens("anthropic/claude-sonnet-4-5", "Why is the sky blue?", source=source)

    return asyncio.run(ask())


def listed(asynchronous: bool, client: dict[str, Any]) -> list[ModelInfo]:
    if not asynchronous:
        with LLMKit(**client) as kit:
            return kit.models.live("openai")

    async def ask() -> list[ModelInfo]:
        async with AsyncLLMKit(**client) as kit:
            return await kit.models.live("openai")

    return asyncio.run(ask())
