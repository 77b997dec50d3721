"""What would take much memory is known before it is read."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.framing.json_array import JsonArray
from llmkit.framing.ndjson import JsonLines
from llmkit.framing.sse import ServerSentEvents
from llmkit.framing.utf8 import is_utf8
from llmkit.framing.weight import LIGHT, check_weight, light, weight

MIB = 1 << 20
SMILE = "\N{GRINNING FACE}".encode()
HEAVY = {
    "objects": b"[" + b"{}," * MIB + b"0]",
    "lists": b"[" + b"[]," * MIB + b"0]",
    "numbers": b"[" + b"0," * (2 * MIB) + b"0]",
    "short strings": b"[" + b'"ab",' * MIB + b"0]",
    "keys": b"{" + b"".join(b'"%d":0,' % number for number in range(600_000)) + b'"a":0}',
    "one wide string": b'"' + SMILE + b"x" * (11 * MIB) + b'"',
    "wide by an escape": b'"\\uD83D\\uDE00' + b"x" * (11 * MIB) + b'"',
    "many wide strings": b"[" + (b'"' + SMILE + b"x" * 20_000 + b'",') * 600 + b"0]",
    "wide behind quotes": b'"' + SMILE + b'\\"xx' * (3 * MIB) + b'"',
}
LIGHTS = {
    "a picture": b'{"text":"' + SMILE + b'","data":"' + b"A" * (26 * MIB) + b'"}',
    "words": (b'{"text":"the quick \\n brown \\u20ac ' + SMILE + b'"},') * 40_000,
    "vectors": b"[" + b"0.0123456789," * 900_000 + b"0]",
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_swells_is_refused(name: str) -> None:
    with pytest.raises(ProtocolError):
        check_weight(HEAVY[name])


@pytest.mark.parametrize("name", LIGHTS)
def test_large_answers_that_are_ordinary_are_not_refused(name: str) -> None:
    check_weight(LIGHTS[name])


VALUES = st.recursive(
    st.none() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner, max_size=6),
    max_leaves=40,
)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_the_weight_is_no_less_than_what_is_read(value: Any) -> None:
    """Many of it, as a list: what one small value takes is lost among what every process holds."""
    data = msgspec.json.encode([value] * 50)

    assert _size(msgspec.json.decode(data)) <= 2.5 * weight(data, 1 << 60)


def _size(value: Any) -> int:
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return sys.getsizeof(value) + sum(_size(one) for one in inner)


@pytest.mark.parametrize(
    "frames",
    [
        lambda data: ServerSentEvents(max_event=32 * MIB, max_line=32 * MIB).feed(b"data: " + data + b"\n\n"),
        lambda data: JsonLines(max_line=32 * MIB).feed(data + b"\n"),
        lambda data: JsonArray(max_element=32 * MIB).feed(b"[" + data + b"]"),
    ],
    ids=["events", "lines", "array"],
)
def test_a_frame_that_swells_is_refused(frames: Any) -> None:
    """Of numbers: an array is cut at brackets, and a million of them are seconds of looking."""
    with pytest.raises(ProtocolError, match="memory"):
        frames(HEAVY["numbers"])


def test_frames_before_a_heavy_one_are_kept() -> None:
    found, failure = light([b"1", HEAVY["lists"], b"2"])

    assert [b"1"] == found
    assert isinstance(failure, ProtocolError)


def test_a_large_event_is_the_same_in_any_split() -> None:
    """Large events go another way than small ones."""
    large = b'{"a":"' + b"x" * (LIGHT * 12) + b'"}'
    stream = b": hi\nevent: a\ndata: " + large + b"\n\ndata: 1\ndata: 2\n\nevent: data\ndata:" + large + b"\n\n" + b"data: end\n\n"
    expected = [large, b"1\n2", large, b"end"]

    for size in (997, 65_536, 1_200_000, len(stream)):
        events = ServerSentEvents(max_event=8 * MIB, max_line=8 * MIB)
        found = [event for place in range(0, len(stream), size) for event in events.feed(stream[place : place + size])]
        assert expected == found


@given(st.binary(max_size=40), st.integers(65_500, 65_540))
def test_utf8_is_told_however_long_the_text_is(tail: bytes, before: int) -> None:
    data = b"x" * before + tail

    try:
        data.decode()
    except UnicodeDecodeError:
        assert not is_utf8(data)
    else:
        assert is_utf8(data)
