"""Every field of a merged price has its place; what cannot be expressed is left unknown."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.types.price import Price, RateCard, Tier, Window
from tests.registry.facts import rates
from tools.registry.raw_prices import price

_RANGES = {"by": ["textInputRange"], "prices": {"[0, 0.032]": 3, "[0.032, 0.128]": 4, "[0.128, infinity]": 6}}
_BOTH = {
    "by": ["textInputRange", "textOutputRange"],
    "prices": {"[0, 0.032]_[0, 0.0002]": 2, "[0, 0.032]_[0.0002, infinity]": 8, "[0.032, infinity]_[0, infinity]": 16},
}
CASES: dict[str, tuple[dict[str, Any], Price]] = {
    "floats are exact": ({"input": 0.1, "output": 3e-07}, Price(rates=rates(input="0.1", output="0.0000003"))),
    "units": (
        {"per_image_out": 0.04, "video_per_second_out": 0.1, "per_1m_chars_in": 15, "x_input_document_kpages": 1},
        Price(units=rates(image="0.04", second="0.1", characters_in="15", page="0.001")),
    ),
    "tiers in order": (
        {"input": 1, "tiers": [{"above": 256000, "input": 3}, {"above": 32000, "input": 2}]},
        Price(rates=rates(input="1"), tiers=(Tier(above=32000, rates=rates(input="2")), Tier(above=256000, rates=rates(input="3")))),
    ),
    "services": ({"input": 2, "batch": {"input": 1}}, Price(rates=rates(input="2"), services={"batch": RateCard(rates=rates(input="1"))})),
    "factors of services": (
        {"input": 4, "tiers": [{"above": 9, "input": 8}], "service_tiers_raw": {"flex": 0.5}},
        Price(
            rates=rates(input="4"),
            tiers=(Tier(above=9, rates=rates(input="8")),),
            services={"flex": RateCard(rates=rates(input="2"), tiers=(Tier(above=9, rates=rates(input="4")),))},
        ),
    ),
    "regions with their services": (
        {"input": 2, "regional": {"eu": {"input": 3, "batch": {"input": 1.5}}}, "regional_uplift": {"us": 1.1}},
        Price(
            rates=rates(input="2"),
            regions={"eu": RateCard(rates=rates(input="3"), services={"batch": RateCard(rates=rates(input="1.5"))})},
            uplifts=rates(us="1.1"),
        ),
    ),
    "a route is a region": (
        {"input": 2, '{"route": "mistral/eu"}': {"input": 3}},
        Price(rates=rates(input="2"), regions={"eu": RateCard(rates=rates(input="3"))}),
    ),
    "hours": (
        {
            "input": 2,
            "off_peak": {
                "input": 1,
                "windows": [{"hours_utc": ["10:30-00:00"], "weekdays": [1]}, {"hours_utc": "00:00-00:00", "weekdays": [6]}],
            },
        },
        Price(
            rates=rates(input="2"),
            services={"off_peak": RateCard(rates=rates(input="1"))},
            off_peak=(Window(start=630, end=1440, weekdays=(1,)), Window(start=0, end=1440, weekdays=(6,))),
        ),
    ),
    "two currencies": (
        {"input": 0.3, "native": {"input": 2.1, "currency": "CNY"}},
        Price(rates=rates(input="0.3"), native=RateCard(rates=rates(input="2.1")), native_currency="CNY"),
    ),
    "yuan stay yuan": ({"input": 2, "currency": "CNY"}, Price(rates=rates(input="2"), currency="CNY")),
    "fees by size": (
        {"input": 1, "web_search_per_query": {"low": 0.005, "medium": 0.008, "high": 0.012}, "maps_per_query": 0.025},
        Price(
            rates=rates(input="1"),
            fees=rates(web_search="0.008", maps="0.025")
            | {"web_search:low": rates(x="0.005")["x"], "web_search:high": rates(x="0.012")["x"]},
        ),
    ),
    "sizes": (
        {"per_second_out_by_resolution": {"720_1280": 0.1}, "per_image_out_by_size": {"default": 0.04, "hd/1024x1024": 0.08}},
        Price(
            variants={
                "image": {"default": rates(x="0.04")["x"], "hd/1024x1024": rates(x="0.08")["x"]},
                "second": {"720x1280": rates(x="0.1")["x"]},
            }
        ),
    ),
    "months are no calls": ({"input": 1, "by_variant": {"*/1-month-commitment": {"per_second": 0.01}}}, Price(rates=rates(input="1"))),
    "lifetimes": (
        {"input": 1, "cache_write": 2, "lookup": {"cache_write": {"by": ["ttl"], "prices": {"1h": 2, "5m": 1.25}}}},
        Price(rates=rates(input="1", cache_write="1.25", cache_write_1h="2")),
    ),
    "an hour of rent is no write": (
        {"input": 6, "cache_write": 0.017, "lookup": {"cache_write": {"by": ["ttl"], "prices": {"1h": 0.017}}}},
        Price(rates=rates(input="6")),
    ),
    "lengths of input": (
        {"input": 3, "cache_read": 1, "lookup": {"input": _RANGES}},
        Price(
            rates=rates(input="3", cache_read="1"),
            tiers=(Tier(above=32000, rates=rates(input="4", cache_read="1")), Tier(above=128000, rates=rates(input="6", cache_read="1"))),
        ),
    ),
    "what depends on the output is not known": (
        {"input": 1, "output": 2, "lookup": {"output": _BOTH}},
        Price(rates=rates(input="1"), tiers=(Tier(above=32000, rates=rates(input="1", output="16")),)),
    ),
    "what depends on the sound is not known": (
        {"per_second_out": 8, "input": 1, "lookup": {"per_second_out": {"by": ["generateAudio"], "prices": {"true": 16, "false": 8}}}},
        Price(rates=rates(input="1")),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_price_is_read_whole(name: str) -> None:
    """What is dropped here would be billed wrong for ever."""
    raw, expected = CASES[name]

    assert expected == price(raw)
