"""The fourteen ways in which price tables were found to give wrong costs, each as a claim about ours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.models.cost import cost_of, explain
from llmkit.models.registry import Registry
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Tier, Window
from llmkit.types.usage import Cost, Usage

MILLION = Usage(uncached=10**6)


def price(**rates: str) -> Price:
    return Price(rates={name: Decimal(rate) for name, rate in rates.items()})


def card(**rates: str) -> RateCard:
    return RateCard(rates=price(**rates).rates)


def amount(cost: Cost | None) -> Decimal | None:
    return None if cost is None else cost.amount


def test_1_a_listed_price_says_that_it_is_one_and_of_which_day() -> None:
    """Prices of resellers float: whoever reads the cost must see that it is not the reseller's own figure."""
    cost = cost_of(price(input="0.62"), MILLION, as_of="2026-11-10")

    assert cost is not None
    assert ("registry", "2026-11-10") == (cost.basis, cost.as_of)


def test_2_tokens_characters_pieces_and_seconds_are_units_of_their_own() -> None:
    """A price by the thousand or by the call in a field of prices by the million is 1,000 times wrong or worse."""
    listed = Price(units={"characters_in": Decimal(15), "query": Decimal("0.002"), "second_in": Decimal("0.0001")})

    costs = [cost_of(listed, None, units={unit: 1000}) for unit in ("characters_in", "query", "second_in")]

    assert [Decimal("0.015"), Decimal(2), Decimal("0.1")] == [amount(cost) for cost in costs]


def test_3_a_picture_is_not_billed_as_words() -> None:
    with_pictures = price(input="0.3", output="2.5", image_out="30")
    usage = Usage(output_text=10**6, output_image=10**6)

    assert Decimal("32.5") == amount(cost_of(with_pictures, usage))
    assert "image_out" in explain(price(input="0.3", output="2.5"), usage).reason


def test_4_the_hour_decides_where_hours_have_prices() -> None:
    listed = price(input="2").replace(services={"off_peak": card(input="1")}, off_peak=(Window(start=0, end=60),))

    assert [Decimal(1), Decimal(2)] == [amount(cost_of(listed, MILLION, at=at)) for at in (3599.0, 3600.0)]


def test_5_a_price_that_was_cut_is_dated() -> None:
    """An old table and a new one differ; with the day beside the amount it can be told which was used."""
    before, after = (cost_of(price(input=rate), MILLION, as_of=day) for rate, day in (("5", "2026-08-20"), ("4", "2026-08-21")))

    assert [(Decimal(5), "2026-08-20"), (Decimal(4), "2026-08-21")] == [(cost.amount, cost.as_of) for cost in (before, after) if cost]


def test_6_where_data_stays_costs_more() -> None:
    listed = price(input="1").replace(uplifts={"us": Decimal("1.1")}, regions={"eu": card(input="1.15")})

    assert [Decimal(1), Decimal("1.1"), Decimal("1.15")] == [amount(cost_of(listed, MILLION, region=at)) for at in ("", "us", "eu")]


def test_7_thinking_has_a_price_of_its_own() -> None:
    listed = price(input="0.4", output="1.2", reasoning="4").replace(services={"thinking": card(input="0.4", output="4")})

    assert [Decimal("1.2"), Decimal(4)] == [amount(cost_of(listed, Usage(output_text=10**6), thought=it)) for it in (False, True)]


@pytest.mark.parametrize("boundary", [100_000, 128_000, 200_000, 256_000, 272_000, 512_000])
def test_8_a_long_request_is_at_the_higher_rate_from_its_first_token(boundary: int) -> None:
    listed = price(input="1").replace(tiers=(Tier(above=boundary, rates={"input": Decimal(2)}),))

    costs = [cost_of(listed, Usage(uncached=size)) for size in (boundary, boundary + 1)]

    assert [Decimal(boundary) / 10**6, Decimal(2 * boundary + 2) / 10**6] == [amount(cost) for cost in costs]


def test_9_each_lifetime_of_a_cache_has_its_rate_and_none_is_derived_from_another() -> None:
    """They are 1.25, 2 or 2.5 times the input, and hits 0.1, 0.05 or 0.025 times: no rule holds for all models."""
    listed = price(input="1", cache_read="0.05", cache_write="1.25", cache_write_1h="2")
    usages = [Usage(cache_read=10**6), Usage(cache_write=10**6), Usage(cache_write_5m=10**6), Usage(cache_write_1h=10**6)]

    assert [Decimal("0.05"), Decimal("1.25"), Decimal("1.25"), Decimal(2)] == [amount(cost_of(listed, usage)) for usage in usages]
    assert [None, None] == [cost_of(price(input="1", cache_write="1.25"), usage) for usage in (usages[0], usages[3])]


def test_10_a_discount_is_the_listed_one_not_a_usual_one() -> None:
    """Batches are half the price at most vendors and 0.8 of it at one."""
    listed = price(input="1").replace(services={"batch": card(input="0.8")})

    assert Decimal("0.8") == amount(cost_of(listed, MILLION, service="batch"))
    assert None is cost_of(listed, MILLION, service="flex")


@pytest.mark.parametrize("finer", ["cache_read", "cache_write", "cache_write_1h"])
def test_11_a_zero_beside_a_price_is_not_known_to_be_one(finer: str) -> None:
    """Some hosts give hits for nothing, some lists have zeros where they know nothing."""
    assert finer in explain(price(input="1", output="2", **{finer: "0"}), Usage(uncached=1, **{finer: 1})).reason


def test_11_thinking_for_nothing_is_a_gap_in_the_list() -> None:
    assert Decimal(2) == amount(cost_of(price(input="1", output="2", reasoning="0"), Usage(reasoning=10**6)))


def test_11_a_list_of_zeros_is_a_free_model_and_nothing_is_missing_from_it() -> None:
    """The registry keeps zeros only where the provider says that nothing is charged."""
    usage = Usage(uncached=5, cache_read=5, cache_write_1h=5, output_text=5, reasoning=5, output_image=5)

    assert Decimal(0) == amount(cost_of(price(input="0", output="0"), usage))


def test_11_a_list_without_token_prices_is_not_a_free_model() -> None:
    by_the_search = price(input="0", output="0").replace(units={"query": Decimal("0.002")})
    by_the_picture = price(input="0", output="0").replace(variants={"image": {"default": Decimal("0.04")}})

    assert [None] * 5 == [
        cost_of(listed, usage)
        for listed, usage in ((Price(), MILLION), *((it, use) for it in (by_the_search, by_the_picture) for use in (None, MILLION)))
    ]


def test_11_what_bills_by_one_side_only_is_not_unknown() -> None:
    assert Decimal("0.02") == amount(cost_of(price(input="0.02", output="0"), Usage(uncached=10**6, output_text=10)))


def test_12_yuan_are_not_dollars() -> None:
    cost = cost_of(price(input="7").replace(currency="CNY"), MILLION)

    assert cost is not None
    assert ("CNY", None) == (cost.currency, cost.usd)


@pytest.mark.parametrize(
    "usage",
    [Usage(uncached=900, cache_read=100, output_text=40, reasoning=60), Usage(uncached=900, cache_read=100, output_text=100)],
    ids=["thinking told apart", "thinking inside the output"],
)
def test_13_no_token_is_paid_twice_however_it_was_counted(usage: Usage) -> None:
    """The buckets of a usage do not overlap; the codecs see to that, and here each is multiplied once."""
    assert Decimal("0.00191") == amount(cost_of(price(input="1", cache_read="0.1", output="10"), usage))


def test_14_a_model_that_is_only_nearly_the_one_asked_for_gives_no_price() -> None:
    """`sure` models alone are priced: an id that begins alike may be an older model at twice the price."""
    registry = Registry()
    registry.put([ModelInfo(provider="shop", id="gizmo-4", price=price(input="1"))])

    assert {"gizmo-4": "exact", "gizmo-4.5": "none", "gizmo": "none"} == {
        model: registry.match(f"shop/{model}").kind for model in ("gizmo-4", "gizmo-4.5", "gizmo")
    }
