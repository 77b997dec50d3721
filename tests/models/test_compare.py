"""The cheapest for a piece of work, and models side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit.errors import InvalidRequest
from llmkit.models.compare import cheapest, compare
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Tier
from llmkit.types.usage import Usage


def rates(inward: str, outward: str, **more: str) -> dict[str, Decimal]:
    return {"input": Decimal(inward), "output": Decimal(outward), **{name: Decimal(rate) for name, rate in more.items()}}


def info(name: str, price: Price | None, **more: Any) -> ModelInfo:
    provider, _, model = name.partition("/")
    return ModelInfo(provider=provider, id=model, price=price, price_as_of="2026-11-01", **more)


WORDY = info("a/wordy", Price(rates=rates("0.1", "10")))
READER = info("a/reader", Price(rates=rates("2", "2")))
CACHER = info("a/cacher", Price(rates=rates("3", "3", cache_read="0.01")))
TIERED = info("a/tiered", Price(rates=rates("1", "1"), tiers=(Tier(above=100_000, rates=rates("50", "50")),)))
HALF = info("a/half", Price(rates={"input": Decimal(1)}))
YUAN = info("a/yuan", Price(rates=rates("0.01", "0.01"), currency="CNY"))
FREE = info("a/free", Price(rates=rates("0", "0")), free=True)
PLAN = info("a/plan", Price(rates=rates("0", "0")), subscription=True)
UNKNOWN = info("a/unknown", None)
TINY = info("a/tiny", Price(rates=rates("0.01", "0.01")), context_window=2_000)
SHORT = info("a/short", Price(rates=rates("0.01", "0.01")), max_output=10)
BATCHED = info("a/batched", Price(rates=rates("9", "9"), services={"batch": RateCard(rates=rates("0.5", "0.5"))}))
EMBEDDER = info("a/embedder", Price(rates=rates("0.001", "0.001")), mode="embedding")
RETIRED = info("a/retired", Price(rates=rates("0.001", "0.001")), status="retired")
ALL = (WORDY, READER, CACHER, TIERED, HALF, YUAN, FREE, PLAN, UNKNOWN, TINY, SHORT, BATCHED, EMBEDDER, RETIRED)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["tiered 0.004", "reader 0.008", "wordy 0.0103", "cacher 0.012", "batched 0.036"]),
        ({"input_tokens": 1_000, "output_tokens": 10}, ["tiny 0.0000101", "short 0.0000101", "wordy 0.0002"]),
        ({"input_tokens": 100_000, "output_tokens": 0}, ["short 0.001", "wordy 0.01", "half 0.1"]),
        ({"input_tokens": 200_000, "output_tokens": 1}, ["short 0.00200001", "wordy 0.02001", "reader 0.400002"]),
        ({"input_tokens": 10_000, "cached_tokens": 10_000, "output_tokens": 0, "n": 2}, ["cacher 0.0001", "short 0.0001"]),
        ({"service": "batch"}, ["batched 0.002"]),
        ({"include_free": True, "n": 1}, ["free 0"]),
        ({"free": True}, ["free 0"]),
        ({"include_subscription": True, "n": 1}, ["plan 0"]),
        ({"mode": "embedding", "output_tokens": 0}, ["embedder 0.000003"]),
        ({"status": "retired"}, ["retired 0.000004"]),
        ({"max_input_price": 1.5, "sort": "name", "reverse": True, "limit": 1}, ["tiered 0.004", "wordy 0.0103"]),
        ({"n": 0}, []),
    ],
    ids=str,
)
def test_models_are_ranked_by_what_the_work_costs(options: Any, expected: list[str]) -> None:
    """A price for a token says little: it is tiers, caches, services and the shape of the work that make a cost."""
    n = options.pop("n", max(1, len(expected)))

    ranked = cheapest(ALL, n, **options)

    found = [f"{one.info.id} {one.cost.amount.normalize():f}" for one in ranked]
    assert sorted(expected) == sorted(found)
    assert [one.cost.amount for one in ranked] == sorted(one.cost.amount for one in ranked)


HOSTS = (
    info("openai/gpt-5", Price(rates=rates("2", "2")), base_model="openai/gpt-5"),
    info("cheap/their-name-of-it", Price(rates=rates("1", "1")), base_model="openai/gpt-5"),
    info("dated/gpt-5-2025-08-07", Price(rates=rates("2.5", "2.5"))),
    info("other/openai/GPT-5", Price(rates=rates("3", "3"))),
    info("other/openai/gpt-5-mini", Price(rates=rates("4", "4"))),
)


def test_a_model_appears_once_at_its_cheapest_host() -> None:
    once = cheapest(HOSTS)
    everywhere = cheapest(HOSTS, per_model=False)

    assert ["cheap/their-name-of-it", "other/openai/gpt-5-mini"] == [one.info.model for one in once]
    assert ["cheap", "openai", "dated", "other", "other"] == [one.info.provider for one in everywhere]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"inputtokens": 5}, "input_tokens"),
        ({"input_tokens": -1}, "whole number"),
        ({"cached_tokens": 4_000}, "only 3000"),
        ({"can": "tool"}, "tools"),
        ({"n": -1}, "whole number"),
    ],
    ids=str,
)
def test_work_that_cannot_be_is_refused(options: Any, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=hint):
        cheapest(ALL, **options)


def test_models_stand_side_by_side_in_the_order_given() -> None:
    rows = compare((TINY, UNKNOWN, YUAN, PLAN), Usage(uncached=3_000, output_text=1_000))

    assert ["a/tiny", "a/unknown", "a/yuan", "a/plan"] == [row.model for row in rows]
    assert [False, None, None, None] == [row.fits for row in rows]
    assert ["0.00004", None, "0.00004", "0"] == [None if row.cost is None else f"{row.cost.amount.normalize():f}" for row in rows]
    assert ["USD", "", "CNY", "USD"] == [row.currency for row in rows]


def test_a_price_that_lacks_a_part_of_the_work_gives_no_cost() -> None:
    (row,) = compare((HALF,), Usage(uncached=1_000, output_text=1))

    assert None is row.cost
