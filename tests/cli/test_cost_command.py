"""`llmkit cost` reckons exactly, and says what it does not know."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.cli.usage_log import Fault, Record, records
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage

from .conftest import Run
from .small_registry import BIG, CHINESE, FREE, MODELS, PLAN, RESOLD, SMALL, UNPRICED, install, model
from .terminal import Terminal


@pytest.fixture(autouse=True)
def registry(home: Path) -> Path:
    return install(home, *MODELS)


def told(out: str) -> dict[str, dict[str, Any]]:
    """Return the lines of `--json` by model."""
    return {line["model"]: line for line in json.loads(out, parse_float=Decimal)["models"]}


@pytest.mark.parametrize(
    ("words", "cost"),
    [
        ("--tokens 1000,500", "0.0105"),
        ("--tokens 1000", "0.003"),
        ("--tokens 1000,500 --cached 800", "0.00834"),
        ("--tokens 1000,500 --service batch", "0.00525"),
        ("--tokens 300k,1k", "1.8225"),
    ],
)
def test_tokens_cost_what_the_list_says(run: Run, words: str, cost: str) -> None:
    """Cached tokens, a service and a long input have prices of their own."""
    lines = told(run("cost", *words.split(), "-m", BIG.model, "--json").out)

    assert Decimal(cost) == lines[BIG.model]["cost"]


def test_calls_multiply(run: Run) -> None:
    (line,) = told(run("cost", "--tokens", "1000,500", "--calls", "1e6", "-m", BIG.model, "--json").out).values()

    assert (Decimal("0.0105"), Decimal(10_500)) == (line["cost"], line["total"])


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (UNPRICED.model, "no price of it is known"),
        (PLAN.model, "paid by a plan"),
        ("groq/never-heard-of", "no such model"),
        ("anthropic/BIG-5", "its price may differ"),
        (f"{SMALL.model} --service batch", "batch"),
    ],
)
def test_what_is_not_known_is_listed_with_its_reason(run: Run, asked: str, reason: str) -> None:
    words = ("cost", "--tokens", "1000,500", "-m", *asked.split())

    table, (line,) = run(*words).out, told(run(*words, "--json").out).values()

    assert (None, None) == (line["cost"], line["total"])
    assert reason in line["reason"]
    assert reason in table.splitlines()[-1]


@pytest.mark.parametrize("way", ["prompt", "file"])
def test_the_tokens_of_a_text_are_estimated_and_said_to_be(run: Run, tmp_path: Path, way: str) -> None:
    """Without a length of the answer the input alone is reckoned."""
    text = "Why is the sky blue? " * 50
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    words = ("cost", *((text,) if way == "prompt" else ("--file", str(tmp_path / "text.txt"))), "-m", BIG.model)

    (alone,), (whole,) = (told(run(*words, *more, "--json").out).values() for more in ((), ("--output-tokens", "1k")))
    table = run(*words)

    assert 150 < alone["input_tokens"] < 600
    assert alone["estimated_tokens"] is True
    assert alone["input_tokens"] * Decimal(3) / 1_000_000 == alone["cost"]
    assert Decimal("0.015") == whole["cost"] - alone["cost"]
    assert f"~{alone['input_tokens']:,} " in table.out
    assert "the input alone" in table.err


def test_top_of_a_text_takes_the_cheapest(run: Run) -> None:
    lines = told(run("cost", "Why is the sky blue?", "--output-tokens", "50", "--top", "2", "--can", "tools", "--json").out)

    assert [SMALL.model, RESOLD.model] == list(lines)


def test_other_money_is_not_converted(run: Run) -> None:
    outcome = run("cost", "--tokens", "1M,1M", "-m", CHINESE.model, "-m", BIG.model, "--plot")

    rows = {line.split()[0]: line for line in outcome.out.splitlines()}
    assert "¥20.00" in rows[CHINESE.model]
    assert "$28.50" in rows[BIG.model]
    assert 1 == outcome.out.count("$28.50")
    assert "█" not in rows[CHINESE.model]


def test_the_cheapest_come_first_and_the_unknown_last(run: Run) -> None:
    models = [UNPRICED, BIG, CHINESE, SMALL, FREE]
    words = [word for info in models for word in ("-m", info.model)]

    lines = run("cost", "--tokens", "1000,500", *words).out.splitlines()

    assert [info.model for info in (FREE, SMALL, BIG, CHINESE, UNPRICED)] == [line.split()[0] for line in lines[1:6]]


def test_top_takes_the_cheapest_that_fit(run: Run) -> None:
    lines = told(run("cost", "--tokens", "1000,500", "--top", "2", "--can", "tools", "--json").out)

    assert [SMALL.model, RESOLD.model] == list(lines)


def test_bars_are_drawn_for_several_at_a_terminal() -> None:
    with Terminal("cost", "--tokens", "1000,500", "--calls", "10k", "-m", BIG.model, "-m", SMALL.model, columns=80) as terminal:
        assert 0 == terminal.exit_code()
        lines = terminal.text.splitlines()

    assert max(len(line) for line in lines) <= 80
    bars = {line.split()[0]: line.count("█") for line in lines[lines.index("cost times 10,000") + 1 :]}
    assert bars[BIG.model] > bars[SMALL.model] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give a PROMPT"),
        (("hi", "--tokens", "1,1"), "exclude each other"),
        (("--tokens", "1,1"), "--top 10"),
        (("--tokens", "one,two", "-m", "openai/small-1"), "2000,500"),
        (("--tokens", "10,1", "--cached", "11", "-m", "openai/small-1"), "cannot be cached"),
        (("--tokens", "10,1", "--service", "turbo", "-m", "openai/small-1"), "priority"),
        (("--tokens", "10,1", "--can", "tools", "-m", "openai/small-1"), "--top"),
        (("--calls", "half", "--tokens", "1", "-m", "openai/small-1"), "10k"),
        (("--log", "/no/such/file"), "cannot be read"),
        (("--file", "/no/such/file", "-m", "openai/small-1"), "cannot be read"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else None,
)
def test_a_slip_is_wrong_usage_and_told(run: Run, words: tuple[str, ...], said: str) -> None:
    outcome = run("cost", *words)

    assert (2, "") == (outcome.code, outcome.out)
    assert said in outcome.err


COUNTS = Usage(uncached=60, cache_read=40, output_text=20, reasoning=5)
OPENAI = {
    "prompt_tokens": 100,
    "completion_tokens": 25,
    "prompt_tokens_details": {"cached_tokens": 40},
    "completion_tokens_details": {"reasoning_tokens": 5},
}
RESPONSES = {
    "input_tokens": 100,
    "output_tokens": 25,
    "input_tokens_details": {"cached_tokens": 40},
    "output_tokens_details": {"reasoning_tokens": 5},
}
GEMINI = {"promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 20, "thoughtsTokenCount": 5}
ANTHROPIC = {"input_tokens": 60, "cache_read_input_tokens": 40, "output_tokens": 25, "output_tokens_details": {"thinking_tokens": 5}}
BEDROCK = {"inputTokens": 60, "cacheReadInputTokens": 40, "outputTokens": 25}
UNTOLD = Usage(uncached=60, cache_read=40, output_text=25)

LINES: list[tuple[str, dict[str, Any], str, Usage]] = [
    ("chat completions", {"model": "m", "usage": OPENAI}, "m", COUNTS),
    ("responses", {"model": "m", "usage": RESPONSES}, "m", COUNTS),
    ("a batch file", {"custom_id": "1", "response": {"body": {"model": "m", "usage": OPENAI}}}, "m", COUNTS),
    ("messages", {"model": "m", "type": "message", "usage": ANTHROPIC}, "m", COUNTS),
    ("a result of messages", {"result": {"message": {"model": "m", "usage": ANTHROPIC}}}, "m", COUNTS),
    ("generate content", {"modelVersion": "m", "usageMetadata": GEMINI}, "m", COUNTS),
    ("converse", {"model": "m", "usage": BEDROCK}, "m", UNTOLD),
    ("ollama", {"model": "m", "prompt_eval_count": 7, "eval_count": 3}, "m", Usage(uncached=7, output_text=3)),
    ("cohere", {"model": "m", "usage": {"tokens": {"input_tokens": 7, "output_tokens": 3}}}, "m", Usage(uncached=7, output_text=3)),
    ("a bare usage", OPENAI, "", COUNTS),
    ("a request beside", {"request": {"model": "m"}, "response": {"usage": OPENAI}}, "m", COUNTS),
    ("ours", CompletionResponse(model="m", provider="p", usage=COUNTS).to_dict(), "m", COUNTS),
]


@pytest.mark.parametrize(("line", "name", "usage"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_a_log_is_read_in_the_shape_of_any_api(line: dict[str, Any], name: str, usage: Usage) -> None:
    """Some count cached tokens inside the input, some outside: the names tell."""
    (record,) = records([json.dumps(line).encode()])

    assert isinstance(record, Record), record
    assert (name, usage) == (record.model, record.usage)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"{}", "no usage"),
        (b'{"usage": {"tokens_of_another_kind": 1}}', "no known shape"),
        (b'{"usage": {"prompt_tokens": 0, "completion_tokens": 0}}', "counts nothing"),
        (b'{"usage": {"uncached": -5}}', "no known shape"),
        (b"[" * 100_000, "not JSON"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_line_that_tells_nothing_is_named(line: bytes, reason: str) -> None:
    (first, fault) = records([json.dumps({"usage": OPENAI}).encode(), line])

    assert isinstance(first, Record)
    assert isinstance(fault, Fault)
    assert 2 == fault.line
    assert reason in fault.reason


NAMES = ["usage", "response", "model", "prompt_tokens", "input_tokens", "uncached", "cost", "amount", "tokens", "created"]
LEAVES = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=2))
OBJECTS = st.recursive(LEAVES, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=4))


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=200), OBJECTS.map(lambda value: json.dumps(value).encode())))
def test_no_line_is_lost_and_none_breaks_the_reading(line: bytes) -> None:
    found = list(records([line]))

    assert (1 if line.strip() else 0) == len(found)


def log(tmp_path: Path, *lines: dict[str, Any] | str) -> str:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return str(path)


def test_a_log_is_summed_by_model(run: Run, tmp_path: Path) -> None:
    """An alias is its model; what the provider told wins over the list; what has no price stays visible."""
    told_by_provider = CompletionResponse(model="big-5", provider="anthropic", usage=COUNTS, cost=Cost(amount=Decimal("0.5"))).to_dict()
    path = log(
        tmp_path,
        {"model": "big-5-20260203", "usage": {"input_tokens": 1000, "output_tokens": 100}},
        told_by_provider,
        {"model": "openai/small-1", "usage": {"prompt_tokens": 1000, "completion_tokens": 0}},
        {"model": "somebody-elses", "usage": {"prompt_tokens": 5, "completion_tokens": 5}},
    )

    lines = told(run("cost", "--log", path, "--json").out)

    assert {BIG.model, SMALL.model, "somebody-elses"} == lines.keys()
    assert (2, Decimal("0.5045"), "mixed") == tuple(lines[BIG.model][name] for name in ("answers", "cost", "basis"))
    assert Decimal("0.00015") == lines[SMALL.model]["cost"]
    assert (None, "no such model is known") == (lines["somebody-elses"]["cost"], lines["somebody-elses"]["reason"])


def test_a_log_that_does_not_say_whose_model_it_was_is_not_priced_by_guess(run: Run, tmp_path: Path, home: Path) -> None:
    install(home, *(model(f"{provider}/both", price=SMALL.price) for provider in ("groq", "openrouter")))

    (line,) = told(run("cost", "--log", log(tmp_path, {"model": "both", "usage": OPENAI}), "--json").out).values()

    assert (None, "2 providers serve it, and it is not said which is meant") == (line["cost"], line["reason"])


def test_a_long_request_of_a_log_is_priced_as_long_and_a_short_one_as_short(run: Run, tmp_path: Path) -> None:
    """Two requests of 150k tokens are no request of 300k."""
    short = {"model": "big-5", "usage": {"input_tokens": 150_000, "output_tokens": 0}}
    long = {"model": "big-5", "usage": {"input_tokens": 300_000, "output_tokens": 0}}

    (line,) = told(run("cost", "--log", log(tmp_path, short, short, long), "--json").out).values()

    assert Decimal("0.45") * 2 + Decimal("1.8") == line["cost"]


def test_a_log_is_reckoned_anew_on_other_models(run: Run, tmp_path: Path) -> None:
    path = log(tmp_path, {"model": "big-5", "usage": OPENAI, "cost": 9}, {"model": "small-1", "usage": OPENAI})

    lines = told(run("cost", "--log", path, "-m", SMALL.model, "-m", UNPRICED.model, "--json").out)

    assert {SMALL.model, UNPRICED.model} == lines.keys()
    assert (2, 200) == (lines[SMALL.model]["answers"], lines[SMALL.model]["input_tokens"])
    assert 2 * (100 * Decimal("0.15") + 25 * Decimal("0.6")) / 1_000_000 == lines[SMALL.model]["cost"]


def test_bad_lines_are_counted_and_named(run: Run, tmp_path: Path) -> None:
    path = log(tmp_path, {"model": "big-5", "usage": OPENAI}, "{broken", "", '{"error": "x"}', *["no"] * 9)

    outcome, report = run("cost", "--log", path), json.loads(run("cost", "--log", path, "--json").out)

    assert outcome.code == 0
    assert "11 of 12 lines tell no usage" in outcome.err
    assert "line 2: not JSON" in outcome.err
    assert "line 4: no usage" in outcome.err
    assert "6 more" in outcome.err
    assert (1, 11) == (report["answers"], report["skipped"])
    assert [2, 4, *range(5, 14)] == [line["line"] for line in report["skipped_lines"]]


def test_a_log_without_any_usage_is_an_error(run: Run, tmp_path: Path) -> None:
    outcome = run("cost", "--log", log(tmp_path, "{}", "{}"))

    assert 2 == outcome.code
    assert "Line 1: no usage" in outcome.err


def test_a_log_comes_through_a_pipe_too(run: Run) -> None:
    outcome = run("cost", "--log", "-", stdin=json.dumps({"model": "big-5", "usage": OPENAI}).encode())

    assert 0 == outcome.code
    assert BIG.model in outcome.out


def test_hostile_names_of_a_log_are_harmless(run: Run, tmp_path: Path) -> None:
    outcome = run("cost", "--log", log(tmp_path, {"model": "m\x1b]0;x\x07\u202e", "usage": OPENAI}, '{"usage": "\x1b[31m"'))

    assert not [char for char in "\x1b\x07\u202e" if char in outcome.out + outcome.err]
    assert "m]0;x" in outcome.out
