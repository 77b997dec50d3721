"""Charts are in proportion, fit their space and need no more characters than there are."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.cli.amounts import days_until, in_days, money, read_count, short_count, trimmed
from llmkit.cli.charts import Bar, Point, Scale, bars, scatter, sparkline
from llmkit.cli.screen import clipped, width_of
from llmkit.cli.terminal_text import printable

PLAIN = Scale("", lambda value: f"{value:g}")


class Output(io.TextIOWrapper):
    """A standard output of some encoding that is a terminal or not."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def drawn(values: Sequence[float | None], width: int = 60) -> list[int]:
    """Return the length of each bar."""
    rows = [Bar("m", value, "x") for value in values]
    return [sum(1 for char in line if char in "█▏▎▍▌▋▊▉#") for line in bars(rows, width)]


def test_bars_are_as_long_as_their_values() -> None:
    """The longest fills the room, and a bar of half the value has half the length."""
    whole, half, least, nothing, unknown = drawn([200.0, 100.0, 0.001, 0.0, None])

    assert whole == 60 - len("m") - len("x") - 4
    assert abs(whole / 2 - half) <= 1
    assert (1, 0, 0) == (least, nothing, unknown)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.one_of(st.none(), st.floats(0, 1e12)), st.text(max_size=40)),
        max_size=8,
    ),
    st.integers(40, 160),
)
def test_no_bar_is_wider_than_its_space(rows: list[tuple[str, float | None, str]], width: int) -> None:
    """Whatever the labels are, wide and steering characters among them."""
    lines = bars([Bar(*row) for row in rows], width)

    assert len(rows) == len(lines)
    assert all(width_of(line) <= width and line == printable(line) for line in lines)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.text(max_size=10)), min_size=1, max_size=30),
    st.integers(40, 140),
    st.integers(12, 40),
)
def test_every_cloud_fits_its_space(points: list[tuple[float, float, str]], width: int, height: int) -> None:
    lines = scatter([Point(*point) for point in points], width, height, PLAIN, PLAIN)

    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
    assert any(0x2800 < ord(char) <= 0x28FF for line in lines for char in line)


def test_points_stand_where_their_values_are() -> None:
    """Up is dear, right is large, and ten times as much is the same step everywhere."""
    lines = scatter([Point(10.0**power, 10.0**power) for power in range(5)], 60, 24, PLAIN, PLAIN)[1:-2]

    places = [(row, column) for row, line in enumerate(lines) for column, char in enumerate(line) if 0x2800 < ord(char) <= 0x28FF]
    steps = [after[1] - before[1] for before, after in pairwise(places)]
    assert 5 == len(places)
    assert places == sorted(places)
    assert steps[0] < 0
    assert max(steps) - min(steps) <= 1


def test_the_axes_name_round_numbers_where_they_are() -> None:
    lines = scatter([Point(100, 1), Point(10_000, 100)], 60, 20, PLAIN, PLAIN)

    named = [line.partition("┤")[0].strip() for line in lines if "┤" in line]
    assert {"1", "10", "100"} <= set(named)
    assert ["100", "1000", "10000"] == [word for word in lines[-2].split() if word in ("100", "1000", "10000")]


def test_where_the_encoding_has_no_more_ascii_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Output("ascii"))

    cloud = scatter([Point(1, 1)] * 9 + [Point(10, 10)], 40, 12, PLAIN, PLAIN)
    lines = [*bars([Bar("m", 1.0, "x"), Bar("n" * 90, 0.5, "y")], 40), sparkline([1, 2, 3]), *cloud]

    assert all(line.isascii() for line in lines)
    assert "####" in lines[0]
    assert any("o" in line or "O" in line for line in cloud), "a crowd of points is denser"


def test_colours_are_off_in_a_pipe_and_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [Point(1, 1, "one"), Point(10, 10, "two")]

    piped = "".join(scatter(points, 40, 12, PLAIN, PLAIN))
    monkeypatch.setattr(sys, "stdout", Output(terminal=True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = "".join(scatter(points, 40, 12, PLAIN, PLAIN))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = "".join(scatter(points, 40, 12, PLAIN, PLAIN))

    assert "\x1b" not in piped
    assert "\x1b[36m" in coloured
    assert "●\x1b[0m one" in coloured
    assert "\x1b[3" not in plain


@pytest.mark.parametrize(
    ("values", "line"),
    [([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"), ([5, 5], "▁▁"), ([9, 0], "█▁"), ([], "")],
    ids=["rising", "flat", "falling", "none"],
)
def test_a_line_of_cells_goes_from_least_to_most(values: list[float], line: str) -> None:
    assert line == sparkline(values)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("模型模型", 5, "模型…"), ("模型", 1, "…"), ("ab", 0, "")],
    ids=["fits", "cut", "wide", "narrow", "none"],
)
def test_what_is_cut_keeps_to_its_cells(text: str, width: int, shown: str) -> None:
    assert shown == clipped(text, width)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("1", "$1.00"),
        ("0.00012345", "$0.0001234"),
        ("0.0063", "$0.0063"),
        ("12.5", "$12.50"),
        ("1950", "$1,950.00"),
        ("1234567.891", "$1,234,567.89"),
    ],
)
def test_money_has_cents_and_the_digits_that_matter(amount: str, shown: str) -> None:
    assert shown == money(Decimal(amount))
    assert shown.replace("$", "¥") == money(Decimal(amount), "CNY")


def test_a_decimal_is_written_without_noise() -> None:
    assert ["0.1", "100", "0.00000001", "1.5"] == [trimmed(Decimal(text)) for text in ("0.10", "1E+2", "1E-8", "1.50")]


@pytest.mark.parametrize(
    ("text", "count"), [("200k", 200_000), ("1M", 1_000_000), ("1.5m", 1_500_000), ("1e6", 1_000_000), ("131,072", 131_072), ("0", 0)]
)
def test_counts_are_read_as_people_write_them(text: str, count: int) -> None:
    assert count == read_count(text)


@pytest.mark.parametrize("text", ["", "k", "-1", "1.5", "nan", "inf", "1e99999999", "many", "1k k"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_count(text)


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [
        (None, "-"),
        (77, "77"),
        (4096, "4k"),
        (128_000, "128k"),
        (200_000, "200k"),
        (1_000_000, "1M"),
        (1_048_576, "1.05M"),
        (10_000_000, "10M"),
    ],
)
def test_tokens_are_told_shortly(tokens: int | None, shown: str) -> None:
    assert shown == short_count(tokens)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "in 1 day"),
        (12, "in 12 days"),
        (-3, "3 days ago"),
        (91, "in 3 months"),
        (-400, "13 months ago"),
        (800, "in 2 years"),
    ],
)
def test_a_date_is_told_in_plain_words(days: int, words: str) -> None:
    assert words == in_days(days)


def test_a_month_is_no_day() -> None:
    assert (12, None) == (days_until("2026-11-30", date(2026, 11, 18)), days_until("2026-11", date(2026, 11, 18)))
