"""Known mistakes of sources are repaired where the truth is sure, and left out where it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard
from tests.registry.facts import info, rates
from tools.registry import modes
from tools.registry.fact import Notes
from tools.registry.sound import sound

REPAIRS: dict[str, tuple[ModelInfo, Price | None]] = {
    "tokens of nought beside seconds": (
        info(mode="video", price=Price(rates=rates(input="0", output="0"), units=rates(second="0.1"))),
        Price(units=rates(second="0.1")),
    ),
    "a transcript is billed by what goes in": (
        info(mode="stt", price=Price(units=rates(second="0.0001", second_in="0.0001"))),
        Price(units=rates(second_in="0.0001")),
    ),
    "speech by letters, not by tokens too": (
        info(mode="tts", price=Price(rates=rates(input="15", output="0"), units=rates(characters_in="15"))),
        Price(units=rates(characters_in="15")),
    ),
    "a picture made, listed as one given": (
        info(mode="image", price=Price(units=rates(image_in="0.02"))),
        Price(units=rates(image="0.02")),
    ),
    "a picture billed by tokens": (
        info(mode="image", outputs=("image",), price=Price(rates=rates(input="5", image_out="40"), units=rates(image="0.04"))),
        Price(rates=rates(input="5", image_out="40"), variants={"image": rates(default="0.04")}),
    ),
    "labels are free": (
        info(price=Price(rates=rates(input="1", output="5"), services={"decisions": RateCard(rates=rates(input="1", output="0"))})),
        Price(rates=rates(input="1", output="5"), services={"decisions": RateCard(rates=rates(input="1", output="0"))}),
    ),
    "two currencies, one figure": (
        info(price=Price(rates=rates(input="1", output="2"), native=RateCard(rates=rates(input="1", output="2")), native_currency="CNY")),
        Price(rates=rates(input="1", output="2")),
    ),
    "vectors are free to read": (
        info(mode="embedding", price=Price(rates=rates(input="0.1", output="0"))),
        Price(rates=rates(input="0.1", output="0")),
    ),
    "a router's own fee is not the price of words": (
        info(price=Price(rates=rates(input="0.14", output="0"))),
        Price(rates=rates(input="0.14")),
    ),
    "all zero": (info(price=Price(units=rates(query="0"))), None),
}


@pytest.mark.parametrize("name", REPAIRS)
def test_what_can_be_true_stays(name: str) -> None:
    """Once repaired, nothing is left to repair."""
    wrong, expected = REPAIRS[name]

    right, _ = sound(wrong)

    assert expected == right.price
    assert right == sound(right)[0]


def test_a_price_is_not_free_because_its_tokens_are() -> None:
    """A film by the second lists zero for its tokens and was filed as free."""
    filed = info(mode="video", free=True, price=Price(rates=rates(input="0"), units=rates(second="0.5")))

    assert sound(filed)[0].free is False


MISTAKES = {
    "cents twice": (
        info("together/FLUX", Price(units=rates(megapixel="0.00025")), mode="image", price_source="portkey"),
        Price(units=rates(megapixel="0.025")),
    ),
    "by a million tokens": (
        info("volcengine/seedance", Price(units=rates(second="15"), currency="CNY"), mode="video", price_source="lobe"),
        None,
    ),
    "by the minute": (info("greenpt/green-s", Price(rates=rates(input="0.00437", output="0")), mode="stt", price_source="modelsdev"), None),
    "by letters": (
        info("vertex/chirp-3-hd", Price(rates=rates(input="30")), mode="tts", price_source="portkey"),
        Price(units=rates(characters_in="30")),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_of_a_source_is_put_right_and_noted(name: str) -> None:
    """Units that are mistaken are wrong by a hundred or a million."""
    wrong, expected = MISTAKES[name]
    notes = Notes()

    assert expected == modes.repaired(wrong, notes).price
    assert [wrong.model] == [model for model, _ in notes.lines]


MODES = {
    ("text-embedding-ada", "chat"): "embedding",
    ("google/lyria-3-pro", "tts"): "music",
    ("imagen-4.0", "completion"): "image",
    ("gpt-5", "chat"): "chat",
    ("gpt-4o-realtime", "realtime"): "realtime",
}


@pytest.mark.parametrize("model", MODES)
def test_a_mode_is_repaired_by_name(model: tuple[str, str]) -> None:
    """Filed as conversations, they would be offered for one."""
    assert MODES[model] == modes.mode(*model, {"input": Decimal(1), "output": Decimal(0)})


def test_a_free_id_is_free() -> None:
    """The aggregator's ids say so; other providers' do not."""
    free = modes.free(info("openrouter/x:free"), "pi-ai", "2026-11-10")

    assert (True, rates(input="0", output="0")) == (free.free, free.price and free.price.rates)
    assert info("azure/x:free") == modes.free(info("azure/x:free"), "portkey", "2026-08-21")
