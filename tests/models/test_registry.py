"""Looking models up."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.errors import InvalidRequest, UnknownModel
from llmkit.models.registry import Registry
from llmkit.models.shards import MAGIC, ROWS, Damaged, Shards
from llmkit.types.model_info import Evidence, ModelInfo
from llmkit.types.price import Price, RateCard, Tier, Window
from tests.models.packed import model, packed, registry
from tools.registry.packing import Fact, pack

BIG = model("acme", "big-2025-08-07", price={"input": "1.25", "output": "10"}, aliases=("big", "big-latest"), context_window=400_000)
SMALL = model("acme", "small", price={"input": "0.1", "output": "0.3"})
RESOLD = model("resale", "acme/big", base_model="acme/big-2025-08-07")
SHARED = [model("resale", "open-70b"), model("cloud", "open-70b")]
ALL = (BIG, SMALL, RESOLD, *SHARED)


@pytest.mark.parametrize(
    ("asked", "kind", "found"),
    [
        ("acme/big-2025-08-07", "exact", "acme/big-2025-08-07"),
        ("acme_ai/small", "exact", "acme/small"),
        ("acme:small", "exact", "acme/small"),
        ("acme/big", "alias", "acme/big-2025-08-07"),
        ("big-latest", "alias", "acme/big-2025-08-07"),
        ("resale/acme/big", "exact", "resale/acme/big"),
        ("small", "exact", "acme/small"),
        ("acme/SMALL", "normalised", "acme/small"),
        ("acme/tiny", "none", None),
        ("open-70b", "none", None),
        ("nobody/small", "none", None),
        ("", "none", None),
    ],
)
def test_an_id_means_one_model_and_says_how_surely(tmp_path: Path, asked: str, kind: str, found: str | None) -> None:
    match = registry(tmp_path, *ALL).match(asked)

    assert (kind, found) == (match.kind, match.info.model if match.info is not None else None)


@pytest.mark.parametrize("asked", [None, 7, ["acme/small"], b"acme/small"])
def test_what_is_no_text_is_refused(tmp_path: Path, asked: Any) -> None:
    known = registry(tmp_path, *ALL)

    for look in (known.get, known.match, known.require):
        with pytest.raises(InvalidRequest, match="model id is text"):
            look(asked)


def test_get_gives_none_for_what_is_not_known(tmp_path: Path) -> None:
    known = registry(tmp_path, *ALL)

    assert (SMALL, None) == (known.get("acme/small"), known.get("acme/tiny"))


def test_require_names_near_ids_and_the_choices(tmp_path: Path) -> None:
    known = registry(tmp_path, *ALL)

    with pytest.raises(UnknownModel, match="acme/small"):
        known.require("acme/smal")
    with pytest.raises(InvalidRequest, match="cloud/open-70b, resale/open-70b"):
        known.require("open-70b")


def test_what_is_put_on_top_stands_before_what_was_there(tmp_path: Path) -> None:
    known = registry(tmp_path, *ALL)
    before = known.get("acme/small")
    cheaper = model("acme", "small", price={"input": "0.05"})

    known.put([cheaper, model("mine", "house-model")])

    assert (SMALL, cheaper) == (before, known.get("acme/small"))
    assert "house-model" == known.require("mine/house-model").id
    assert len(ALL) + 1 == len(known) == len(list(known))
    assert cheaper in list(known.all("acme"))
    assert ("acme", "cloud", "mine", "resale") == known.providers()


def test_a_model_on_top_keeps_the_other_names_of_the_one_below(tmp_path: Path) -> None:
    known = registry(tmp_path, *ALL)

    known.put([BIG.replace(context_window=1)])

    assert 1 == known.require("acme/big").context_window


def test_sources_are_told_for_what_is_known_and_for_nothing_else(tmp_path: Path) -> None:
    source = Evidence(fields={"price": "a"}, sources=("a", "b"))
    known = registry(tmp_path, *ALL, evidence=source)

    known.put([SMALL])

    assert (source, Evidence(), Evidence()) == (known.evidence("acme/big"), known.evidence("acme/small"), known.evidence("acme/none"))


def test_threads_find_the_same(tmp_path: Path) -> None:
    known = registry(tmp_path, *[model("acme", f"m{n:03}") for n in range(300)])
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(name for name in [f"m{n:03}" for n in range(300)] if known.require(f"acme/{name}").id != name)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_what_is_remembered_is_bounded(tmp_path: Path) -> None:
    """Ids may come from a server's clients."""
    known = registry(tmp_path, *ALL)

    for number in range(20_000):
        known.get(f"nobody/{number}")

    assert 8192 >= len(known._found)


RATES = st.dictionaries(st.sampled_from(["input", "output", "cache_read", "image_out"]), st.decimals("0", "1000", places=6), max_size=3)
CARDS = st.builds(RateCard, rates=RATES, tiers=st.lists(st.builds(Tier, above=st.integers(1, 10**7), rates=RATES), max_size=2).map(tuple))
PRICES = st.builds(
    Price,
    rates=RATES,
    currency=st.sampled_from(["USD", "CNY"]),
    services=st.dictionaries(st.sampled_from(["batch", "flex"]), CARDS, max_size=2),
    off_peak=st.lists(st.builds(Window, start=st.integers(0, 1439), end=st.integers(1, 1440)), max_size=2).map(tuple),
    units=st.dictionaries(st.sampled_from(["image", "page"]), st.decimals("0", "9", places=9), max_size=2),
)
MODELS = st.builds(
    ModelInfo,
    provider=st.sampled_from(["acme", "cloud", "ü"]),
    id=st.text(min_size=1, max_size=30),
    name=st.text(max_size=20),
    price=st.none() | PRICES,
    context_window=st.none() | st.integers(1, 10**8),
    can=st.lists(st.sampled_from(["tools", "vision"]), unique=True).map(tuple),
)


@given(st.lists(MODELS, min_size=1, max_size=40, unique_by=lambda info: info.model))
def test_a_packed_registry_holds_exactly_what_was_packed(models: list[ModelInfo]) -> None:
    """Decimals are exact, every block is found again, and the same rows give the same bytes."""
    import tempfile

    facts = [Fact(info=info) for info in models]
    content = pack(facts, as_of="2026-01-01")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.bin"
        path.write_bytes(content)
        known = Registry(path)

        assert sorted(models, key=lambda info: (info.provider, info.id)) == list(known)
        assert all(known.get(info.model) == info for info in models)
        assert content == pack(facts[::-1], as_of="2026-01-01")


def test_many_models_of_one_provider_lie_in_several_blocks(tmp_path: Path) -> None:
    models = [model("acme", f"m{n:04}", context_window=n + 1) for n in range(2 * ROWS + 5)]
    known = registry(tmp_path, *models)

    assert [1, ROWS, ROWS + 1, 2 * ROWS + 5] == [known.require(f"acme/m{n:04}").context_window for n in (0, ROWS - 1, ROWS, 2 * ROWS + 4)]
    assert models == list(known.all("acme"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: b"",
        lambda whole: whole[: len(MAGIC)],
        lambda whole: whole[:-200],
        lambda whole: b"X" + whole[1:],
        lambda whole: whole[: len(MAGIC) + 10] + b"\0" * 10 + whole[len(MAGIC) + 20 :],
        lambda whole: MAGIC + (2**32 - 1).to_bytes(4, "big") + whole[len(MAGIC) + 4 :],
    ],
    ids=["empty", "cut in the header", "cut", "other magic", "spoilt header", "endless header"],
)
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, spoil) -> None:
    path = packed(tmp_path, *[model("acme", f"m{n}", family="x" * n) for n in range(50)])
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(Damaged):
        known = Shards(path)
        for provider in known.header.shards:
            known.rows(provider)
            known.evidence(provider, 0)
        for _ in range(100):
            known.owners("m1")
            known.owners(f"m{_}")


def test_a_price_says_whether_anything_is_priced() -> None:
    assert not Price().known
    assert Price(rates={"input": Decimal(0)}).known
    assert Price(units={"image": Decimal(1)}).known


@pytest.mark.parametrize(
    ("ability", "known"), [("tools", True), ("vision", True), ("audio_input", False), ("pdf", False), ("reasoning", False), ("batch", None)]
)
def test_an_ability_is_true_false_or_not_known(ability: str, known: bool | None) -> None:
    info = ModelInfo(provider="p", id="m", inputs=("text", "image"), can=("tools",), cannot=("reasoning",))

    assert known is info.supports(ability)
    assert known is info.capabilities.get(ability)


def test_without_inputs_nothing_is_known_of_what_it_sees() -> None:
    assert None is ModelInfo(provider="p", id="m").supports("vision")
