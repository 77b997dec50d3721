"""`llmkit usage` adds up what a meter has recorded."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmkit.cli import main
from llmkit.metering import JsonLines, SQLiteSink, UsageRecord

DAY = 86_400.0
NOON = 1_767_268_800.0  # 2026-01-01T12:00:00Z
RECORDS = [
    UsageRecord(
        id="1", at=NOON, model="p/a", tenant="x", uncached=60, cache_read=40, output_text=10, cost="0.01", saved="0.003", tags=("t",)
    ),
    UsageRecord(id="2", at=NOON, model="p/b", tenant="y", uncached=100, output_text=20, reasoning=5, cost="0.05"),
    UsageRecord(id="3", at=NOON + DAY, model="p/a", tenant="x", status="error", error="RateLimited", cost="0", http_status=429),
    UsageRecord(id="4", at=NOON + DAY, model="p/a", tenant="x", uncached=7, status="aborted", estimated=True, cost="0.002"),
    UsageRecord(id="5", at=NOON + 2 * DAY, model="p/c", uncached=1),
]


@pytest.fixture(params=["usage.db", "usage.jsonl"])
def file(request: Any, tmp_path: Path) -> Path:
    """The same records in both kinds of file."""
    path = tmp_path / request.param
    sink = SQLiteSink(path) if path.suffix == ".db" else JsonLines(path)
    sink.write(RECORDS)
    sink.close()
    return path


def told(capsys: Any, *words: str) -> tuple[int, str]:
    code = main(["usage", *words])
    return code or 0, capsys.readouterr().out


GROUPED = [
    ("day", [("2026-01-01", 2, "0.06"), ("2026-01-02", 2, "0.002"), ("2026-01-03", 1, "0")]),
    ("model", [("p/b", 1, "0.05"), ("p/a", 3, "0.012"), ("p/c", 1, "0")]),
    ("tenant", [("y", 1, "0.05"), ("x", 3, "0.012"), ("-", 1, "0")]),
    ("status", [("ok", 3, "0.06"), ("aborted", 1, "0.002"), ("RateLimited", 1, "0")]),
]


@pytest.mark.parametrize(("by", "expected"), GROUPED)
def test_sums_are_exact(capsys: Any, file: Path, by: str, expected: list[Any]) -> None:
    _, out = told(capsys, str(file), "--by", by, "--json")

    groups = json.loads(out, parse_float=Decimal)["groups"]
    assert [(name, calls, Decimal(cost)) for name, calls, cost in expected] == [
        (group["name"], group["calls"], Decimal(group["cost"])) for group in groups
    ]


def test_the_whole_tells_what_is_not_known_and_what_is_estimated(capsys: Any, file: Path) -> None:
    _, out = told(capsys, str(file), "--json")

    whole = json.loads(out, parse_float=Decimal)["all"]
    names = ("calls", "failed", "aborted", "unpriced", "estimated", "input", "cache_read", "output")
    assert [5, 1, 1, 1, 1, 208, 40, 35] == [whole[name] for name in names]
    assert Decimal("0.003") == Decimal(whole["saved"])


def test_a_person_gets_a_table_and_bars(capsys: Any, file: Path) -> None:
    code, out = told(capsys, str(file), "--by", "model", "--plot")

    lines = out.splitlines()
    assert 0 == code
    assert ["MODEL", "CALLS", "FAILED", "HITS", "INPUT", "CACHED", "OUTPUT", "COST", "SAVED"] == lines[0].split()
    assert ["p/a", "3", "1", "0", "107", "37%", "10", "~$0.012", "$0.003"] == lines[2].split()
    assert ["all", "5", "1", "0", "208", "19%", "35", "~$0.062+", "$0.003"] == lines[4].split()
    assert "█" in out or "#" in out


FILTERS = [(["--since", "2026-01-02"], 3), (["--tenant", "x"], 3), (["--model", "p/c"], 1), (["--since", "1h"], 0)]


@pytest.mark.parametrize(("words", "calls"), FILTERS)
def test_filters_leave_the_others_out(capsys: Any, file: Path, words: list[str], calls: int) -> None:
    _, out = told(capsys, str(file), *words, "--json")

    assert calls == json.loads(out)["all"]["calls"]


def test_lines_that_are_no_records_are_counted(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    JsonLines(path).write(RECORDS[:1])
    with path.open("ab") as out:
        out.write(b'{"broken\n[]\n\n')

    assert "2 lines are no records of usage." in told(capsys, str(path))[1]


def test_a_name_cannot_move_the_cursor(capsys: Any, tmp_path: Path) -> None:
    """Tenants and models may be named by strangers."""
    path = tmp_path / "usage.jsonl"
    JsonLines(path).write([UsageRecord(id="1", at=NOON, tenant="\x1b[2J", cost="1"), UsageRecord(id="2", at=NOON, tenant="b", cost="1")])

    assert "\x1b" not in told(capsys, str(path), "--by", "tenant", "--plot")[1]


@pytest.mark.parametrize("when", ["yesterday", "d", "-1d", "99999999999w", "²d"])
def test_a_time_that_is_none_is_refused(capsys: Any, file: Path, when: str) -> None:
    assert 2 == told(capsys, str(file), f"--since={when}")[0]
