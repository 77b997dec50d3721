"""The page of plots shows the same sums as the table, loads nothing, and nobody's name can become a part of it."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.cli import main
from llmkit.metering import JsonLines, SQLiteSink, UsageRecord, usage_page
from llmkit.metering.digest import Digest
from llmkit.metering.plots import ceiling
from llmkit.metering.sketch import Sketch

DAY = 86_400.0
NOON = 1_767_268_800.0  # 2026-01-01T12:00:00Z
EVIL = '<script src="https://x.example/a.js">\u202e</script><img onerror=x>"'
RECORDS = [
    UsageRecord(
        id="1", at=NOON, model="p/a", tenant="x", uncached=60, cache_read=40, output_text=10, cost="0.01", saved="0.003", seconds=1.0
    ),
    UsageRecord(id="2", at=NOON, model="p/b", tenant=EVIL, uncached=100, output_text=20, reasoning=5, cost="0.05", seconds=2.0),
    UsageRecord(id="3", at=NOON + 2 * DAY, model="p/a", tenant="x", status="error", error="RateLimited", cost="0"),
    UsageRecord(id="4", at=NOON + 2 * DAY, model=EVIL, tenant="x", uncached=7, cost="0.002", cached=True, saved="0.5"),
    UsageRecord(id="5", at=NOON + 2 * DAY, model="p/a", uncached=1, status="aborted", hedged=True, cost="0.001"),
]


class Page(HTMLParser):
    """The tags with their attributes, the words, and the tables of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.style = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta",):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.style += data
        elif "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data

    def of(self, *tags: str) -> Iterator[dict[str, Any]]:
        return (about for tag, about in self.tags if tag in tags)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(usage_page(RECORDS, now=NOON))


def test_the_page_loads_nothing_and_runs_nothing(page: Page) -> None:
    """Its policy would stop what slipped in: only the style with this very hash is applied."""
    (policy,) = [about["content"] for about in page.of("meta") if about.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()

    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert [] == list(page.of("script", "link", "img", "iframe", "object", "use", "a", "form", "base"))
    assert [] == [name for _, about in page.tags for name in about if name in ("style", "href", "src") or name.startswith("on")]
    assert "url(" not in page.style
    assert [] == page.open


def test_a_strangers_name_stays_words(page: Page) -> None:
    """A tenant and a model are called like this; letters that turn the line round are shown as a box."""
    written = usage_page(RECORDS, now=NOON)

    assert "\u202e" not in written
    assert EVIL.replace("\u202e", "\ufffd") in [row[0] for row in page.rows]


def test_the_figures_are_those_of_the_records(page: Page) -> None:
    """Each plot has its figures as a table; a day without a call has a column, too."""
    assert ["", "p/b", "p/a", EVIL.replace("\u202e", "\ufffd")] in page.rows
    assert ["2026-01-01", "$0.05", "$0.01", "$0"] in page.rows
    assert ["2026-01-02", "$0", "$0", "$0"] in page.rows
    assert ["2026-01-03", "$0", "$0.001", "$0.002"] in page.rows
    assert ["2026-01-01", "160", "40", "30", "5"] in page.rows
    assert ["RateLimited", "1"] in page.rows
    assert ["2026-01-03", "$0", "$0.5"] in page.rows
    assert ["p/a", "2", "1", "101", "10", "$0.011", "$0.003"] in page.rows


def test_everything_drawn_is_told_in_words_or_hidden(page: Page) -> None:
    drawn = list(page.of("svg"))

    assert 10 < len(drawn)
    assert [] == [
        about for about in drawn if about.get("aria-hidden") != "true" and not (about.get("role") == "img" and about["aria-label"])
    ]
    assert any("the highest is 2026-01-01 with $0.06" in about.get("aria-label", "") for about in drawn)


def test_no_records_make_a_page_too() -> None:
    assert "No calls are recorded." in usage_page([], now=NOON)


@pytest.mark.parametrize(
    ("days", "step", "columns"), [(1, "day", 1), (100, "day", 100), (101, "week", 15), (800, "month", 27), (36_000, "year", 99)]
)
def test_a_plot_has_a_hundred_columns_at_most(days: int, step: str, columns: int) -> None:
    digest = Digest([UsageRecord(id="a", at=NOON, cost="1"), UsageRecord(id="b", at=NOON + (days - 1) * DAY, cost="2")])

    assert (step, columns) == (digest.step(), len(digest.columns()))
    assert 3 == sum(sum(one.values) for one in digest.spent())


@pytest.mark.parametrize(
    "wrong", [{"at": 1e300}, {"at": float("nan")}, {"at": -1e15}, {"cost": "many"}, {"saved": "NaN"}, {"seconds": -1.0}]
)
def test_a_line_that_cannot_be_breaks_nothing(wrong: dict[str, Any]) -> None:
    """Records may come from a file that somebody else wrote."""
    records = [UsageRecord(**{"id": "a", "at": NOON, **wrong}), *RECORDS]

    assert "$0.06" in usage_page(records, now=NOON)


def test_only_so_many_models_have_a_colour_and_the_rest_is_summed() -> None:
    digest = Digest([UsageRecord(id=str(number), at=NOON, model=f"p/{number}", cost=str(number)) for number in range(1, 21)])

    series = digest.spent()
    assert (9, "p/20", "others", sum(range(1, 13))) == (len(series), series[0].name, series[-1].name, series[-1].values[0])


@given(st.lists(st.floats(min_value=1e-4, max_value=1e5), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
@settings(max_examples=40, deadline=None)
def test_percentiles_are_right_to_one_per_cent(values: list[float], share: float) -> None:
    sketch = Sketch()
    for value in values:
        sketch.add(value)

    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    assert exact == pytest.approx(sketch.at(share), rel=0.0101)


@given(st.floats(min_value=1e-9, max_value=1e12))
@settings(max_examples=60, deadline=None)
def test_an_axis_ends_at_a_round_number_above_all(value: float) -> None:
    assert value * (1 - 1e-6) <= ceiling(value) <= value * 2.51


def told(capsys: Any, *words: str) -> tuple[int, str]:
    code = main(["usage", *words])
    return code or 0, capsys.readouterr().out


@pytest.mark.parametrize("name", ["usage.db", "usage.jsonl"])
def test_the_command_writes_a_page_for_its_owner_alone(name: str, capsys: Any, tmp_path: Path) -> None:
    path, page = tmp_path / name, tmp_path / "usage.html"
    sink = SQLiteSink(path) if path.suffix == ".db" else JsonLines(path)
    sink.write(RECORDS)
    sink.close()

    codes = [told(capsys, str(path), "--tenant", "x", "--html", str(page))[0] for _ in range(2)]

    assert [0, 0] == codes
    assert 0o600 == page.stat().st_mode & 0o777
    assert "p/a" in page.read_text()
    assert "p/b" not in page.read_text()
    assert "<!DOCTYPE html>" in told(capsys, str(path), "--html", "-")[1]


def test_only_a_page_is_written_over(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    JsonLines(path).write(RECORDS[:1])
    before = path.read_bytes()

    assert 2 == told(capsys, str(path), "--html", str(path))[0]
    assert before == path.read_bytes()
