"""Facts of the user's own: exact, merged, and nothing of a source that is wrong anywhere."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import ConfigurationError
from llmkit.models.overlay import overlay, read_overlay
from llmkit.models.registry import Registry
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price, RateCard, Tier
from tools.registry.packing import Fact, pack

GPT = ModelInfo(
    provider="openai",
    id="gpt-5",
    name="GPT-5",
    context_window=400_000,
    can=("tools",),
    price=Price(rates={"input": Decimal("1.25"), "output": Decimal(10), "cache_read": Decimal("0.125")}),
    price_source="litellm",
    price_as_of="2026-11-12",
    aliases=("gpt-5-2025-08-07",),
)
FREE = ModelInfo(provider="host", id="free", free=True, price=Price(rates={"input": Decimal(0), "output": Decimal(0)}))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    path = tmp_path / "registry.bin"
    path.write_bytes(pack([Fact(info=GPT), Fact(info=FREE)], as_of="2026-11-12"))
    return Registry(path)


MINE = {"input": Decimal("1.1"), "output": Decimal("8.80")}
JSON_LINES = """{"model": "openai/gpt-5", "price": {"input": 1.1, "output": "8.80"}}

{"provider": "vllm", "id": "org/mine", "context_window": 32768, "can": ["tools"]}
"""
JSON_LIST = f"[{','.join(JSON_LINES.split(chr(10) * 2))}]"
JSON_OBJECT = """{
  "openai/gpt-5": {"price": {"input": 1.1, "output": 8.80}},
  "vllm/org/mine": {"context_window": 32768, "can": ["tools"]}
}"""
TOML = """
["openai/gpt-5"]
price = {input = 1.1, output = "8.80"}

["vllm/org/mine"]
context_window = 32_768
can = ["tools"]
"""
TOML_BELOW = TOML.replace('["', '[models."').replace('= [models."', '= ["')


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", JSON_LINES),
        ("a.json", JSON_LIST),
        ("a.json", JSON_OBJECT),
        ("a.toml", TOML),
        ("a.TOML", TOML_BELOW),
        ("a.jsonl", "\ufeff" + JSON_LINES.replace("\n", "\r\n")),
    ],
)
def test_every_kind_of_file_says_the_same(tmp_path: Path, registry: Registry, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8", newline="")

    changed, new = read_overlay(file, registry.get)

    assert GPT.replace(price=Price(rates=MINE), price_source="own", price_as_of=None) == changed
    assert ModelInfo(provider="vllm", id="org/mine", context_window=32768, can=("tools",)) == new


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"model": "openai/gpt-5", "context_window": 1000}, GPT.replace(context_window=1000)),
        ({"model": "openai/gpt-5-2025-08-07", "name": "Mine"}, GPT.replace(name="Mine")),  # by another name of it
        ({"model": "openai/GPT-5"}, ModelInfo(provider="openai", id="GPT-5")),  # what is only alike is another model
        ({"model": "openai/gpt-5", "price": None}, GPT.replace(price=None, price_source="own", price_as_of=None)),
        (
            {"model": "openai/gpt-5", "price": {"input": 0.1}, "price_as_of": "2026-11", "price_source": "contract"},
            GPT.replace(price=Price(rates={"input": Decimal("0.1")}), price_as_of="2026-11", price_source="contract"),
        ),
        (
            {"model": "host/free", "price": {"input": 1}},
            ModelInfo(provider="host", id="free", price=Price(rates={"input": Decimal(1)}), price_source="own"),
        ),
    ],
    ids=str,
)
def test_only_what_is_given_changes_and_a_price_changes_whole(registry: Registry, entry: dict[str, Any], expected: ModelInfo) -> None:
    """Half of another's price list beside one's own would be nobody's price."""
    assert [expected] == overlay([entry], registry.get)


def test_a_provider_may_be_named_by_another_name_of_it(registry: Registry) -> None:
    """The look-up knows the names; what is put on top must not become a second, bare model."""
    known = Registry(registry.path, canonical=lambda word: "openai" if word == "oai" else None).get

    (info,) = overlay([{"model": "oai/gpt-5", "context_window": 1}], known)

    assert GPT.replace(context_window=1) == info


def test_another_providers_other_name_is_not_the_model_that_is_meant() -> None:
    """A look-up may take the words before the slash for a part of somebody's id."""
    assert [ModelInfo(provider="maker", id="gpt-5-2025-08-07")] == overlay([{"model": "maker/gpt-5-2025-08-07"}], lambda model: GPT)


def test_a_price_is_taken_digit_for_digit(tmp_path: Path) -> None:
    """A binary fraction has about 17 digits; what was written may have more."""
    for name, text in (
        ("a.json", '{"a/b": {"price": {"input": 0.12345678901234567891}}}'),
        ("a.toml", '["a/b"]\nprice.input = 0.12345678901234567891'),
    ):
        (tmp_path / name).write_text(text)

        (info,) = read_overlay(tmp_path / name)

        assert info.price is not None
        assert Decimal("0.12345678901234567891") == info.price.input


def test_a_whole_model_from_code_stands_for_all_that_is_known(registry: Registry) -> None:
    mine = ModelInfo(provider="openai", id="gpt-5")

    assert [mine] == overlay([mine], registry.get)


def test_prices_can_say_all_that_a_price_list_says() -> None:
    price = {
        "input": "2.50",
        "output": 10,
        "image": 0.04,
        "currency": "EUR",
        "services": {"batch": {"input": 1.25, "output": 5}},
        "regions": {"eu": {"rates": {"input": 3}}},
        "tiers": [{"above": 200000, "input": 5, "output": 20}, {"above": 100000, "rates": {"input": 4}}],
        "fees": {"web_search": "0.01"},
        "variants": {"image": {"high/1024x1024": 0.17}},
        "uplifts": {"eu": "1.1"},
    }

    (info,) = overlay([{"provider": "p", "id": "m", "price": price}], lambda model: None)

    expected = Price(
        rates={"input": Decimal("2.50"), "output": Decimal(10)},
        units={"image": Decimal("0.04")},
        currency="EUR",
        services={"batch": RateCard(rates={"input": Decimal("1.25"), "output": Decimal(5)})},
        regions={"eu": RateCard(rates={"input": Decimal(3)})},
        tiers=(
            Tier(above=100_000, rates={"input": Decimal(4)}),
            Tier(above=200_000, rates={"input": Decimal(5), "output": Decimal(20)}),
        ),
        fees={"web_search": Decimal("0.01")},
        variants={"image": {"high/1024x1024": Decimal("0.17")}},
        uplifts={"eu": Decimal("1.1")},
    )
    assert expected == info.price


MODEL = '{"model": "a/b", %s}'


@pytest.mark.parametrize(
    ("name", "text", "place", "why"),
    [
        ("a.jsonl", '{"model": "a/b"}\n{"model": "a/c",\n', "a.jsonl:2", "expecting property name"),
        ("a.jsonl", '{"model": "a/b"} x', "a.jsonl:1", "more behind"),
        ("a.jsonl", "\n\n[]", "a.jsonl:3", "must be an object, not list"),
        ("a.jsonl", '{"model": "a/b"}\n{"model": "a/c", "price": {"input": -1}}', "a.jsonl:2", "price.input: expected an amount from 0 on"),
        ("a.jsonl", MODEL % '"price": {"input": NaN}', "a.jsonl:1", "NaN is no number"),
        ("a.jsonl", MODEL % '"price": {"input": "nan"}', "a.jsonl:1", "price.input: expected an amount"),
        ("a.jsonl", MODEL % '"price": {"input": "Infinity"}', "a.jsonl:1", "price.input: expected an amount"),
        ("a.jsonl", MODEL % '"price": {"input": true}', "a.jsonl:1", "price.input: expected an amount"),
        ("a.jsonl", MODEL % '"price": {"input": 1e12}', "a.jsonl:1", "price.input: expected an amount"),
        ("a.jsonl", MODEL % '"price": {"inputs": 1}', "a.jsonl:1", "price.inputs: there is no such field; did you mean input?"),
        ("a.jsonl", MODEL % '"price": 5', "a.jsonl:1", "price: expected an object"),
        ("a.jsonl", MODEL % '"price": {"tiers": [{"input": 1}]}', "a.jsonl:1", "price.tiers[0].above: expected a number"),
        ("a.jsonl", MODEL % '"contextwindow": 5', "a.jsonl:1", "contextwindow: there is no such field; did you mean context_window?"),
        ("a.jsonl", MODEL % '"context_window": -5', "a.jsonl:1", "context_window: expected a number from 0 on"),
        ("a.jsonl", MODEL % '"context_window": "big"', "a.jsonl:1", "context_window: expected `int | null`, got `str`"),
        ("a.jsonl", MODEL % '"can": "tools"', "a.jsonl:1", "can: expected `array`, got `str`"),
        ("a.jsonl", MODEL % '"mode": "chatt"', "a.jsonl:1", "did you mean chat?"),
        ("a.jsonl", MODEL % '"status": "gone"', "a.jsonl:1", "status: expected one of active"),
        ("a.jsonl", MODEL % '"release_date": "last year"', "a.jsonl:1", "release_date: expected a day"),
        ("a.jsonl", MODEL % '"name": "x", "name": "y"', "a.jsonl:1", "'name' stands twice"),
        ("a.jsonl", '{"id": "b"}', "a.jsonl:1", "provider: a model needs a provider and an id"),
        ("a.jsonl", '{"model": "b"}', "a.jsonl:1", "model: a model needs a provider and an id"),
        ("a.jsonl", '{"model": "a/b", "id": "c"}', "a.jsonl:1", "model: says 'a/b', and provider and id say a/c"),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1", "nested too deeply"),
        ("a.json", '[\n{"model": "a/b"},\n{"model": "a/c", "free": 1}]', "a.json:3", "free: expected `bool`"),
        ("a.json", '[\n{"model": "a/b",\n\n "context_window": -1}]', "a.json:4", "context_window"),
        ("a.json", '{"a/b": {},\n"a/b": {}}', "a.json:2", "'a/b' stands twice"),
        ("a.json", '{"a/b": {}\n\n"a/c": {}}', "a.json:3", "expected , or }"),
        ("a.json", '{"model": "a/b"}', "a.json:1", "must be an object, not str"),
        ("a.json", "5", "a.json:1", "expected a list of models"),
        ("a.json", "", "a.json:1", "expected a list of models"),
        ("a.json", "[]\n[]", "a.json:1", "more behind"),
        ("a.toml", '["a/b"]\nname = "x"\nname = "y"', "a.toml:3", "overwrite"),
        ("a.toml", '["a/b"]\nname = "x"\n\n["a/c"]\nname = "x"\nmax_output = "x"', "a.toml:6", "max_output: expected `int | null`"),
        ("a.toml", '["a/b".price]\ninput = -1', "a.toml:1", "price.input: expected an amount"),
        ("a.toml", '["a/b".price]\ninput = nan', "a.toml", "nan is no number"),
        ("a.toml", "x = 5", "a.toml:1", "must be an object, not int"),
        ("a.toml", "[x", "a.toml:1", "Expected ']'"),
        ("a.yaml", "", "a.yaml", "models are read from .jsonl, .json, .toml files"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_field(tmp_path: Path, name: str, text: str, place: str, why: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        read_overlay(file)

    assert str(caught.value).startswith(f"{tmp_path}/{place}:")
    assert why in str(caught.value)


def test_a_file_that_is_not_there_too_large_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"model": "a/b"}\n"\xe9"')
    (tmp_path / "large.jsonl").write_bytes(b" " * (16 * 1024 * 1024 + 1))

    for name, why in (("none.json", "No such file"), ("latin.jsonl", "jsonl:2: the file is not UTF-8"), ("large.jsonl", "larger than")):
        with pytest.raises(ConfigurationError, match=why):
            read_overlay(tmp_path / name)


def test_one_wrong_entry_leaves_the_registry_as_it_was(tmp_path: Path, registry: Registry) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"model": "openai/gpt-5", "context_window": 1}\n{"model": "x"}')

    with pytest.raises(ConfigurationError, match=r"mine\.jsonl:2"):
        registry.put(read_overlay(file, registry.get))

    assert GPT == registry.get("openai/gpt-5")


def test_an_entry_in_code_is_told_of_by_its_place() -> None:
    with pytest.raises(ConfigurationError, match=r"Entry 2: price\.input"):
        overlay([{"model": "a/b"}, {"model": "a/c", "price": {"input": float("nan")}}], lambda model: None)
    with pytest.raises(ConfigurationError, match="a file or a list"):
        overlay({"model": "a/b"}, lambda model: None)  # type: ignore[arg-type]


def test_what_is_exported_can_be_read_again(tmp_path: Path, registry: Registry) -> None:
    """The plain form of a model is a valid entry: facts can be written out, edited and put back."""
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join(json.dumps(info.to_dict()) for info in registry.all()))

    assert list(registry.all()) == read_overlay(file)
