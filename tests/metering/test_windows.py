"""Budgets begin anew with the calendar of their time zone, or roll."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ConfigurationError
from llmkit.metering import Budget
from llmkit.metering.windows import SPANS, Period, window


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


ALIGNED = [
    ("day", "UTC", "2026-11-23T15:00", "2026-11-23T00:00", "2026-11-24T00:00"),
    ("day", "Europe/Berlin", "2026-03-29T12:00", "2026-03-29T00:00", "2026-03-30T00:00"),  # 23 hours
    ("day", "Europe/Berlin", "2026-10-25T12:00", "2026-10-25T00:00", "2026-10-26T00:00"),  # 25 hours
    ("day", "Asia/Kathmandu", "2026-11-23T00:10", "2026-11-23T00:00", "2026-11-24T00:00"),  # 5:45 from UTC
    ("week", "America/New_York", "2026-11-22T23:59", "2026-11-16T00:00", "2026-11-23T00:00"),
    ("month", "Asia/Tokyo", "2026-12-31T23:59", "2026-12-01T00:00", "2027-01-01T00:00"),
    ("month", "UTC", "2028-02-29T10:00", "2028-02-01T00:00", "2028-03-01T00:00"),
    ("hour", "Asia/Kolkata", "2026-11-23T10:40", "2026-11-23T10:00", "2026-11-23T11:00"),  # 5:30 from UTC
]


@pytest.mark.parametrize(("period", "zone", "now", "start", "end"), ALIGNED)
def test_a_period_begins_where_the_calendar_says(period: Period, zone: str, now: str, start: str, end: str) -> None:
    found = window(period, zone, False, at(now, zone))

    assert (at(start, zone), at(start, zone), at(end, zone)) == found


@settings(max_examples=60, deadline=None)
@given(period=st.sampled_from(sorted(SPANS)), zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]), now=st.floats(1.7e9, 1.9e9))
def test_a_moment_is_inside_its_own_window(period: Any, zone: str, now: float) -> None:
    found = window(period, zone, False, now)

    assert found.cell <= now < found.until
    assert found == window(period, zone, False, found.cell)
    assert found != window(period, zone, False, found.until)


@settings(max_examples=100, deadline=None)
@given(period=st.sampled_from(sorted(SPANS)), spent=st.floats(1.7e9, 1.8e9), share=st.floats(0.97, 1.03))
def test_a_rolling_window_counts_everything_of_its_span_and_little_more(period: Any, spent: float, share: float) -> None:
    """Too long by a sixtieth at most, and never too short: a limit holds for every span of that length."""
    span = SPANS[period]
    later = span * share
    cell = window(period, "UTC", True, spent).cell

    counts = cell >= window(period, "UTC", True, spent + later).since

    if later < span:
        assert counts
    if later > span + span / 60 + 1:
        assert not counts


WRONG = [
    ({"usd": 1, "per": "dya"}, "per", "day"),
    ({"usd": 1, "by": ("tennant",)}, "by", "tenant"),
    ({"usd": -1}, "usd", ""),
    ({"usd": "NaN"}, "usd", ""),
    ({"usd": True}, "usd", ""),
    ({"usd": 1, "zone": "Europe/Berlinn"}, "zone", ""),
    ({"usd": 1, "zone": "../../etc/passwd"}, "zone", ""),
    ({"usd": 1, "per": "total", "rolling": True}, "rolling", ""),
    ({"usd": 1, "warn": 1.5}, "warn", ""),
]


@pytest.mark.parametrize(("fields", "parameter", "near"), WRONG)
def test_a_wrong_budget_is_refused_when_it_is_made(fields: dict[str, Any], parameter: str, near: str) -> None:
    with pytest.raises(ConfigurationError) as failure:
        Budget(**fields)

    assert parameter == failure.value.parameter
    assert near in str(failure.value)


def test_names_cannot_be_made_to_meet() -> None:
    """A tenant must not be able to name itself into another's ledger."""
    budget = Budget(usd=1, by=("tenant", "user"))

    assert budget.accounts("a", "b", "", ()) != budget.accounts('a","user=b', "", "", ())
    assert budget.accounts("a", "b", "", ()) != budget.accounts("ab", "", "", ())


def test_a_raised_limit_forgets_nothing() -> None:
    assert Budget(usd=1, by=("tenant",)).accounts("a", "", "", ()) == Budget(usd=2, by=("tenant",)).accounts("a", "", "", ())
