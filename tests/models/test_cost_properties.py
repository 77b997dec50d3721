"""What holds for every cost, whatever is listed and used."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.models.cost import cost_of
from llmkit.types.price import Price, RateCard, Tier
from llmkit.types.usage import Usage

BUCKETS = {
    "uncached": "input",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "cache_write_5m": "cache_write",
    "cache_write_1h": "cache_write_1h",
    "output_text": "output",
    "reasoning": "reasoning",
    "output_audio": "audio_out",
    "output_image": "image_out",
}
RATE = st.decimals(min_value="0.000001", max_value="1000", places=10).map(lambda rate: rate.normalize())
RATES = st.fixed_dictionaries(dict.fromkeys(sorted(set(BUCKETS.values())), RATE))
COUNT = st.integers(0, 10**12)
USAGES = st.builds(Usage, **dict.fromkeys(BUCKETS, COUNT))
few = settings(max_examples=60)


def exact(rates: dict[str, Decimal], usage: Usage) -> Fraction:
    return sum((Fraction(rates[rate]) * getattr(usage, bucket) for bucket, rate in BUCKETS.items()), Fraction(0)) / 10**6


def amount(price: Price, usage: Usage, service: str = "") -> Fraction:
    if not usage.total:
        return Fraction(0)
    cost = cost_of(price, usage, service=service)
    assert cost is not None
    return Fraction(cost.amount)


@few
@given(RATES, USAGES)
def test_the_amount_is_exact_and_the_sum_of_its_buckets(rates: dict[str, Decimal], usage: Usage) -> None:
    cost = cost_of(Price(rates=rates), usage)

    if usage.total:
        assert cost is not None
        assert exact(rates, usage) == Fraction(cost.amount) == sum(map(Fraction, cost.buckets.values()))
        assert {bucket for bucket in BUCKETS if getattr(usage, bucket)} == set(cost.buckets)


@few
@given(RATES, USAGES, USAGES)
def test_without_boundaries_two_calls_cost_what_one_with_both_their_tokens_costs(
    rates: dict[str, Decimal], one: Usage, other: Usage
) -> None:
    price = Price(rates=rates)
    both = Usage(**{bucket: getattr(one, bucket) + getattr(other, bucket) for bucket in BUCKETS})

    assert amount(price, both) == amount(price, one) + amount(price, other)


@few
@given(RATES, USAGES, st.sampled_from(sorted(BUCKETS)), st.integers(1, 10**9), st.integers(0, 10**12), st.integers(1, 5))
def test_more_tokens_never_cost_less(rates: dict[str, Decimal], usage: Usage, bucket: str, more: int, above: int, factor: int) -> None:
    """Also over a boundary, where higher rates begin."""
    dearer = {name: rate * factor for name, rate in rates.items()}
    price = Price(rates=rates, tiers=(Tier(above=above, rates=dearer),))

    assert 0 <= amount(price, usage) < amount(price, usage.replace(**{bucket: getattr(usage, bucket) + more}))


@few
@given(RATES, USAGES, st.integers(1, 9))
def test_a_service_changes_the_rates_and_nothing_else(rates: dict[str, Decimal], usage: Usage, tenths: int) -> None:
    cheaper = {name: rate * tenths / 10 for name, rate in rates.items()}
    price = Price(rates=rates, services={"batch": RateCard(rates=cheaper)})

    assert 10 * amount(price, usage, "batch") == tenths * amount(price, usage)


@few
@given(RATES, st.sets(st.sampled_from(sorted(set(BUCKETS.values())))), USAGES, st.sets(st.sampled_from(sorted(BUCKETS))))
def test_a_cost_is_whole_or_it_is_none(rates: dict[str, Decimal], unlisted: set[str], usage: Usage, unused: set[str]) -> None:
    usage = usage.replace(**dict.fromkeys(unused, 0))
    used = {bucket for bucket in BUCKETS if getattr(usage, bucket)}

    cost = cost_of(Price(rates={name: rate for name, rate in rates.items() if name not in unlisted}), usage)

    if cost is None:
        assert not used or unlisted & {BUCKETS[bucket] for bucket in used}
    else:
        assert used == set(cost.buckets)
