"""Which list holds: by length, service, region, hour, currency and day; and the fees of tools."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.models.cost import Priced, cost_of, explain, price_at
from llmkit.types.model_info import PriceThen
from llmkit.types.price import Price, RateCard, Tier, Window
from llmkit.types.usage import Cost, Usage
from tests.models.price_cases import PLAIN, amount, rates, reason


def card(*, tiers: tuple[Tier, ...] = (), services: dict[str, RateCard] | None = None, **listed: str) -> RateCard:
    return RateCard(rates=rates(**listed), tiers=tiers, services=services or {})


def tier(above: int, **listed: str) -> Tier:
    return Tier(above=above, rates=rates(**listed))


LONG = Price(rates=rates(input="2", output="10", cache_read="0.2"), tiers=(tier(200_000, input="4", output="20", cache_read="0.4"),))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(uncached=200_000, output_text=100), "0.401"),
        (Usage(uncached=200_001, output_text=100), "0.802004"),
        (Usage(uncached=1, cache_read=200_000, output_text=100), "0.082004"),
    ],
    ids=["at the boundary", "one above", "cached tokens count"],
)
def test_above_a_boundary_the_whole_request_has_the_higher_rates(usage: Usage, expected: str) -> None:
    assert expected == amount(LONG, usage)


def test_the_highest_boundary_that_is_exceeded_counts() -> None:
    price = Price(rates=rates(input="1"), tiers=(tier(10, input="2"), tier(100, input="3")))

    assert ["0.00001", "0.000022", "0.000303"] == [amount(price, Usage(uncached=size)) for size in (10, 11, 101)]


def test_a_rate_that_a_tier_leaves_out_is_not_taken_from_the_plain_list() -> None:
    price = LONG.replace(tiers=(tier(200_000, input="4", output="20"),))

    assert "cache_read with this service, region or length" in reason(price, Usage(uncached=200_000, cache_read=1))


def test_a_tier_leaves_out_what_the_plain_list_bills_as_plain_input() -> None:
    """Many lists name pictures at the plain price, and only the plain price above the boundary."""
    price = Price(rates=rates(input="2", image_in="2", audio_in="3"), tiers=(tier(10, input="4"),))

    assert "0.00008" == amount(price, Usage(uncached=20, input_image=15))
    assert "audio_in" in reason(price, Usage(uncached=20, input_audio=15))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("", "1"),
        ("default", "1"),
        ("standard", "1"),
        ("auto", "1"),
        ("on_demand", "1"),
        ("ON_DEMAND", "1"),
        ("flex", "0.5"),
        ("ON_DEMAND_FLEX", "0.5"),
        ("batch", "0.4"),
        ("priority", "2"),
        ("on-demand-priority", "2"),
        ("fast", None),
        ("scale", None),
        ("provisioned", None),
        ("PROVISIONED_THROUGHPUT", None),
        ("reserved", None),
        ("turbo", None),
    ],
)
def test_the_word_for_how_a_call_was_served_chooses_the_list(service: str, expected: str | None) -> None:
    """A tier that is not listed, is paid beforehand or is not known has no price; the plain one would be a guess."""
    price = Price(rates=rates(input="1"), services={"flex": card(input="0.5"), "batch": card(input="0.4"), "priority": card(input="2")})

    assert expected == amount(price, Usage(uncached=10**6), service=service)
    if expected is None:
        assert service in reason(price, Usage(uncached=1), service=service)


def test_a_service_has_its_own_boundaries_and_without_them_no_price_above() -> None:
    plain = LONG.replace(services={"batch": card(input="1", tiers=(tier(200_000, input="2"),)), "flex": card(input="1")})

    assert "0.400002" == amount(plain, Usage(uncached=200_001), service="batch")
    assert "0.2" == amount(plain, Usage(uncached=200_000), service="flex")
    assert "more than 200000 tokens" in reason(plain, Usage(uncached=200_001), service="flex")


def test_a_region_has_its_own_list_with_its_own_services() -> None:
    price = Price(
        rates=rates(input="1"),
        services={"batch": card(input="0.5")},
        regions={"eu": card(input="1.1", services={"batch": card(input="0.6")}), "us": card(input="1.2")},
    )

    assert ["1.1", "1"] == [amount(price, Usage(uncached=10**6), region=region) for region in ("eu", "elsewhere")]
    assert "0.6" == amount(price, Usage(uncached=10**6), region="eu", service="batch")
    assert None is amount(price, Usage(uncached=10**6), region="us", service="batch")


def test_a_factor_for_where_data_stays_is_on_all_token_rates_and_on_nothing_else() -> None:
    price = Price(
        rates=rates(input="1", output="2"),
        tiers=(tier(10**6, input="2"),),
        services={"batch": card(input="0.5")},
        uplifts={"us": Decimal("1.1")},
        fees=rates(web_search="0.01"),
    )

    assert "3.31" == amount(price, Usage(uncached=10**6, output_text=10**6, server_tools={"web_search": 1}), region="us")
    assert "0.55" == amount(price, Usage(uncached=10**6), region="us", service="batch")
    assert "2.2000022" == amount(price, Usage(uncached=10**6 + 1), region="us")


HYBRID = Price(
    rates=rates(input="0.4", output="1.2", reasoning="4"),
    services={"thinking": card(input="0.4", output="4"), "batch": card(input="0.2", output="0.6")},
)


def test_a_model_that_thought_has_the_list_for_thinking_for_all_of_its_answer() -> None:
    """Hybrids bill the words after the thinking at the higher rate too."""
    answer = Usage(uncached=10**6, output_text=10**6)

    assert "1.6" == amount(HYBRID, answer)
    assert "4.4" == amount(HYBRID, answer, thought=True)
    assert "8.4" == amount(HYBRID, answer.replace(reasoning=10**6))
    assert "thinking in the service tier 'batch'" in reason(HYBRID, answer, thought=True, service="batch")
    assert "0.8" == amount(HYBRID, answer, service="batch")


def test_the_seller_s_own_currency_is_told_when_asked_for_and_never_converted() -> None:
    price = Price(rates=rates(input="1"), native=card(input="7"), native_currency="CNY", fees=rates(web_search="0.01"))

    native = cost_of(price, Usage(uncached=10**6), currency="CNY")

    assert native is not None
    assert (Decimal(7), "CNY", None) == (native.amount, native.currency, native.usd)
    assert "1" == amount(price, Usage(uncached=10**6), currency="USD")
    assert "no price in EUR" in reason(price, Usage(uncached=1), currency="EUR")
    assert "no price in CNY" in reason(price, Usage(uncached=1, server_tools={"web_search": 1}), currency="CNY")


def test_a_list_in_another_currency_stays_in_it() -> None:
    cost = cost_of(Price(rates=rates(input="20"), currency="CNY"), Usage(uncached=10**6))

    assert cost is not None
    assert ("20.000000 CNY (registry)", None) == (str(cost), cost.usd)


def test_fees_are_for_each_call_of_a_tool() -> None:
    price = Price(rates=rates(input="1"), fees=rates(web_search="0.01", maps="0.025"))

    cost = cost_of(price, Usage(uncached=10**6, server_tools={"web_search": 3, "google_maps": 1, "web_fetch": 4}))

    assert cost is not None
    assert {"uncached": Decimal(1), "tool:web_search": Decimal("0.03"), "tool:google_maps": Decimal("0.025"), "tool:web_fetch": 0} == dict(
        cost.buckets
    )


def test_ten_grounded_requests_above_the_free_ones_cost_thirty_five_cents() -> None:
    """The vendor's own example (https://discuss.ai.google.dev/t/104625): 1,510 requests, of which 1,500 are free, at $35 a thousand."""
    price = Price(rates=rates(input="1.25"), fees=rates(web_search="0.035"))

    assert "0.35" == amount(price, Usage(server_tools={"web_search": 10}))


def test_a_used_tool_without_a_known_fee_makes_the_cost_unknown() -> None:
    assert "'x_search'" in reason(PLAIN, Usage(uncached=1, server_tools={"x_search": 1}))


HISTORY = (
    PriceThen(since=None, input=Decimal("0.2"), output=Decimal("0.4")),
    PriceThen(since="2026-08-16", input=Decimal("0.44"), output=Decimal("1.32"), cache_read=Decimal("0.088")),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-01-01", "0.6"), ("2026-08-15", "0.6"), ("2026-08-16", "1.76"), ("2026-11-23", "1.76")],
)
def test_an_earlier_day_has_the_price_that_held_then(day: str, expected: str) -> None:
    price = price_at(HISTORY, day)

    assert price is not None
    assert expected == amount(price, Usage(uncached=10**6, output_text=10**6))


def test_before_the_first_known_day_no_price_is_known() -> None:
    assert None is price_at(HISTORY[1:], "2026-08-15")
    assert None is price_at((), "2026-08-15")


PEAK = Price(
    rates=rates(input="0.3", output="1.2"),
    services={"off_peak": card(input="0.15", output="0.6")},
    off_peak=(
        Window(start=0, end=60, weekdays=(1, 2, 3, 4, 5)),
        Window(start=4 * 60, end=6 * 60, weekdays=(1, 2, 3, 4, 5)),
        Window(start=10 * 60, end=0, weekdays=(1, 2, 3, 4, 5)),
        Window(start=0, end=0, weekdays=(6, 7)),
    ),
)


MONDAY = 1_795_392_000
"""2026-11-23 00:00 UTC."""


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        (0, "0.15"),
        (59, "0.15"),
        (60, "0.3"),
        (239, "0.3"),
        (240, "0.15"),
        (359, "0.15"),
        (360, "0.3"),
        (599, "0.3"),
        (600, "0.15"),
        (1439, "0.15"),
        (24 * 60 * 4 + 120, "0.3"),
        (24 * 60 * 5 + 120, "0.15"),
        (24 * 60 * 6 + 120, "0.15"),
        (24 * 60 * 7 + 120, "0.3"),
    ],
)
def test_off_peak_hours_are_minutes_of_days_of_the_week_in_utc(minute: int, expected: str) -> None:
    assert expected == amount(PEAK, Usage(uncached=10**6), at=MONDAY + 60 * minute + 59.9)


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    price = PEAK.replace(off_peak=(Window(start=22 * 60, end=2 * 60, weekdays=(1,)),))
    hours = {hour: amount(price, Usage(uncached=10**6), at=MONDAY + 3600 * hour) for hour in (1, 21, 22, 25, 26, 46)}

    assert {1: "0.3", 21: "0.3", 22: "0.15", 25: "0.15", 26: "0.3", 46: "0.3"} == hours


def test_without_the_time_a_price_that_depends_on_it_is_not_known() -> None:
    assert "time of day" in reason(PEAK, Usage(uncached=1))


def test_a_reason_comes_only_instead_of_a_cost() -> None:
    assert Priced(cost=Cost(amount=Decimal("0.000003"), basis="registry", buckets={"uncached": Decimal("0.000003")})) == explain(
        PLAIN, Usage(uncached=1)
    )
