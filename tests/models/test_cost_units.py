"""Pictures, seconds, pages, searches, characters: by size and quality however they are spelled, and never paid twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.models.cost import cost_of, explain
from llmkit.types.price import Price, RateCard
from llmkit.types.usage import Usage


def decimals(listed: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(price) for name, price in listed.items()}


PICTURES = Price(
    variants={
        "image": decimals(
            {
                "default": "0.04",
                "1024x1024": "0.04",
                "hd/1024x1024": "0.08",
                "hd/1024x1792": "0.12",
                "hd/default": "0.08",
                "low/1024-x-1024": "0.011",
            }
        )
    }
)
FILMS = Price(variants={"second": decimals({"1280_720": "0.3", "720_1280": "0.3", "1792_1024": "0.5"})})
LINES = Price(variants={"second": decimals({"480p": "0.05", "720p": "0.1", "1080p": "0.2", "4k": "0.6"})})


@pytest.mark.parametrize(
    ("price", "unit", "variant", "expected"),
    [
        (PICTURES, "image", "", "0.04"),
        (PICTURES, "image", "1024x1024", "0.04"),
        (PICTURES, "image", "1024-x-1024", "0.04"),
        (PICTURES, "image", "1024 x 1024", "0.04"),
        (PICTURES, "image", "1024*1024", "0.04"),
        (PICTURES, "image", "standard/1024x1024", "0.04"),
        (PICTURES, "image", "hd", "0.08"),
        (PICTURES, "image", "HD/1024X1792", "0.12"),
        (PICTURES, "image", "1024x1792/hd", "0.12"),
        (PICTURES, "image", "low/1024x1024", "0.011"),
        (PICTURES, "image", "2048x2048", None),
        (PICTURES, "image", "hd/2048x2048", None),
        (PICTURES, "image", "ultra", None),
        (FILMS, "second", "1280x720", "0.3"),
        (FILMS, "second", "720p", "0.3"),
        (FILMS, "second", "1024x1792", "0.5"),
        (FILMS, "second", "1080p", None),
        (FILMS, "second", "", None),
        (LINES, "second", "1920x1080", "0.2"),
        (LINES, "second", "1080x1920", "0.2"),
        (LINES, "second", "3840x2160", "0.6"),
        (LINES, "second", "4K", "0.6"),
        (Price(units={"image": Decimal("0.02")}), "image", "any/size", "0.02"),
        (Price(units={"image": Decimal("0.02")}), "image", "", "0.02"),
    ],
)
def test_a_size_or_quality_is_found_however_it_is_spelled(price: Price, unit: str, variant: str, expected: str | None) -> None:
    """One that is not listed has no price: the usual size's would be a guess. A list without sizes has one price for all."""
    cost = cost_of(price, None, units={unit: 1}, variant=variant)

    assert expected == (None if cost is None else str(cost.amount))


@pytest.mark.parametrize(
    ("listed", "used", "expected"),
    [
        ({"image": "0.04"}, {"image": 3}, "0.12"),
        ({"second_in": "0.0001"}, {"second_in": 12.5}, "0.00125"),
        ({"second_in": "0.0001"}, {"second_in": Decimal("12.5")}, "0.00125"),
        ({"characters_in": "15"}, {"characters_in": 1000}, "0.015"),
        ({"page": "0.001", "page_annotation": "0.003"}, {"page": 10, "page_annotation": 2}, "0.016"),
        ({"query": "0.002"}, {"query": 1}, "0.002"),
        ({"video": "2.5"}, {"video": 1, "image": 0}, "2.5"),
    ],
)
def test_units_are_multiplied_with_their_prices(listed: dict[str, str], used: dict[str, int | float | Decimal], expected: str) -> None:
    cost = cost_of(Price(units=decimals(listed)), None, units=used)

    assert cost is not None
    assert Decimal(expected) == cost.amount == sum(cost.buckets.values())
    assert {name for name, count in used.items() if count} == set(cost.buckets)


def test_a_unit_without_a_price_makes_the_cost_unknown() -> None:
    assert "page" in explain(Price(units=decimals({"image": "1"})), None, units={"image": 1, "page": 1}).reason


def test_a_model_billed_by_units_is_not_free_where_only_its_tokens_are_told() -> None:
    """Lists give zeros for the tokens of such models."""
    price = Price(rates=decimals({"input": "0", "output": "0"}), units=decimals({"query": "0.002"}))

    assert "billed by query" in explain(price, Usage(uncached=500)).reason
    assert Decimal("0.002") == getattr(cost_of(price, Usage(uncached=500), units={"query": 1}), "amount", None)


@pytest.mark.parametrize(
    ("rates", "units", "usage", "used", "expected"),
    [
        ({"input": "0.3", "image_out": "30"}, {"image": "0.039"}, Usage(uncached=10**6, output_image=1290), {"image": 1}, "0.3387"),
        ({"input": "0.3", "image_out": "30"}, {"image": "0.039"}, None, {"image": 1}, "0.039"),
        ({"input": "1", "audio_in": "6"}, {"second_in": "0.0001"}, Usage(uncached=10**6), {"second_in": 60}, "1"),
        ({"input": "1"}, {"second_in": "0.0001"}, Usage(uncached=10**6), {"second_in": 60}, "1.006"),
        ({"input": "1"}, {"characters_in": "15"}, Usage(uncached=10**6), {"characters_in": 60}, "1"),
        ({"input": "1"}, {"image_in": "0.01"}, Usage(uncached=10**6), {"image_in": 2}, "1.02"),
        ({"input": "1", "image_in": "1"}, {"image_in": "0.01"}, Usage(uncached=10**6, input_image=5), {"image_in": 2}, "1"),
        ({"input": "1"}, {"query": "0.01"}, Usage(uncached=10**6), {"query": 2}, "1.02"),
    ],
    ids=[
        "a picture by its tokens",
        "a picture without tokens",
        "sound by its tokens",
        "sound beside tokens",
        "characters",
        "pictures given beside text",
        "pictures given as tokens",
        "searches",
    ],
)
def test_what_tokens_have_paid_for_is_not_paid_again_by_the_piece(
    rates: dict[str, str], units: dict[str, str], usage: Usage | None, used: dict[str, int | float | Decimal], expected: str
) -> None:
    """Lists tell both; a call is billed by one. A thousand and some tokens at $30 a million are the vendor's own $0.039 a picture."""
    cost = cost_of(Price(rates=decimals(rates), units=decimals(units)), usage, units=used)

    assert cost is not None
    assert Decimal(expected) == cost.amount


def test_a_fee_by_the_request_is_part_of_every_call() -> None:
    price = Price(rates=decimals({"input": "1"}), units=decimals({"request": "0.005"}))

    assert [Decimal("0.005001"), Decimal("0.010001")] == [
        getattr(cost_of(price, Usage(uncached=1), units=units), "amount", None) for units in (None, {"request": 2})
    ]


def test_a_fee_by_the_request_may_depend_on_the_size_of_its_context() -> None:
    """A search host's answer with the small context, recorded on 2026-06-08: 70 and 28 tokens at $1, and $0.005 for the request."""
    price = Price(
        rates=decimals({"input": "1", "output": "1"}), variants={"request": decimals({"low": "0.005", "medium": "0.008", "high": "0.012"})}
    )
    usage = Usage(uncached=70, output_text=28)

    assert Decimal("0.005098") == getattr(cost_of(price, usage, context_size="low"), "amount", None)
    assert "request" in explain(price, usage).reason


def test_units_have_no_price_in_a_service_or_a_currency_that_lists_tokens_alone() -> None:
    price = Price(
        units=decimals({"page": "0.002"}),
        services={"batch": RateCard(rates=decimals({"input": "1"}))},
        native=RateCard(rates=decimals({"input": "7"})),
        native_currency="CNY",
    )

    assert "page in the service tier 'batch'" in explain(price, None, units={"page": 1}, service="batch").reason
    assert "CNY" in explain(price, None, units={"page": 1}, currency="CNY").reason
