"""`llmkit models` finds models and shows one, and says what is not known."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from llmkit.cli import main
from llmkit.types.model_info import ModelInfo
from llmkit.types.price import Price

from .conftest import Run, write_settings
from .small_registry import BIG, CHINESE, ELSEWHERE, FREE, MODELS, OLD, PICTURE, PLAN, RESOLD, SMALL, UNPRICED, install, model, rates
from .terminal import Terminal


@pytest.fixture(autouse=True)
def registry(home: Path) -> Path:
    return install(home, *MODELS)


STYLES = re.compile(r"\x1b\[[012]m")
"""What we write ourselves: bold, dim, and their end."""


def names(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()[1:]]


SEARCHES: list[tuple[str, list[ModelInfo]]] = [
    ("", [BIG, SMALL, RESOLD, FREE, UNPRICED, CHINESE, PLAN, PICTURE]),
    ("big", [BIG, RESOLD]),
    ("BIG 5", [BIG, RESOLD]),
    ("openrouter big", [RESOLD]),
    ("-p anthropic", [BIG]),
    ("-p anthropic -p groq", [BIG, FREE, UNPRICED, PLAN]),
    ("--mode image", [PICTURE]),
    ("--can tools --can vision", [BIG]),
    ("--can web_search", []),
    ("--input audio", [UNPRICED]),
    ("--output image", [PICTURE]),
    ("--min-context 200k", [BIG, RESOLD]),
    ("--min-output 64000", [BIG]),
    ("--max-input-price 0.15", [SMALL, FREE]),
    ("--max-output-price 15", [BIG, SMALL, RESOLD, FREE]),
    ("--free", [FREE]),
    ("--open-weights", [FREE]),
    ("--status retired", [OLD]),
    ("--status all", [BIG, SMALL, RESOLD, FREE, UNPRICED, CHINESE, PLAN, PICTURE, OLD]),
    ("--released-after 2026-03", [SMALL]),
    ("--all-providers thing", [ELSEWHERE]),
    ("thing", []),
    ("-p nobody-calls-this", [ELSEWHERE]),
]


@pytest.mark.parametrize(("words", "expected"), SEARCHES, ids=[words or "all" for words, _ in SEARCHES])
def test_a_search_finds_what_fulfils_every_demand(run: Run, words: str, expected: list[ModelInfo]) -> None:
    """What is not known of a model, or is in other money, or is paid by a plan, fulfils no demand for a price."""
    outcome = run("models", *words.split())

    assert outcome.code == 0
    assert {info.model for info in expected} == set(names(outcome.out))


ORDERS = [
    ("--sort price", [FREE, SMALL, RESOLD, BIG, PICTURE, CHINESE, PLAN, UNPRICED]),
    ("--sort price --reverse", [BIG, RESOLD, SMALL, FREE, PICTURE, CHINESE, PLAN, UNPRICED]),
    ("--sort context --limit 3", [BIG, RESOLD, SMALL]),
    ("--sort context --reverse --limit 2", [FREE, CHINESE]),
    ("--sort released --limit 1", [SMALL]),
    ("--sort name -p openai", [PICTURE, SMALL]),
    ("big", [BIG, RESOLD]),
]


@pytest.mark.parametrize(("words", "expected"), ORDERS, ids=[words for words, _ in ORDERS])
def test_what_is_sorted_by_and_not_known_comes_last(run: Run, words: str, expected: list[ModelInfo]) -> None:
    """Prices by picture, in other money and by plans cannot be compared with prices by token."""
    assert [info.model for info in expected] == names(run("models", *words.split()).out)


@pytest.mark.parametrize(
    ("info", "cells"),
    [
        (BIG, ["1M", "64k", "3.00", "15.00", "2026-02-03"]),
        (SMALL, ["128k", "16k", "0.15", "0.60", "2026-05"]),
        (FREE, ["8k", "-", "free", "free"]),
        (PLAN, ["-", "-", "plan", "plan"]),
        (UNPRICED, ["-", "-", "-", "-"]),
        (CHINESE, ["64k", "-", "¥4.00", "¥16.00"]),
        (PICTURE, ["-", "-", "-", "0.04/image"]),
    ],
    ids=lambda value: value.id if isinstance(value, ModelInfo) else None,
)
def test_a_price_is_what_is_known_of_it(run: Run, info: ModelInfo, cells: list[str]) -> None:
    """An unknown price is no 0, a plan is not free, and other money is marked."""
    (line,) = [line for line in run("models").out.splitlines() if line.startswith(f"{info.model} ")]

    assert cells == line.split()[1 : 1 + len(cells)]


def test_json_has_every_field_and_exact_numbers(run: Run) -> None:
    text = run("models", "big-5", "-p", "anthropic", "--json").out

    (entry,) = json.loads(text, parse_float=Decimal)
    assert entry["price"]["tiers"][0]["rates"]["output"] == Decimal("22.5")
    assert entry["price"]["rates"]["cache_read"] == Decimal("0.3")
    assert {*ModelInfo.__struct_fields__, "model", "capabilities"} - {"can", "cannot"} == entry.keys()
    assert entry["capabilities"]["vision"] is True
    assert entry["capabilities"]["web_search"] is False


def test_csv_is_empty_where_nothing_is_known(run: Run) -> None:
    text = run("models", "--csv", "--columns", "model,input,output,context,open", "--sort", "name").out

    rows = {row["model"]: row for row in csv.DictReader(io.StringIO(text))}
    assert ("0.15", "0.6", "128000", "false") == tuple(rows[SMALL.model][name] for name in ("input", "output", "context", "open"))
    assert ("", "", "", "") == tuple(rows[UNPRICED.model][name] for name in ("input", "output", "context", "open"))
    assert rows[PLAN.model]["input"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mode", "chta"), "chat"),
        (("--can", "toolz"), "Did you mean tools"),
        (("--columns", "model,contxt"), "Did you mean context?"),
        (("--min-context", "lots"), "200k"),
        (("-p", "antropic"), "anthropic"),
        (("--released-after", "spring"), "2026-01"),
        (("--max-input-price", "-1"), "from 0 on"),
        (("--json", "--csv"), "exclude each other"),
        (("--sort", "colour"), "released"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_slip_is_wrong_usage_and_told(run: Run, words: tuple[str, ...], said: str) -> None:
    outcome = run("models", *words)

    assert (2, "") == (outcome.code, outcome.out)
    assert said in outcome.err


def test_with_key_looks_only_where_one_can_ask(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-0123456789")

    assert {FREE.model, UNPRICED.model, PLAN.model} == set(names(run("models", "--with-key").out))


def test_a_pipe_gets_everything_and_nothing_that_steers_a_terminal(run: Run, home: Path) -> None:
    many = [model(f"openai/m{number:04}-{'x' * 60}", name="N" * 70) for number in range(300)]
    install(home, *many)

    outcome = run("models", "--columns", "model,name,status")

    lines = outcome.out.splitlines()
    assert 301 == len(lines)
    assert "\x1b" not in outcome.out
    assert all("x" * 60 in line and "N" * 70 in line for line in lines[1:])


@pytest.mark.parametrize("columns", [80, 140])
def test_a_terminal_gets_a_screen_that_fits_and_hears_of_the_rest(home: Path, columns: int) -> None:
    """A column that finds no room is named, and what is not shown is counted."""
    install(home, BIG, *(model(f"openai/m{number:04}-{'x' * 60}", name="N" * 70) for number in range(299)))

    with Terminal("models", columns=columns, rows=24) as terminal:
        assert 0 == terminal.exit_code()
    lines = terminal.text.splitlines()

    assert max(len(line) for line in lines) <= columns
    assert len(lines) <= 24
    assert BIG.model == lines[1].split()[0]
    assert "281 more of 300" in terminal.text
    assert ("no room for" in terminal.text) == (columns < 100)


def test_hostile_names_cannot_steer_the_terminal(run: Run, home: Path) -> None:
    """Names come from files and answers."""
    hostile = "evil\x1b]0;owned\x07\x9b31m\u202e"
    install(home, model("openai/safe", name=hostile, family=hostile, aliases=(hostile,), weights=hostile, price_source=hostile))

    with Terminal("models", "show", "openai/safe") as terminal:
        assert 0 == terminal.exit_code()
    shown = STYLES.sub("", terminal.raw.decode()) + run("models", "--columns", "model,name,family,weights,source").out

    assert 4 + 3 <= shown.count("evil]0;owned31m")
    assert not [char for char in "\x1b\x07\x9b\u202e" if char in shown]


def test_show_tells_all_that_is_known(run: Run) -> None:
    outcome = run("models", "show", "anthropic/big-5")

    assert outcome.code == 0
    told = " ".join(outcome.out.split())
    for fact in (
        "anthropic/big-5 name Big 5",
        "context 1,000,000 tokens input not known output 64,000 tokens",
        "yes reasoning, tools, vision",
        "no audio_input, pdf, video_input, web_search",
        "not known prompt_cache, structured_output",
        "efforts low, high budget 1,024 to any tokens",
        "other names big-5-20260203",
        "usual 3 15 0.3 3.75",
        "over 200,000 6 22.5 - -",
        "batch 1.5 7.5 - -",
        "call of web_search $0.01",
        "data kept in eu all rates times 1.1",
        "off peak (UTC) Mon, Tue 16:00-24:00",
        "openrouter/anthropic/big-5 200k 2.50 15.00 - active",
        "price a-source, 2026-10-26",
        "agreeing one, two",
        "from one name, ctx",
        "at first 5 25 -",
        "2026-05-01 3.5 - -",
    ):
        assert fact in told, fact


@pytest.mark.parametrize(
    ("info", "told"),
    [(FREE, "free, says the provider"), (PLAN, "paid by a plan"), (UNPRICED, "price not known"), (PICTURE, "per image $0.04")],
    ids=lambda value: value.id if isinstance(value, ModelInfo) else None,
)
def test_show_tells_what_kind_of_price_there_is(run: Run, info: ModelInfo, told: str) -> None:
    assert told in " ".join(run("models", "show", info.model).out.split())


def test_show_says_how_surely_it_is_the_model_that_was_asked_for(run: Run) -> None:
    alias, alike = run("models", "show", "anthropic/big-5-20260203"), run("models", "show", "anthropic/BIG-5")

    assert "another name of it" in alias.out
    assert "nearest, perhaps another release" in alike.out
    assert "asked" not in run("models", "show", "anthropic/big-5").out


def test_show_of_an_unknown_model_names_near_ones(run: Run) -> None:
    outcome = run("models", "show", "anthropic/bgi-5")

    assert (2, "") == (outcome.code, outcome.out)
    assert "anthropic/big-5" in outcome.err


def test_show_as_json_has_evidence_and_sellers(run: Run) -> None:
    entry = json.loads(run("models", "show", "big-5", "--json").out)

    assert ("exact", BIG.model) == (entry["match"], entry["model"])
    assert [RESOLD.model] == [other["model"] for other in entry["also_served_by"]]
    assert ["one", "two"] == entry["evidence"]["agreeing"]
    assert [5, 3.5] == [then["input"] for then in entry["evidence"]["history"]]


def test_a_search_for_a_word_that_is_an_action_stands_behind_two_dashes(run: Run, home: Path) -> None:
    install(home, model("openai/show-1"))

    assert ["openai/show-1"] == names(run("models", "--", "show").out)


def test_live_lists_what_the_provider_serves_now(run: Run, home: Path, local_server: str) -> None:
    write_settings(home, f'[providers.ollama]\nbase_url = "{local_server}"\n[providers.vllm]\nbase_url = "{local_server}"\n')

    outcome = run("models", "live", "vllm", "--json")

    assert 0 == outcome.code, outcome.err
    assert ["vllm/one", "vllm/two"] == [entry["model"] for entry in json.loads(outcome.out)]


def test_an_update_that_cannot_reach_anything_changes_nothing(run: Run, registry: Path) -> None:
    before = registry.read_bytes()

    outcome = run("models", "update", "--url", "http://127.0.0.1:9/manifest.json")

    assert 1 == outcome.code
    assert "error: " in outcome.err
    assert "unexpected" not in outcome.err
    assert before == registry.read_bytes()


def test_help_reads_no_registry() -> None:
    """Help and completion of a shell must be quick."""
    code = """
import sys
from llmkit.cli import main
main(["models", "--help"])
heavy = {"rich", "msgspec", "llmkit.client", "llmkit.models.registry", "llmkit.models.shards"}
sys.exit(",".join(sorted(heavy & set(sys.modules))) or 0)
"""
    from .test_main import python

    done = python("-c", code)

    assert (0, "") == (done.returncode, done.stderr)
    assert "--min-context" in done.stdout


def test_the_columns_of_the_help_are_those_that_exist(run: Run) -> None:
    from llmkit.cli.model_columns import COLUMNS

    listed = " ".join(run("models", "--help").out.split()).partition("Columns: ")[2].replace("- ", "-").rstrip(".").split(", ")

    assert [*COLUMNS] == listed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("models sh", ["show"]),
        ("models show anthropic/", ["anthropic/big-5"]),
        ("chat -m openai/sm", ["openai/small-1"]),
        ("models --mode emb", ["embedding"]),
        ("models --can struct", ["structured_output"]),
        ("models --columns model,cont", ["model,context"]),
        ("models --sort rel", ["released"]),
        ("cost --service ba", ["batch", "balanced"]),
        ("providers --operation em", ["embed"]),
    ],
)
def test_what_a_tab_offers(words: str, expected: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert expected == offered(words, monkeypatch, capsys)


def offered(words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    typed = ["llmkit", *words.split()]
    monkeypatch.setenv("_LLMKIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(typed))
    monkeypatch.setenv("COMP_CWORD", str(len(typed) - 1))
    with pytest.raises(SystemExit):
        main([])
    return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]


def test_completing_an_id_reads_no_models(home: Path) -> None:
    """Every TAB starts a program: it may read the names of one provider, and nothing else."""
    path = install(home, *MODELS)
    code = """
import os, sys
os.environ.update(_LLMKIT_COMPLETE="bash_complete", COMP_WORDS="llmkit models show anthropic/b", COMP_CWORD="3")
from llmkit.models import shards
def refuse(*arguments): raise AssertionError("rows are read")
shards.Shards.rows = shards.Shards.row = refuse
from llmkit.cli import main
main([])
"""
    from .test_main import python

    done = python("-c", code)

    assert path.is_file()
    assert ("plain,anthropic/big-5\n", "") == (done.stdout, done.stderr)


def test_a_few_models_are_drawn_as_bars(run: Run) -> None:
    outcome = run("models", "--plot")

    lines = {line.split()[0]: line for line in outcome.out.splitlines()[1:]}
    assert {FREE.model, SMALL.model, RESOLD.model, BIG.model} == lines.keys()
    assert lines[BIG.model].count("█") > lines[SMALL.model].count("█") >= lines[FREE.model].count("█") == 0
    assert "4 without a known price" in outcome.err


def test_many_models_are_drawn_as_a_cloud(run: Run, home: Path) -> None:
    prices = [Price(rates=rates(input=str(dollars), output="9")) for dollars in range(30)]
    install(home, *[model(f"groq/m{number}", context_window=1000 * 2 ** (number % 10), price=price) for number, price in enumerate(prices)])

    outcome = run("models", "--plot")

    assert "30 models" in outcome.out
    assert "context window" in outcome.out
    assert all(len(line) < 80 for line in outcome.out.splitlines())
