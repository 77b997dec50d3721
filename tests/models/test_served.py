"""What a provider lists now, laid over what is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmkit.models.served import merged
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard

KNOWN_PRICE = Price(
    rates={"input": Decimal(3), "output": Decimal(15), "cache_read": Decimal("0.3")},
    services={"batch": RateCard(rates={"input": Decimal("1.5")})},
)
KNOWN = ModelInfo(
    provider="p",
    id="m",
    name="The M",
    family="f",
    inputs=("text", "image"),
    context_window=1000,
    max_output=100,
    price=KNOWN_PRICE,
    price_source="x",
    price_as_of="2026-01-01",
    can=("tools", "reasoning"),
    cannot=("pdf",),
    last_seen="2026-01-01",
)


def told(**facts: Any) -> ModelInfo:
    return ModelInfo(provider="p", **{"id": "m", "mode": "", "last_seen": "2026-11-23", **facts})


def price(input: str, **more: str) -> dict[str, Any]:
    rates = {"input": Decimal(input), "output": Decimal(15), **{name: Decimal(value) for name, value in more.items()}}
    return {"price": Price(rates=rates), "price_source": "provider", "price_as_of": "2026-11-23"}


def test_a_model_that_nobody_knows_is_what_the_provider_tells() -> None:
    assert told(context_window=5) == merged(told(context_window=5), None)


def test_what_is_not_told_stays_known() -> None:
    assert KNOWN.replace(last_seen="2026-11-23") == merged(told(), KNOWN)


def test_what_is_told_is_right() -> None:
    found = merged(told(context_window=5, mode="image", can=("pdf",), cannot=("tools",), inputs=("text",)), KNOWN)

    assert (5, 100, "image", ("text",)) == (found.context_window, found.max_output, found.mode, found.inputs)
    assert (("pdf", "reasoning"), ("tools",)) == (found.can, found.cannot)


def test_another_price_replaces_the_known_one_wholly() -> None:
    """Prices of a batch or of a cache that went with the old one are not those of the new."""
    found = merged(told(**price("2")), KNOWN)

    assert told(**price("2")).price == found.price
    assert ("provider", "2026-11-23") == (found.price_source, found.price_as_of)


@pytest.mark.parametrize("more", [{}, {"cache_read": "0.3"}])
def test_the_same_price_keeps_what_is_known_besides(more: dict[str, str]) -> None:
    found = merged(told(**price("3", **more)), KNOWN)

    assert KNOWN_PRICE == found.price
    assert ("provider", "2026-11-23") == (found.price_source, found.price_as_of)


@pytest.mark.parametrize(
    ("listed", "known", "expected"),
    [
        ("active", "active", "active"),
        ("active", "deprecated", "deprecated"),
        ("active", "beta", "beta"),
        ("active", "retired", "active"),
        ("active", "unlisted", "active"),
        ("deprecated", "active", "deprecated"),
        ("beta", "retired", "beta"),
    ],
)
def test_a_model_that_is_listed_is_not_gone(listed: str, known: str, expected: str) -> None:
    assert expected == merged(told(status=listed), KNOWN.replace(status=known)).status


def test_a_model_listed_under_another_name_keeps_that_name() -> None:
    assert "m-latest" == merged(told(id="m-latest"), KNOWN).id
