"""The event stream of AWS: botocore reads the same messages from the same bytes, in any split, and damage is an error."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from struct import pack
from uuid import UUID
from zlib import crc32

import pytest
from botocore.eventstream import EventStreamBuffer, ParserError
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.framing.aws_eventstream import MAX_HEADERS, EventStreamMessages, Value
from llmkit.testing.aws_eventstream import HeaderValue, frame

# The cases of AWS's own event stream libraries.
PUBLISHED: dict[str, tuple[str, dict[str, Value], bytes]] = {
    "empty message": ("00000010 00000000 05c248eb 7d98c8ff", {}, b""),
    "payload without headers": ("0000001d 00000000 fd528c5a 7b27666f6f273a27626172277d c3653936", {}, b"{'foo':'bar'}"),
    "byte header": ("00000017 00000007 29860158 0462797465 02ff c2f869dc", {"byte": -1}, b""),
    "short header": ("00000019 00000009 710e923e 0573686f7274 03ffff b27cb6cc", {"short": -1}, b""),
    "int32 header": (
        "0000002d 00000010 41c424b8 0a6576656e742d74797065 04 0000a00c 7b27666f6f273a27626172277d 36f480a0",
        {"event-type": 40972},
        b"{'foo':'bar'}",
    ),
}
MOMENT = datetime(2026, 11, 22, 12, 30, 15, 250_000, tzinfo=UTC)
ALL_KINDS: dict[str, HeaderValue] = {
    "yes": True,
    "no": False,
    "byte": -3,
    "short": 1000,
    "int": -100_000,
    "long": 1 << 40,
    "bytes": b"\x00\xff",
    "text": "grüße",
    "time": MOMENT,
    "uuid": UUID(int=7),
}
GOOD = frame({":event-type": "a"}, b"{}")


def messages(data: bytes, size: int = 0) -> list[tuple[dict[str, Value], bytes]]:
    parser = EventStreamMessages()
    step = size or len(data) or 1
    found = [message for at in range(0, len(data), step) for message in parser.feed(data[at : at + step])]
    return [(message.headers, message.payload) for message in [*found, *parser.close()]]


def by_botocore(data: bytes) -> list[tuple[dict[str, Value], bytes]]:
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return [(message.headers, message.payload) for message in buffer]


@pytest.mark.parametrize(("text", "headers", "payload"), PUBLISHED.values(), ids=PUBLISHED)
def test_the_published_messages_are_read(text: str, headers: dict[str, Value], payload: bytes) -> None:
    data = bytes.fromhex(text)

    assert [(headers, payload)] == messages(data) == by_botocore(data)


@pytest.mark.parametrize("name", ["empty message", "payload without headers", "byte header", "int32 header"])
def test_the_published_messages_are_written(name: str) -> None:
    """The fakes' own encoder; it writes numbers in their shortest kind, as these examples do."""
    text, headers, payload = PUBLISHED[name]

    assert bytes.fromhex(text) == frame(headers, payload)


def test_every_kind_of_header_is_read() -> None:
    found = messages(frame(ALL_KINDS, b"x"))

    assert [({**ALL_KINDS, "time": round(MOMENT.timestamp() * 1000), "uuid": UUID(int=7).bytes}, b"x")] == found


headers = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.binary(max_size=20)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1))
    | st.uuids(),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(headers, st.binary(max_size=60)), max_size=5), st.lists(st.integers(0, 400), max_size=12))
def test_botocore_reads_the_same_in_any_split(written: list[tuple[dict[str, HeaderValue], bytes]], cuts: list[int]) -> None:
    data = b"".join([frame(names, payload) for names, payload in written])
    places = sorted([0, len(data), *(cut for cut in cuts if cut < len(data))])
    parser = EventStreamMessages()

    found = [message for begin, end in pairwise(places) for message in parser.feed(data[begin:end])]

    assert by_botocore(data) == [(message.headers, message.payload) for message in found]
    assert len(written) == len(found)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_one_flipped_bit_is_always_found(data: st.DataObject) -> None:
    """Every byte is under a checksum, the checksums too; a longer length only leaves the message incomplete."""
    whole = bytearray(frame({":event-type": "contentBlockDelta"}, b'{"delta":{"text":"Hi"}}'))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(ProtocolError):
        messages(bytes(whole))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_where_botocore_refuses_them(data: bytes) -> None:
    try:
        expected = by_botocore(data)
    except ParserError:
        expected = None

    if expected is None:
        with pytest.raises(ProtocolError):
            messages(data)
    else:
        assert expected == messages(data)


def _sealed(headers: bytes, payload: bytes = b"", *, size: int | None = None, declared: int | None = None) -> bytes:
    """Return a message whose checksums are right, whatever its inside."""
    lengths = pack(">II", 16 + len(headers) + len(payload) if size is None else size, len(headers) if declared is None else declared)
    message = lengths + pack(">I", crc32(lengths)) + headers + payload
    return message + pack(">I", crc32(message))


@pytest.mark.parametrize(
    "data",
    [
        _sealed(b"\x01a\x00\x01a\x00"),
        _sealed(b"\x01a\x0a"),
        _sealed(b"\x05a"),
        _sealed(b"\x01a"),
        _sealed(b"\x01a\x07\x00\x05ab"),
        _sealed(b"\x01a\x07\x00"),
        _sealed(b"\x01a\x09abc"),
        _sealed(b"\x01a\x05\x00"),
        _sealed(b"\x01a\x07\x00\x01\xff"),
        _sealed(b"\x01\xff\x00"),
        _sealed(b"", size=15),
        _sealed(b"", size=20, declared=5),
        _sealed(b"", size=17 + MAX_HEADERS, declared=MAX_HEADERS + 1),
        _sealed(b"", size=1 << 31),
    ],
    ids=[
        "a header twice",
        "a kind that does not exist",
        "a name that is cut",
        "no kind",
        "a text that is cut",
        "a length that is cut",
        "a uuid that is cut",
        "a number that is cut",
        "a text that is not UTF-8",
        "a name that is not UTF-8",
        "shorter than its frame",
        "shorter than its headers",
        "headers past the limit",
        "payload past the limit",
    ],
)
@pytest.mark.parametrize("size", [0, 1])
def test_damage_that_the_checksums_do_not_show_is_an_error(data: bytes, size: int) -> None:
    """Also before the whole message is there: a length past the limit must not be waited for."""
    with pytest.raises(ProtocolError):
        messages(data, size)


def test_good_messages_before_a_bad_one_are_given_out_first() -> None:
    parser = EventStreamMessages()

    found = parser.feed(GOOD + b"\x00" * 16)

    assert [b"{}"] == [message.payload for message in found]
    with pytest.raises(ProtocolError):
        parser.feed(GOOD)
    with pytest.raises(ProtocolError):
        parser.close()


def test_a_smaller_limit_holds() -> None:
    parser = EventStreamMessages(max_payload=1)

    with pytest.raises(ProtocolError):
        parser.feed(GOOD)


@pytest.mark.parametrize("missing", [1, 4, 12, len(GOOD) - 1])
def test_a_message_that_is_cut_is_not_given_out(missing: int) -> None:
    assert 1 == len(messages(GOOD + GOOD[:-missing]))


def test_the_encoder_of_the_fakes_fits_the_oracle() -> None:
    assert messages(frame(ALL_KINDS, b"x")) == by_botocore(frame(ALL_KINDS, b"x"))
