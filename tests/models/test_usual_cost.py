"""The quick way to price the usual answer says what the careful way says, or nothing."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.models.cost import explain
from llmkit.models.usual_cost import usual_cost
from llmkit.types.price import Price, RateCard, Tier
from llmkit.types.usage import Usage

RATE = st.sampled_from([Decimal(text) for text in ("0", "0.0000001", "0.125", "1.25", "10", "200")])
NAMES = ("input", "output", "cache_read", "reasoning", "cache_write", "audio_in", "citation")
RATES = st.dictionaries(st.sampled_from(NAMES), RATE)
CARDS = st.builds(RateCard, rates=RATES)
PRICES = st.builds(
    Price,
    rates=RATES,
    currency=st.sampled_from(["USD", "CNY"]),
    tiers=st.lists(st.builds(Tier, above=st.integers(1, 2000), rates=RATES), max_size=1).map(tuple),
    services=st.dictionaries(st.sampled_from(["batch", "thinking"]), CARDS, max_size=1),
    regions=st.dictionaries(st.just("eu"), CARDS, max_size=1),
    units=st.dictionaries(st.just("request"), RATE, max_size=1),
)
COUNT = st.sampled_from([0, 0, 1, 999, 2500, 10**10])
USAGES = st.builds(
    Usage,
    uncached=COUNT,
    cache_read=COUNT,
    output_text=COUNT,
    reasoning=COUNT,
    cache_write=st.sampled_from([0, 0, 0, 5]),
    input_audio=st.sampled_from([0, 0, 0, 1]),
    server_tools=st.sampled_from([{}, {}, {"web_search": 1}]),
    source=st.sampled_from(["reported", "estimated"]),
)


@given(PRICES, USAGES, st.sampled_from(["", "default", "batch", "scale"]), st.sampled_from(["", "eu"]))
def test_the_quick_way_says_what_the_careful_way_says_or_nothing(price: Price, usage: Usage, tier: str, region: str) -> None:
    quick = usual_cost(price, "2026-11-01")
    cost = quick.cost(usage, tier, region) if quick is not None else None

    if cost is not None:
        assert explain(price, usage, service=tier, region=region, as_of="2026-11-01").cost == cost


@pytest.mark.parametrize("usage", [Usage(uncached=3, output_text=5), Usage(uncached=3, cache_read=2, reasoning=4, output_text=1)])
def test_the_usual_answer_takes_the_quick_way(usage: Usage) -> None:
    quick = usual_cost(Price(rates={"input": Decimal(1), "output": Decimal(4), "cache_read": Decimal("0.1")}), None)

    assert quick is not None
    assert quick.cost(usage, "default", "us-east-1") is not None


def test_the_callers_decimal_context_has_no_say() -> None:
    quick = usual_cost(Price(rates={"input": Decimal("1.2345678")}), None)

    assert quick is not None
    with localcontext(Context(prec=3)):
        cost = quick.cost(Usage(uncached=1_234_567), None, "")

    assert cost is not None
    assert Decimal("1.2345678") * 1_234_567 / 1_000_000 == cost.amount
