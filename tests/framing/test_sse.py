"""Server-sent events: every spelling the standard allows, any split, and the limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents

CASES: dict[str, tuple[bytes, list[bytes]]] = {
    "one event": (b"data: a\n\n", [b"a"]),
    "two events": (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
    "no space after the colon": (b"data:a\n\n", [b"a"]),
    "only one space is cut": (b"data:  a\n\n", [b" a"]),
    "several data lines": (b"data: a\ndata:b\n\n", [b"a\nb"]),
    "other fields": (b"event: x\nid: 1\nretry: 5\ndata: a\n\n", [b"a"]),
    "event then data": (b"event: x\ndata: a\n\nevent: y\ndata: b\n\n", [b"a", b"b"]),
    "data then event": (b"data: a\nevent: x\n\n", [b"a"]),
    "a field that begins like data": (b"database: a\n\n", []),
    "comments": (b": hi\n\n:\n\ndata: a\n: there\n\n", [b"a"]),
    "comment before data": (b": hi\ndata: a\n\n", [b"a"]),
    "no data": (b"event: ping\n\ndata: a\n\n", [b"a"]),
    "empty data says nothing": (b"data:\n\ndata: \n\ndata\n\ndata: a\n\n", [b"a"]),
    "carriage returns and line feeds": (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
    "carriage returns alone": (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
    "mixed line ends": (b"data: a\r\ndata: b\n\r\ndata: c\r\n\n", [b"a\nb", b"c"]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
    "empty lines around": (b"\n\n\ndata: a\n\n\n\n\ndata: b\n\n", [b"a", b"b"]),
    "no empty line at the end": (b"data: a\n\ndata: b", [b"a", b"b"]),
    "one line end at the end": (b"data: a\n", [b"a"]),
    "words of the world": ("data: é日🎉\n\ndata: x\n\n".encode(), ["é日🎉".encode(), b"x"]),
    "the word data inside": (b"data: x data: y\n\n", [b"x data: y"]),
    "nothing": (b"", []),
}


def events(stream: bytes, size: int) -> list[bytes]:
    parser = ServerSentEvents()
    found: list[bytes] = []
    for start in range(0, len(stream), size):
        found += parser.feed(stream[start : start + size])
    return found + parser.close()


@pytest.mark.parametrize("name", CASES)
def test_events_are_the_same_in_any_split(name: str) -> None:
    """Servers and networks cut anywhere, also inside a line end or a UTF-8 character."""
    stream, expected = CASES[name]

    found = [events(stream, size) for size in range(1, len(stream) + 2)]

    assert [expected] * len(found) == found


@given(
    st.lists(st.sampled_from([b"data", b": ", b":", b"\n", b"\r", b"\r\n", b"a", "é".encode(), b"event", b" ", b"\xef\xbb\xbf"])), st.data()
)
def test_any_bytes_give_the_same_events_in_any_split(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cut = data.draw(st.integers(0, len(stream)))
    parser = ServerSentEvents()

    found = parser.feed(stream[:cut]) + parser.feed(stream[cut:]) + parser.close()

    assert events(stream, len(stream) + 1) == found


def test_an_event_is_there_as_soon_as_its_last_byte() -> None:
    parser = ServerSentEvents()

    assert [] == parser.feed(b"data: a\n")
    assert [b"a"] == parser.feed(b"\n")
    assert [b"b"] == parser.feed(b"data: b\r\n\r")


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    "bad",
    [b"data: " + b"x" * 100 + b"\n\n", b"data: x\n" * 30 + b"\n", b"data: \xff\n\n", b": " + b"x" * 300],
    ids=["line", "event", "utf-8", "comment"],
)
def test_what_came_before_a_bad_event_is_returned_and_then_the_error_raised(bad: bytes, size: int) -> None:
    """The events must not depend on how the bytes were cut."""
    parser = ServerSentEvents(max_event=150, max_line=50)
    stream = b"data: good\n\n" + bad
    found: list[bytes] = []

    with pytest.raises(ProtocolError):
        for start in range(0, len(stream), size):
            found += parser.feed(stream[start : start + size])
        parser.close()

    assert [b"good"] == found
    with pytest.raises(ProtocolError):
        parser.feed(b"data: more\n\n")


def test_an_event_at_the_limit_is_taken() -> None:
    parser = ServerSentEvents(max_event=200, max_line=50)

    assert [b"x" * 44] == parser.feed(b"data: " + b"x" * 44 + b"\n\n")


def test_an_unfinished_event_past_the_limit_is_refused_before_its_end() -> None:
    parser = ServerSentEvents()

    with pytest.raises(ProtocolError):
        for _ in range(2000):
            parser.feed(b"data: " + b"x" * 4096)


def test_a_large_event_in_small_pieces_takes_linear_time() -> None:
    """Looking at the whole buffer again with every piece would take minutes for this one."""
    parser = ServerSentEvents(max_event=1 << 21, max_line=1 << 21)
    parser.feed(b"data: ")

    found = [parser.feed(b"x" * 64) for _ in range(1 << 14)]

    assert not any(found)
    assert [b"x" * (1 << 20)] == parser.feed(b"\n\n")
