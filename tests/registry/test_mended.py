"""What all sources leave out or mix up is put right, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard
from tools.registry.fact import Fact
from tools.registry.mended import mended

PLAIN = {"input": Decimal(1), "output": Decimal(4)}
THOUGHT = {**PLAIN, "reasoning": Decimal(9)}
SIZES = {"web_search": Decimal("0.01"), "web_search:low": Decimal("0.006"), "web_search:high": Decimal("0.014")}


def model(name: str, price: Price | None = None, **fields: object) -> ModelInfo:
    provider, _, ident = name.partition("/")
    return ModelInfo(provider=provider, id=ident, price=price, price_source="a" if price else "", **fields)  # type: ignore[arg-type]


def searching(fee: str, amount: str) -> Price:
    return Price(rates=PLAIN, fees={fee: Decimal(amount)})


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("anthropic/claude-x", Price(rates=PLAIN), Price(rates=PLAIN, fees={"web_search": Decimal("0.01")})),
        ("anthropic/claude-x", Price(rates=PLAIN, fees={"web_search": Decimal(1)}), Price(rates=PLAIN, fees={"web_search": Decimal(1)})),
        ("other/claude-x", Price(rates=PLAIN), Price(rates=PLAIN)),
        (
            "alibaba/qwen-plus",
            Price(rates=THOUGHT),
            Price(rates=PLAIN, services={"thinking": RateCard(rates={"input": Decimal(1), "output": Decimal(9)})}),
        ),
        ("other/qwen-plus", Price(rates=THOUGHT), Price(rates=THOUGHT)),
        ("google/gemini-2.5-pro", searching("web_search", "0.035"), searching("web_search:answer", "0.035")),
        ("google/gemini-3-pro", searching("web_search", "0.014"), searching("web_search", "0.014")),
        (
            "perplexity/sonar-pro",
            Price(rates=PLAIN, units={"request": Decimal("0.014")}, fees=SIZES),
            Price(rates=PLAIN, variants={"request": {"high": Decimal("0.014"), "low": Decimal("0.006"), "medium": Decimal("0.01")}}),
        ),
        ("host/flux", Price(rates={"input": Decimal("0.0005"), "output": Decimal("0.0005")}), None),
    ],
)  # fmt: skip
def test_a_price_is_put_right_once(name: str, before: Price, after: Price | None) -> None:
    once = mended([Fact(info=model(name, before))])

    assert [after] == [fact.info.price for fact in once]
    assert once == mended(once)


def test_a_price_that_is_left_out_takes_its_source_along() -> None:
    (fact,) = mended([Fact(info=model("host/flux", Price(rates={"input": Decimal("0.0005")})))])

    assert (None, "", None) == (fact.info.price, fact.info.price_source, fact.info.price_as_of)


def test_a_model_that_only_the_other_service_of_a_company_has_is_left_out() -> None:
    facts = [Fact(info=model(name)) for name in ("google/claude-x", "google/gemini-x", "vertex/claude-x")]

    assert ["google/gemini-x", "vertex/claude-x"] == [fact.info.model for fact in mended(facts)]


def test_small_prices_of_models_that_only_read_stay() -> None:
    price = Price(rates={"input": Decimal("0.002")})

    assert [price] == [fact.info.price for fact in mended([Fact(info=model("host/embed", price, mode="embedding"))])]


def test_a_name_of_another_model_is_no_alias() -> None:
    """`gpt-5-1-codex` as an alias of `gpt-5.1` would give it the wrong price."""
    facts = [
        Fact(info=model("openai/gpt-5.1", aliases=("gpt-5-1", "gpt-5.1-2026-01-01", "gpt-5-1-codex"))),
        Fact(info=model("openai/gpt-5.1-codex")),
    ]

    assert ("gpt-5-1", "gpt-5.1-2026-01-01") == mended(facts)[0].info.aliases
