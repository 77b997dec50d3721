"""How much may still be sent is read from real headers as they are, and from hostile ones not at all."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmkit.providers.answers import RateHeaders
from llmkit.providers.rate_headers import FARTHEST, LONGEST, rate_state
from llmkit.types.rate_state import RateState
from tests.conformance.corpus import CORPUS

DATE = ("Date", "Tue, 15 Sep 2026 08:12:31 GMT")
SIX = ("requests_limit", "requests_left", "requests_reset", "tokens_limit", "tokens_left", "tokens_reset")


def headers(reset: str, **names: str) -> RateHeaders:
    return RateHeaders(source="a test, 2026-11", reset=reset, **(names or {name: f"x-{name}" for name in SIX}))  # type: ignore[arg-type]


RESETS: tuple[tuple[str, str, float | None], ...] = (
    ("seconds", "59.27873873710632", 59.27873873710632),
    ("seconds", "0", 0.0),
    ("seconds", "-1", None),
    ("seconds", "1e3", None),
    ("seconds", "nan", None),
    ("seconds", "99999999999", None),
    ("milliseconds", "1500", 1.5),
    ("duration", "6m0s", 360.0),
    ("duration", "20ms", 0.02),
    ("duration", "172.799999ms", 0.172799999),
    ("duration", "1h2m3.5s", 3723.5),
    ("duration", "1d", 86400.0),
    ("duration", "7", 7.0),
    ("duration", "", None),
    ("duration", "1m 2s", None),
    ("duration", "soon", None),
    ("duration", "9999h", None),
    ("date", "2026-09-15T08:12:36Z", 5.0),
    ("date", "2026-09-15T08:12:36.500+00:00", 5.5),
    ("date", "2026-09-15T10:12:36+02:00", 5.0),
    ("date", "2026-09-15T08:12:36", 5.0),
    ("date", "2026-09-15T08:12:00Z", 0.0),
    ("date", "2036-09-15T08:12:00Z", None),
    ("date", "tomorrow", None),
    ("unix", "1789459955.67", 4.67),
    ("unix", "1789459951", 0.0),
    ("unix", "4", 0.0),
    ("unix", "1789459955000", None),
    ("unix_milliseconds", "1789459955000", 4.0),
)


@pytest.mark.parametrize(("kind", "value", "expected"), RESETS, ids=[f"{kind} {value}" for kind, value, _ in RESETS])
def test_the_time_until_a_limit_is_full_is_read_in_each_spelling(kind: str, value: str, expected: float | None) -> None:
    """Times count from the answer's own date: no clock of ours is read, so a wrong one here or there does no harm."""
    state = rate_state(headers(kind), (DATE, ("x-requests_reset", value)))

    assert (None if state is None else pytest.approx(state.requests_reset_seconds, abs=1e-6)) == expected


@pytest.mark.parametrize("kind", ["date", "unix", "unix_milliseconds"])
@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Sep 2026 08:12:31 GMT", "Tue, 15 Xyz 2026 08:12:31 GMT"])
def test_without_a_readable_date_no_moment_becomes_a_time(kind: str, date: str) -> None:
    values = {"date": "2026-09-15T08:12:36Z", "unix": "1789459955", "unix_milliseconds": "1789459955000"}

    assert rate_state(headers(kind), (("Date", date), ("x-requests_reset", values[kind]), ("x-other", "1"))) is None


COUNTS: tuple[tuple[str, int | None], ...] = (
    ("5000", 5000),
    ("0", 0),
    (" 7 ", 7),
    ("33333.333333333336", 33333),
    ("999999999999999", 999999999999999),
    ("9223372036854775807", None),
    ("18446744073709551615", None),
    ("-1", None),
    ("1, 15000", None),
    ("1e9", None),
    ("inf", None),
    ("٣", None),
    ("0x10", None),
    ("X-RATELIMIT-REMAINING-TOKENS-XXX", None),
    ("1" * 5000, None),
    (" " * LONGEST + "7", None),
    ("", None),
)


@pytest.mark.parametrize(("value", "expected"), COUNTS, ids=[value[:40] for value, _ in COUNTS])
def test_a_count_is_a_whole_number_or_nothing(value: str, expected: int | None) -> None:
    """A provider that means «no limit» writes the largest number it has; a limiter must not take that for one."""
    state = rate_state(headers("seconds"), (("x-tokens_left", value),))

    assert expected == (None if state is None else state.tokens_left)


@pytest.mark.parametrize("write", [str.lower, str.upper, str.title])
def test_names_are_found_in_any_case_and_all_six_are_told(write) -> None:
    pairs = tuple((write(f"x-{name}"), str(place)) for place, name in enumerate(SIX))

    expected = RateState(
        requests_limit=0, requests_left=1, requests_reset_seconds=2.0, tokens_limit=3, tokens_left=4, tokens_reset_seconds=5.0
    )
    assert expected == rate_state(headers("seconds"), pairs)


def test_what_is_not_told_stays_unknown() -> None:
    assert rate_state(headers("seconds"), ()) is None
    assert rate_state(headers("seconds"), (("x-tokens_left", "many"),)) is None
    assert RateState(tokens_left=3) == rate_state(headers("seconds"), (("x-tokens_left", "3"), ("x-requests_left", "?")))
    assert rate_state(headers("seconds", requests_left="a"), (("", "3"), ("x-tokens_left", "3"))) is None


@given(
    kind=st.sampled_from(["seconds", "milliseconds", "duration", "date", "unix", "unix_milliseconds"]),
    values=st.lists(st.text(max_size=80), min_size=7, max_size=7),
)
@example(kind="duration", values=["1" * LONGEST + "s"] * 7)
@settings(max_examples=80)
def test_any_text_gives_a_bounded_number_or_nothing(kind: str, values: list[str]) -> None:
    pairs = (("Date", values[6]), *((f"x-{name}", value) for name, value in zip(SIX, values, strict=False)))

    state = rate_state(headers(kind), pairs) or RateState()

    for name in RateState.__struct_fields__:
        number = getattr(state, name)
        assert number is None or 0 <= number <= (FARTHEST if name.endswith("seconds") else 10**15)


# --- real answers ----------------------------------------------------------------------------------------------------

_OPENAI = {
    "requests_limit": "x-ratelimit-limit-requests",
    "requests_left": "x-ratelimit-remaining-requests",
    "requests_reset": "x-ratelimit-reset-requests",
    "tokens_limit": "x-ratelimit-limit-tokens",
    "tokens_left": "x-ratelimit-remaining-tokens",
    "tokens_reset": "x-ratelimit-reset-tokens",
}
_ANTHROPIC = {
    f"{what}_{told}": f"anthropic-ratelimit-{what}-{word}"
    for what in ("requests", "tokens")
    for told, word in (("limit", "limit"), ("left", "remaining"), ("reset", "reset"))
}
REAL: dict[str, tuple[RateHeaders, int, int]] = {
    "anthropic": (headers("date", **_ANTHROPIC), 40, 20),
    # Its recordings keep no `Date`, from which its times count.
    "bfl": (
        headers("unix", requests_limit="x-ratelimit-limit", requests_left="x-ratelimit-remaining", requests_reset="x-ratelimit-reset"),
        10,
        0,
    ),
    "groq": (headers("duration", **_OPENAI), 40, 20),
    "openai": (headers("duration", **_OPENAI), 40, 20),
}
_PLAIN = re.compile(r"\d{1,15}")


@pytest.mark.parametrize("provider", REAL)
def test_recorded_answers_are_read_as_they_stand(provider: str) -> None:
    """Read beside them with the plainest means: a number that stands there is the number that is told."""
    names, least, least_resets = REAL[provider]
    read = resets = 0
    for pairs in recorded(provider):
        index = {name.lower(): value for name, value in pairs}
        state = rate_state(names, pairs) or RateState()
        for field in ("requests_limit", "requests_left", "tokens_limit", "tokens_left"):
            value = index.get(getattr(names, field), "")
            assert (int(value) if _PLAIN.fullmatch(value) else None) == getattr(state, field)
            read += getattr(state, field) is not None
        for field in ("requests_reset", "tokens_reset"):
            seconds = getattr(state, f"{field}_seconds")
            assert seconds is None or (index[getattr(names, field)] and 0 <= seconds < 86400)
            resets += seconds is not None

    assert read >= least
    assert resets >= least_resets


def recorded(provider: str, most: int = 60) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the headers of the first answers that tell a limit."""
    file = CORPUS / f"{provider}.jsonl.gz"
    if not file.is_file():
        pytest.skip("The recorded traffic is not beside this checkout.")
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if "ratelimit" not in line and "RateLimit" not in line:
                continue
            told = json.loads(line)["response"]["headers"] or {}
            if any("ratelimit" in name.lower() for name in told):
                yield tuple((name, str(value)) for name, value in told.items())
                most -= 1
            if most == 0:
                return
