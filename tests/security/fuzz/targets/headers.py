"""What answers say beside their bodies: when to come back, how much is left; and bytes that say what they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import isfinite

from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.dialects.retry_after import date_of, retry_after, seconds_of
from llmkit.providers.answers import RateHeaders
from llmkit.providers.rate_headers import FARTHEST, rate_state
from llmkit.tokens.picture_size import picture_size
from llmkit.types.http import Headers
from llmkit.types.wave import wave_seconds
from tests.security.fuzz.target import Target, hold

_RESETS = ("seconds", "milliseconds", "duration", "date", "unix", "unix_milliseconds")
_DATE = b"Mon, 23 Nov 2026 10:00:00 GMT"
_TIMES = (
    b"7|" + _DATE,
    _DATE + b"|" + _DATE,
    b"2026-11-23T10:00:09Z|" + _DATE,
    b"1_0|",
    b"1e9|",
    b"-1|",
    b"inf|",
    b"nan|",
    b"0x1|",
    b" 5 |",
    b"6m0s|" + _DATE,
    b"1.5s|",
    b"20ms|",
    b"1790000000|" + _DATE,
    b"1790000000000|" + _DATE,
    b"Monday, 23-Nov-26 10:00:00 GMT|" + _DATE,
)
_TIME_WORDS = (
    b"|",
    b"GMT",
    b"Z",
    b"T",
    b"+23:59",
    b"-24:00",
    b"9999",
    b"0001",
    b":",
    b"-",
    b"1e308",
    b"1e-308",
    b"9" * 30,
    b"ms",
    b"s",
    b"d",
    b"h",
    b"m",
    b"_",
    b"\xd9\xa3",
    b"\xc2\xb2",
    b"Feb 30",
    b"W53-7",
    b".999999999",
    b"inf",
    b"nan",
    b"Sun, 06 Nov 1994 08:49:37 GMT",
)
_PICTURES = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03",
    b"GIF89a\x02\x00\x03\x00",
    b"RIFF\x24\x00\x00\x00WEBPVP8X" + bytes(14),
    b"RIFF\x24\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f\x01\x00\x00\x00\x00\x00\x00",
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x02\x00\x03",
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x04\x00\x00\x00abcd",
    b"\x00\x00\x00\x18ftypM4A ",
    b"data:image/png;base64,AAAA",
    b"data:,a%20b",
    b"data:text/plain;charset=utf-8;base64,YQ==",
)


def targets() -> Iterator[Target]:
    """Return times, limits and media."""
    yield Target(name="retry_after", run=_retry, seeds=lambda: _TIMES, words=lambda: _TIME_WORDS, longest=120)
    rates = [bytes([48 + kind]) + time for kind in range(len(_RESETS)) for time in _TIMES[:12]]
    yield Target(name="rate_headers", run=_rates, seeds=lambda: rates, words=lambda: _TIME_WORDS, longest=120)
    kinds = (
        b"RIFF",
        b"WAVE",
        b"fmt ",
        b"data",
        b"\xff\xff",
        b"\xff\xd8",
        b"\xff\xc0",
        b";base64",
        b",",
        b"%",
        b"=",
        b"VP8 ",
        b"\x7f\xff\xff\xff",
    )
    yield Target(name="media", run=_media, seeds=lambda: _PICTURES, words=lambda: kinds, longest=400)


def _texts(data: bytes) -> tuple[str, str]:
    first, _, second = data.decode("latin-1" if b"\xff" in data else "utf-8", "replace").partition("|")
    return first, second


def _retry(data: bytes) -> Hashable:
    value, sent = _texts(data)
    found = [
        retry_after(Headers([("retry-after", value), ("date", sent)])),
        retry_after(Headers([("Retry-After-Ms", value)])),
        seconds_of(value),
    ]
    for one in found:
        hold(one is None or (isinstance(one, float) and isfinite(one) and one >= 0), "a time to wait is none")
    return tuple([one is None for one in found]), date_of(value) is None, found[0] == 0


def _rates(data: bytes) -> Hashable:
    kind = _RESETS[data[0] % len(_RESETS)] if data else _RESETS[0]
    value, sent = _texts(data[1:])
    names = RateHeaders(source="", requests_left="x-left", requests_reset="x-reset", tokens_limit="x-limit", reset=kind)  # type: ignore[arg-type]
    state = rate_state(names, [("x-left", value), ("X-Limit", value), ("x-reset", value), ("date", sent)])
    if state is None:
        return kind
    for name in state.__struct_fields__:
        number = getattr(state, name)
        hold(number is None or (isfinite(number) and 0 <= number < 10**16), "a limit is no count")
    wait = state.requests_reset_seconds
    hold(wait is None or wait <= FARTHEST, "a limit is full again after years")
    return kind, wait is None, state.requests_left is None


def _media(data: bytes) -> Hashable:
    size, seconds, kind = picture_size(data), wave_seconds(data), media_type_of(data)
    hold(size is None or min(size) > 0, "a picture without a size")
    hold(seconds is None or (isfinite(seconds) and seconds >= 0), "a sound without a length")
    found = data_url(data.decode("utf-8", "surrogateescape"))
    return size is None, seconds is None, kind, found is None or (found[0] is None, len(found[1]) > 2)
