"""Finding models: every wish counts, and what is not known fulfils none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from llmkit.errors import InvalidRequest
from llmkit.models.registry import PACKAGED
from llmkit.models.search import ABILITIES, INPUTS, OUTPUTS, find
from llmkit.models.shards import Shards
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price


def price(inward: str, outward: str, currency: str = "USD") -> Price:
    return Price(rates={"input": Decimal(inward), "output": Decimal(outward)}, currency=currency)


BARE = ModelInfo(provider="a", id="bare")
SMALL = ModelInfo(
    provider="a",
    id="small",
    name="Small One",
    family="tiny",
    context_window=8_000,
    max_output=1_000,
    price=price("0.1", "0.4"),
    can=("tools",),
    cannot=("vision",),
    inputs=("text",),
    outputs=("text",),
    open_weights=True,
    release_date="2026-03",
)
LARGE = ModelInfo(
    provider="b",
    id="maker/large-2",
    context_window=400_000,
    max_output=64_000,
    price=price("2", "8"),
    can=("tools", "reasoning"),
    inputs=("text", "image"),
    outputs=("text",),
    open_weights=False,
    release_date="2026-03-15",
    status="beta",
)
FREE = ModelInfo(provider="b", id="free", price=price("0", "0"), free=True)
PLAN = ModelInfo(provider="c", id="plan", price=price("0", "0"), subscription=True)
YUAN = ModelInfo(provider="c", id="yuan", price=price("0.5", "0.5", "CNY"), context_window=100_000)
OLD = ModelInfo(provider="c", id="old", price=price("1", "1"), status="retired")
PICTURE = ModelInfo(provider="c", id="picture", mode="image", outputs=("image",))
ALL = (BARE, SMALL, LARGE, FREE, PLAN, YUAN, OLD, PICTURE)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, [BARE, SMALL, FREE, LARGE, PICTURE, PLAN, YUAN]),
        ({"status": None}, [BARE, SMALL, FREE, LARGE, OLD, PICTURE, PLAN, YUAN]),
        ({"status": "retired"}, [OLD]),
        ({"provider": "a"}, [BARE, SMALL]),
        ({"provider": ("a", "c"), "mode": "chat"}, [BARE, SMALL, PLAN, YUAN]),
        ({"mode": ("image", "video")}, [PICTURE]),
        ({"can": "tools"}, [SMALL, LARGE]),
        ({"can": ("tools", "vision")}, [LARGE]),  # known by what goes in
        ({"can": ("tools", "reasoning")}, [LARGE]),
        ({"inputs": ("text", "image")}, [LARGE]),
        ({"outputs": "image"}, [PICTURE]),
        ({"min_context": 8_000}, [SMALL, LARGE, YUAN]),
        ({"min_context": 8_001}, [LARGE, YUAN]),
        ({"min_context": 0}, [SMALL, LARGE, YUAN]),  # what is not known is not 0
        ({"min_output": 2_000}, [LARGE]),
        ({"max_input_price": 2}, [SMALL, FREE, LARGE]),
        ({"max_input_price": "1.99"}, [SMALL, FREE]),
        ({"max_input_price": Decimal("0.1"), "max_output_price": 0.4}, [SMALL, FREE]),
        ({"max_output_price": 0.39}, [FREE]),
        ({"max_output_price": 0}, [FREE]),
        ({"free": True}, [FREE]),
        ({"free": False, "provider": "b"}, [LARGE]),
        ({"open_weights": True}, [SMALL]),
        ({"open_weights": False}, [LARGE]),
        ({"family": "tiny"}, [SMALL]),
        ({"released_after": "2026-03"}, [SMALL, LARGE]),
        ({"released_after": "2026-03-02"}, [LARGE]),  # a month that is not told may be its first day
        ({"released_after": date(2026, 3, 15)}, [LARGE]),
        ({"released_after": "2026-03-16"}, []),
        ({"can": "tools", "max_input_price": 1, "open_weights": True, "min_context": 1}, [SMALL]),
        ({"sort": "price"}, [FREE, SMALL, LARGE, BARE, PICTURE, PLAN, YUAN]),
        ({"sort": "price", "reverse": True}, [LARGE, SMALL, FREE, BARE, PICTURE, PLAN, YUAN]),
        ({"sort": "context", "reverse": True, "limit": 2}, [LARGE, YUAN]),
        ({"sort": "output"}, [SMALL, LARGE, BARE, FREE, PICTURE, PLAN, YUAN]),
        ({"sort": "released", "limit": 2}, [SMALL, LARGE]),
        ({"sort": "name", "limit": 3}, [BARE, FREE, LARGE]),
        ({"sort": "provider", "reverse": True, "limit": 1}, [YUAN]),
        ({"limit": 0}, []),
    ],
    ids=str,
)
def test_every_wish_counts_and_what_is_not_known_fulfils_none(wishes: Any, expected: list[ModelInfo]) -> None:
    assert [info.model for info in expected] == [info.model for info in find(ALL, **wishes)]


NAMED = (
    ModelInfo(provider="z", id="super-gpt-5x"),
    ModelInfo(provider="z", id="gpt-5-mini"),
    ModelInfo(provider="z", id="a-gpt-5"),
    ModelInfo(provider="z", id="5-turbo", name="GPT of version 5"),
    ModelInfo(provider="z", id="maker/gpt-5"),
    ModelInfo(provider="openai", id="gpt-5", base_model="openai/gpt-5"),
    ModelInfo(provider="azure", id="GPT-5"),
    ModelInfo(provider="z", id="other", aliases=("gpt-5-other-name",)),
    ModelInfo(provider="z", id="claude"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The whole (at the maker first), the beginning, a word, a part.
        ("gpt-5", ["gpt-5", "GPT-5", "maker/gpt-5", "gpt-5-mini", "other", "a-gpt-5", "super-gpt-5x"]),
        ("GPT-5", ["gpt-5", "GPT-5", "maker/gpt-5", "gpt-5-mini", "other", "a-gpt-5", "super-gpt-5x"]),
        ("gpt 5", ["gpt-5", "GPT-5", "5-turbo", "a-gpt-5", "gpt-5-mini", "maker/gpt-5", "other", "super-gpt-5x"]),
        ("mini gpt", ["gpt-5-mini"]),
        ("openai/gpt-5", ["gpt-5"]),
        ("claude sonnet", []),
        ("  ", [info.id for info in sorted(NAMED, key=lambda info: (info.provider, info.id))]),
    ],
)
def test_text_finds_the_whole_before_the_beginning_before_words_before_parts(text: str, expected: list[str]) -> None:
    assert expected == [info.id for info in find(NAMED, text)]


@pytest.mark.parametrize(
    ("wishes", "parameter", "hint"),
    [
        ({"can": "tool"}, "can", "tools"),
        ({"can": ["tools", "vison"]}, "can", "vision"),
        ({"mode": "chats"}, "mode", "chat"),
        ({"status": "activ"}, "status", "active"),
        ({"inputs": "images"}, "inputs", "image"),
        ({"provider": "aa", "can": "tools"}, "provider", "Did you mean a"),
        ({"sort": "prize"}, "sort", "price"),
        ({"min_contxt": 5}, "min_contxt", "min_context"),
        ({"min_context": "much"}, "min_context", "whole number"),
        ({"min_context": True}, "min_context", "whole number"),
        ({"min_output": -1}, "min_output", "whole number"),
        ({"limit": 1.5}, "limit", "whole number"),
        ({"max_input_price": "nan"}, "max_input_price", "amount in USD"),
        ({"max_input_price": -1}, "max_input_price", "amount in USD"),
        ({"max_output_price": "cheap"}, "max_output_price", "amount in USD"),
        ({"free": "yes"}, "free", "True, False or None"),
        ({"released_after": "soon"}, "released_after", "2026-01-31"),
        ({"released_after": "2026-13"}, "released_after", "2026-01-31"),
        ({"can": 5}, "can", "a name or several"),
        ({"text": 5}, "text", "must be text"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_is_refused_with_what_was_meant(wishes: Any, parameter: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        find((SMALL,), **wishes)

    assert parameter == caught.value.parameter
    assert hint in str(caught.value)


def test_the_names_that_can_be_wished_for_are_those_of_the_registry() -> None:
    """The tables stand in the code, so that a wrong name is told of without reading every model."""
    shards = Shards(PACKAGED)
    infos = [info for provider in shards.header.shards for info in shards.rows(provider)]

    assert [] == sorted({name for info in infos for name in (*info.can, *info.cannot)} - {*ABILITIES})
    assert [] == sorted({name for info in infos for name in info.inputs} - {*INPUTS})
    assert [] == sorted({name for info in infos for name in info.outputs} - {*OUTPUTS})
    assert len(find(infos, status=None)) == len(infos)
