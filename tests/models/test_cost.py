"""Listed prices times what was used: exact, whole, or None with the reason."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from llmkit.models.cost import cost_of, explain
from llmkit.types.price import Price
from llmkit.types.usage import Usage
from tests.models.price_cases import PLAIN, amount, rates, reason


@pytest.mark.parametrize(
    ("usage", "listed", "told"),
    [
        (Usage(uncached=63, output_text=38, reasoning=64), rates(input="1.25", output="10", cache_read="0.125"), "0.00109875"),
        (Usage(uncached=1, cache_read=2569, cache_write=79, output_text=100), PLAIN.rates, "0.00256995"),
        (Usage(uncached=3, cache_read=2240, cache_write=329, output_text=100), PLAIN.rates, "0.00341475"),
        (
            Usage(uncached=56, cache_read=310, output_text=26, reasoning=131),
            rates(input="0.2", output="0.5", cache_read="0.05"),
            "0.0001052",
        ),
        (
            Usage(uncached=281, cache_read=7, output_text=27, reasoning=350),
            rates(input="0.3", output="0.5", cache_read="0.075"),
            "0.000273325",
        ),
        (
            Usage(uncached=84, cache_read=224, output_text=41, reasoning=30),
            rates(input="0.45", output="2.2", cache_read="0.225"),
            "0.0002444",
        ),
        (Usage(uncached=509, cache_read=5280, output_text=16), rates(input="0.1", output="0.15"), "0.0005813"),
        (Usage(uncached=3, output_text=6, output_image=1290), rates(input="0.3", output="2.5", image_out="30"), "0.0387159"),
    ],
    ids=["gpt-5", "claude", "claude, more written", "grok", "grok, thinking beside", "kimi", "hits without a discount", "a picture"],
)
def test_what_providers_said_that_calls_cost_is_met_to_the_last_digit(usage: Usage, listed: dict[str, Decimal], told: str) -> None:
    """Recorded answers that tell tokens and cost, with the rates listed at that time (2025 and 2026)."""
    assert told == amount(Price(rates=listed), usage)


def test_a_cost_names_its_buckets_its_currency_its_day_and_who_says_so() -> None:
    usage = Usage(uncached=1000, cache_read=2000, cache_write_5m=100, cache_write_1h=10, output_text=50, reasoning=5)

    cost = cost_of(PLAIN, usage, as_of="2026-11-01")

    assert cost is not None
    assert ("registry", "USD", "2026-11-01", False) == (cost.basis, cost.currency, cost.as_of, cost.estimated)
    assert rates(
        uncached="0.003",
        cache_read="0.0006",
        cache_write_5m="0.000375",
        cache_write_1h="0.00006",
        output_text="0.00075",
        reasoning="0.000075",
    ) == dict(cost.buckets)
    assert cost.amount == sum(cost.buckets.values())


def test_the_cost_of_estimated_tokens_is_estimated() -> None:
    cost = cost_of(PLAIN, Usage(uncached=1, source="estimated"))

    assert cost is not None
    assert cost.estimated


@pytest.mark.parametrize(
    ("listed", "usage", "missing"),
    [
        (rates(output="1"), Usage(uncached=1), "input"),
        (rates(input="1"), Usage(uncached=1, output_text=1), "output"),
        (rates(input="1", output="1", cache_write="1.25"), Usage(uncached=1, cache_read=1), "cache_read"),
        (rates(input="1", output="1"), Usage(uncached=1, cache_write=1), "cache_write"),
        (rates(input="1", output="1", cache_write="1.25"), Usage(uncached=1, cache_write_1h=1), "cache_write_1h"),
        (rates(input="1", output="1"), Usage(uncached=1, output_audio=1), "audio_out"),
        (rates(input="1", output="1"), Usage(uncached=1, output_image=1), "image_out"),
    ],
)
def test_a_used_bucket_without_a_rate_makes_the_whole_cost_unknown_and_is_named(
    listed: dict[str, Decimal], usage: Usage, missing: str
) -> None:
    """Part of a bill would be taken for the bill."""
    assert missing in reason(Price(rates=listed), usage).split()


def test_a_bucket_that_was_not_used_needs_no_rate() -> None:
    assert "0.000001" == amount(Price(rates=rates(input="1")), Usage(uncached=1))


@pytest.mark.parametrize(
    ("listed", "usage", "expected"),
    [
        (rates(input="1", output="2"), Usage(uncached=1, reasoning=10**6), "2.000001"),
        (rates(input="1", output="2", reasoning="3"), Usage(reasoning=10**6), "3"),
        (rates(input="1", output="2"), Usage(uncached=10**6, input_audio=10**5, input_image=10**5), "1"),
        (rates(input="1", output="2", cache_write="1.25"), Usage(cache_write_5m=10**6), "1.25"),
        (rates(input="1", output="2"), Usage(cache_read=10**6), "1"),
    ],
    ids=["thinking is output", "unless it has a rate", "sound and pictures are input", "five minutes are the usual", "no cache is sold"],
)
def test_where_a_list_has_no_such_notion_the_plainer_rate_holds(listed: dict[str, Decimal], usage: Usage, expected: str) -> None:
    assert expected == amount(Price(rates=listed), usage)


def test_sound_and_pictures_in_the_input_are_billed_apart_at_their_own_rates() -> None:
    price = Price(rates=rates(input="1", output="2", audio_in="10", image_in="5"))

    cost = cost_of(price, Usage(uncached=1000, input_audio=100, input_image=200))

    assert cost is not None
    assert rates(uncached="0.0007", input_audio="0.001", input_image="0.001") == dict(cost.buckets)


SOUND = Price(rates=rates(input="1", output="2", audio_in="10", cache_read="0.1", audio_cache_read="0.4"))


def test_how_much_of_the_cached_input_was_sound_is_not_guessed() -> None:
    assert "input_audio came from a cache" in reason(SOUND, Usage(uncached=50, cache_read=50, input_audio=60))


def test_input_that_is_all_sound_has_its_own_cache_rate() -> None:
    assert "0.00052" == amount(SOUND, Usage(uncached=50, cache_read=50, input_audio=100))


def test_parts_of_the_input_cannot_be_more_than_the_whole() -> None:
    assert "more than the whole" in reason(SOUND, Usage(uncached=50, input_audio=60))


def test_a_fee_by_the_size_of_the_context_needs_the_size() -> None:
    price = Price(rates=rates(input="1"), fees={"web_search:low": Decimal("0.005"), "web_search:high": Decimal("0.012")})
    usage = Usage(server_tools={"web_search": 1})

    assert ["0.005", "0.012"] == [amount(price, usage, context_size=size) for size in ("low", "high")]
    assert "size of its context" in reason(price, usage)
    assert "0.01" == amount(price.replace(fees={"web_search:low": Decimal("0.01"), "web_search:high": Decimal("0.01")}), usage)


def test_tokens_that_are_billed_apart_and_not_counted_leave_the_cost_unknown() -> None:
    assert "citations" in reason(Price(rates=rates(input="2", output="8", citation="2")), Usage(uncached=1))


def test_usage_that_counts_nothing_is_not_a_call_for_nothing() -> None:
    """Hosts send zeros for calls that they cut off or have not finished (recorded)."""
    assert "nothing is told" in reason(PLAIN, Usage())
    assert "nothing is told" in reason(PLAIN, None)


@pytest.mark.parametrize(
    ("price", "usage"),
    [
        (Price(rates={"input": Decimal(-1)}), Usage(uncached=1)),
        (Price(rates={"input": Decimal(1)}), Usage(uncached=-1)),
        (Price(rates={"input": Decimal("NaN")}), Usage(uncached=1)),
        (Price(rates={"input": Decimal("sNaN")}), Usage(uncached=1)),
        (Price(rates={"input": Decimal("Infinity")}), Usage(uncached=1)),
        (Price(rates={"input": Decimal("1E+900000"), "output": Decimal("1E-900000")}), Usage(uncached=1, output_text=1)),
    ],
)
def test_an_impossible_price_or_count_gives_no_amount(price: Price, usage: Usage) -> None:
    assert None is explain(price, usage).cost


def test_a_caller_s_decimal_context_neither_rounds_the_cost_nor_is_changed() -> None:
    with localcontext() as own:
        own.prec = 2
        cost = cost_of(Price(rates=rates(input="1.23456789")), Usage(uncached=123_456_789))
        rounded = Decimal(1) / 3

    assert cost is not None
    assert (Decimal("152.415787501905210"), Decimal("0.33")) == (cost.amount, rounded)
