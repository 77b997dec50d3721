"""How long a server says to wait: whatever it writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects.openai_chat.rate_limits import wait_of
from llmkit.dialects.retry_after import retry_after
from llmkit.types.http import Headers

SENT = "Mon, 23 Nov 2026 10:00:00 GMT"
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(9000, 1, 1)).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))
READ = [
    ({"Retry-After": "7"}, 7.0),
    ({"Retry-After": "0.25"}, 0.25),
    ({"Retry-After": "0"}, 0.0),
    ({"retry-after-ms": "1500"}, 1.5),
    ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25),
    ({"retry-after-ms": "soon", "Retry-After": "1"}, 1.0),
    ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 GMT"}, 30.0),
    ({"Retry-After": "Mon, 23 Nov 2026 12:00:30 +0200"}, 30.0),
    ({"Retry-After": "Monday, 23-Nov-26 10:00:30 GMT"}, 30.0),
    ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT"}, 0.0),
    ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, pytest.approx(251_608_341_599.0, rel=1e-3)),
    ({"Retry-After": "2026-11-23T10:00:30Z"}, 30.0),
    *[({"Retry-After": text}, None) for text in ("", "-1", "nan", "inf", "1e999", "soon", "1 s", "Mon, 99 Nov 2026 10:00:00 GMT")],
    ({}, None),
]
RESET = [
    ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, 360.0),
    ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "115ms"}, 0.115),
    ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m30.5s"}, 90.5),
    ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "1s"}, None),
    ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s", "Retry-After": "2"}, 2.0),
    ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "s1"}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), READ)
def test_the_wait_is_read_however_it_is_written(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds == retry_after(Headers([*headers.items(), ("Date", SENT)]))


@pytest.mark.parametrize(("headers", "seconds"), RESET)
def test_the_reset_of_the_limit_that_is_used_up_counts(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds == wait_of(Headers([*headers.items(), ("Date", SENT)]))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_the_reader_or_makes_a_wait_that_is_none(milliseconds: str, value: str, date: str) -> None:
    headers = Headers([("retry-after-ms", milliseconds), ("Retry-After", value), ("Date", date), ("x-ratelimit-reset", value)])

    for seconds in (retry_after(headers), wait_of(headers)):
        assert seconds is None or (isfinite(seconds) and seconds >= 0)


@settings(max_examples=40, deadline=None)
@given(MOMENTS, st.integers(0, 10**6))
def test_a_date_means_the_seconds_since_the_answer_was_sent(sent: datetime, seconds: int) -> None:
    """The server's clock and ours need not agree: the answer's own `Date` does."""
    until = format_datetime(sent + timedelta(seconds=seconds), usegmt=True)

    assert seconds == retry_after(Headers([("Retry-After", until), ("Date", format_datetime(sent, usegmt=True))]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_milliseconds_are_a_thousandth_of_seconds(milliseconds: int) -> None:
    assert milliseconds / 1000 == retry_after(Headers([("retry-after-ms", str(milliseconds))]))
