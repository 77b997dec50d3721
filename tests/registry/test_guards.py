"""Every guard finds the fault that it is for, and names every line that has it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from llmkit.types.model_info import Evidence
from llmkit.types.price import Price, RateCard, Tier, Window
from tests.registry.facts import fact, paid, rates
from tools.registry import guards, lines
from tools.registry.__main__ import main
from tools.registry.fact import Fact
from tools.registry.golden import GOLDEN, Golden

NONE: dict[str, Golden] = {}
TIERS = (Tier(above=200, rates=rates(input="2")), Tier(above=100, rates=rates(input="3")))
FAULTS = {
    "mode": (fact(mode="chatt"), "mode 'chatt' is not known"),
    "status": (fact(status="gone"), "status 'gone' is not known"),
    "date": (fact(release_date="2026-13-01"), "no date"),
    "date of the price": (fact(price=paid(), price_as_of="12.11.2026"), "no date"),
    "limit": (fact(context_window=0), "context_window 0 is no limit"),
    "rate": (fact(price=Price(rates=rates(inptu="1"))), "rate 'inptu' is not known"),
    "unit": (fact(price=Price(units=rates(picture="1"))), "unit 'picture' is not known"),
    "service": (fact(price=paid(services={"slow": RateCard()})), "service 'slow' is not known"),
    "tiers": (fact(price=paid(tiers=TIERS)), "tiers are not in order"),
    "currency": (fact(price=paid(currency="dollars")), "currency"),
    "hours without prices": (fact(price=paid(off_peak=(Window(start=0, end=60),))), "belong together"),
    "negative rate": (fact(price=paid("-1")), "input -1 is negative"),
    "negative in a tier": (fact(price=paid(tiers=(Tier(above=1, rates=rates(input="-2")),))), "input -2 is negative"),
    "negative fee": (fact(price=paid(fees=rates(web_search="-1"))), "web_search -1 is negative"),
    "no source": (fact(price=paid(), price_source=""), "needs its source and date"),
    "no date of the price": (fact(price=paid(), price_as_of=None), "needs its source and date"),
    "no evidence": (fact(price=paid(), evidence=Evidence(fields={"price": "litellm"})), "needs evidence"),
    "the old placeholder": (fact(price=paid("1.0", "5.0"), price_source=""), "placeholder"),
    "a source without a price": (fact(price_source="litellm"), "without a price"),
    "zero": (fact(price=paid("0", "0")), "nobody says that it is free"),
    "input by the thousand": (fact(price=paid("3200", "9710")), "input 3200 is out of reach"),
    "vectors by the thousand": (fact(mode="embedding", price=paid("100", "0")), "input 100 is out of reach"),
    "minutes as a million": (fact(mode="stt", price=Price(rates=rates(audio_in="4300"))), "audio_in 4300 is out of reach"),
    "cheap output": (fact(price=paid("15", "0.6")), "cheaper than half of input"),
    "free output": (fact(price=paid("1", "0")), "output is zero"),
    "cheap write": (
        fact(price=paid().replace(rates=rates(input="1.25", output="10", cache_write="0.125"))),
        "cache_write is cheaper than input",
    ),
    "zero write": (fact(price=paid().replace(rates=rates(input="1", output="2", cache_write="0"))), "cache_write is zero"),
    "dear read": (fact(price=paid().replace(rates=rates(input="1", output="2", cache_read="3"))), "cache_read is dearer"),
    "free read": (fact(price=paid().replace(rates=rates(input="1", output="2", cache_read="0"))), "cache_read is zero"),
    "dear hour": (fact(price=paid().replace(rates=rates(input="1", output="2", cache_write_1h="2.5"))), "more than 2.1 times"),
    "picture by the token": (fact(mode="image", price=Price(units=rates(image="0.000002"))), "image 0.000002"),
    "film by a million tokens": (fact(mode="video", price=Price(units=rates(second="15"))), "second 15"),
    "fee by the thousand": (fact(price=paid(fees=rates(web_search="10"))), "fee web_search 10"),
    "one thing, two prices": (fact(mode="stt", price=Price(units=rates(second="0.0001", second_in="0.0001"))), "two prices"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    """Each was seen in a public price list, or would break a reader of ours."""
    planted, expected = FAULTS[name]

    found = guards.faults([planted], NONE)

    assert any(expected in fault.fault and fault.model == planted.info.model for fault in found), found


def test_what_is_listed_or_free_passes() -> None:
    """A rule that knows no exception would throw out true prices."""
    right = [
        fact("cloudflare-workers-ai/@cf/meta/llama-guard-3-8b", paid("0.484", "0.03")),
        fact("minimax/MiniMax-M2.7-highspeed", Price(rates=rates(input="0.6", output="2.4", cache_write="0.375"))),
        fact("openai/o1-pro", paid("150", "600")),
        fact("openrouter/a:free", paid("0", "0"), free=True),
        fact("zai-coding-plan/b", paid("0", "0"), subscription=True),
    ]

    assert [] == guards.faults(right, NONE)


ORDERS = {
    "twice": ([fact("a/x"), fact("a/x")], "a/x: stands there twice"),
    "unsorted": ([fact("a/y"), fact("a/x")], "a/x: stands after a/y"),
    "alias of an id": ([fact("a/x", aliases=("y",)), fact("a/y")], "a/x: alias 'y' is the id of another model"),
    "alias of two": ([fact("a/x", aliases=("z",)), fact("a/y", aliases=("z",))], "a/y: alias 'z' stands at more than one model"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_ids_are_sorted_and_mean_one_model(name: str) -> None:
    """A second line would hide the first; an alias that is an id would hide a model."""
    planted, expected = ORDERS[name]

    assert any(str(fault).startswith(expected) for fault in guards.faults(planted, NONE))


def test_a_golden_price_holds() -> None:
    """Those that everybody uses were looked up by hand."""
    wrong = [fact("openai/gpt-5", paid("1.25", "12"))]

    found = guards.faults(wrong, {"openai/gpt-5": GOLDEN["openai/gpt-5"]})

    assert ["openai/gpt-5"] == [fault.model for fault in found]
    assert len(GOLDEN) >= 30
    assert {"anthropic", "deepseek", "google", "mistral", "openai", "xai"} == {model.partition("/")[0] for model in GOLDEN}
    assert all(golden.source.startswith("https://") and golden.date for golden in GOLDEN.values())


def test_a_leap_needs_a_review_of_just_that_leap() -> None:
    """A slip of the comma looks like a price; a review of another change says nothing of this one."""
    before, after = [fact(price=paid("1", "4"))], [fact(price=paid("1", "13"))]

    found = [str(fault) for fault in guards.changes(before, after, {})]

    assert ["acme/one: output 4 -> 13 is a change by more than 3: say why in reviewed.json"] == found
    assert [] == list(guards.changes(before, after, {"acme/one": "output 4 -> 13: their page of 2026-11-20"}))
    assert 1 == len(list(guards.changes(before, after, {"acme/one": "output 4 -> 12"})))
    assert [] == list(guards.changes(before, [fact(price=paid("1", "12"))], {}))


def test_the_counts_do_not_fall() -> None:
    """A source that answers with half of its list must not halve ours."""
    before = [fact(f"acme/{number:03}", paid()) for number in range(100)]
    unpriced = [fact(f"acme/{number:03}") if number < 6 else before[number] for number in range(100)]

    fallen = [fault.model for fault in guards.changes(before, before[6:], {})]

    assert ["all models", "all priced", "models of acme"] == fallen
    assert ["all priced"] == [fault.model for fault in guards.changes(before, unpriced, {})]
    assert [] == list(guards.changes(before, before[5:], {}))


def test_the_build_lists_every_fault_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever mends one line at a time would run the build all day."""
    planted = [fact(f"acme/{name}", paid("-1")) for name in "abc"]
    lines.write(planted, tmp_path / "registry")

    status = main(["--registry", str(tmp_path / "registry"), "build", "--target", str(tmp_path / "out.bin")])

    said = capsys.readouterr().err
    assert 1 == status
    assert all(f"acme/{name}: input -1 is negative" in said for name in "abc")
    assert not (tmp_path / "out.bin").exists()


BAD_LINES = {
    "no JSON": (b"{", "acme.jsonl:1"),
    "wrong type": (b'{"info":{"provider":"acme","id":"x","context_window":"big"}}', "acme.jsonl:1"),
    "unknown field": (b'{"info":{"provider":"acme","id":"x","contextwindow":5}}', "acme.jsonl:1: has an unknown field"),
    "another provider's": (b'{"info":{"provider":"other","id":"x"}}', "acme.jsonl:1: is a line of other"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_that_is_none_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt field would be left out in silence."""
    line, expected = BAD_LINES[name]
    (tmp_path / "acme.jsonl").write_bytes(line + b"\n")

    status = main(["--registry", str(tmp_path), "check"])

    assert (1, True) == (status, expected in capsys.readouterr().err)


def test_an_alias_of_the_catalogue_names_no_file() -> None:
    """`amazon-bedrock` and `bedrock` would be two shards of one provider."""
    assert ["amazon"] == [
        fault.model for fault in guards.unnamed([fact("amazon/x"), fact("acme/x")], {"amazon": "bedrock", "acme": "acme"})
    ]


def test_lines_are_the_same_after_a_round(tmp_path: Path) -> None:
    """What is written is read back, byte for byte the second time; files of providers that are gone are removed."""
    facts: list[Fact] = [fact("a-b/x", paid("0.000001", "2")), fact("a/x", mode="image"), fact("a/é")]
    lines.write([fact("gone/x")], tmp_path)

    lines.write(facts[::-1], tmp_path)

    assert sorted(facts, key=lambda fact: (fact.info.provider, fact.info.id)) == lines.read(tmp_path)
    assert {"a.jsonl", "a-b.jsonl"} == {path.name for path in tmp_path.iterdir()}
    assert [] == lines.unformatted(tmp_path)
    assert Decimal("0.000001") == lines.read(tmp_path)[2].info.price.input  # type: ignore[union-attr]  # it has one


def test_a_provider_cannot_name_another_file(tmp_path: Path) -> None:
    """Names come from outside."""
    with pytest.raises(ValueError, match="cannot name a file"):
        lines.write([fact("../x/y")], tmp_path)
