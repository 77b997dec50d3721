"""The exchange alone: any bytes in any pieces."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.transport.decompression import STEP, decompressor
from llmkit.transport.exchange import Exchange
from llmkit.transport.policy import Limits
from tests.security.fuzz.mutation import Mutator, pieces
from tests.security.fuzz.targets.exchange import SEEDS, WORDS, drive


@pytest.mark.parametrize("seed", SEEDS)
def test_a_response_means_the_same_in_any_pieces(seed: bytes) -> None:
    whole = drive(iter([seed]))

    for size in (1, 2, 3, 5, 16):
        assert whole == drive(iter([seed[start : start + size] for start in range(0, len(seed), size)]))


@settings(max_examples=300, deadline=2000)
@given(st.integers(0, 2**64))
def test_wounded_responses_end_in_a_response_or_a_typed_error(number: int) -> None:
    source = random.Random(number)

    drive(iter(pieces(Mutator(SEEDS, WORDS, source, 8000)())), source.choice(["POST", "HEAD"]))


@settings(max_examples=200, deadline=2000)
@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_bytes_end_in_a_response_or_a_typed_error(pieces: list[bytes]) -> None:
    drive(iter(pieces))


def test_a_head_response_has_no_body_and_is_not_followed_by_another() -> None:
    exchange = Exchange(Limits())
    exchange.begin("HEAD")

    exchange.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")

    assert (True, False, []) == (exchange.complete, exchange.keep, exchange.chunks)


def test_bytes_after_the_end_spoil_the_connection_and_not_the_response() -> None:
    exchange = Exchange(Limits())
    exchange.begin("POST")

    exchange.feed(b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 2")

    assert (204, True, False) == (exchange.status, exchange.complete, exchange.keep)


def test_fields_of_one_response_are_gone_with_the_next() -> None:
    exchange = Exchange(Limits())
    for value in (b"1", b"2"):
        exchange.begin("POST")
        exchange.feed(b"HTTP/1.1 200 OK\r\nX: %s\r\nContent-Length: 1\r\n\r\n%s" % (value, value))
        assert ({"x": value.decode(), "content-length": "1"}, [value]) == (dict(exchange.fields), exchange.chunks)


@settings(max_examples=50, deadline=2000)
@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(["gzip", "deflate", "raw", "members"]))
def test_compressed_bytes_unpack_the_same_in_any_pieces(data: bytes, size: int, kind: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(data, mtime=0),
        "deflate": zlib.compress(data),
        "raw": raw.compress(data) + raw.flush(),
        "members": gzip.compress(data[:100], mtime=0) + gzip.compress(data[100:], mtime=0),
    }[kind]
    unpack = decompressor(["gzip" if kind in ("gzip", "members") else "deflate"], Limits())
    assert unpack is not None

    found = b""
    for start in range(0, len(packed), size):
        unpack.feed(packed[start : start + size])
        while piece := unpack.read():
            found += piece
    unpack.finish()

    assert data == found


def test_unpacking_goes_in_small_steps() -> None:
    unpack = decompressor(["gzip"], Limits())
    assert unpack is not None
    unpack.feed(gzip.compress(bytes(900_000), mtime=0))

    sizes = []
    while piece := unpack.read():
        sizes.append(len(piece))

    assert (900_000, True) == (sum(sizes), max(sizes) <= STEP)


def test_expansion_past_the_ratio_is_refused() -> None:
    unpack = decompressor(["gzip"], Limits(expansion=10, expansion_grace=1000))
    assert unpack is not None
    unpack.feed(gzip.compress(bytes(100_000), mtime=0))

    with pytest.raises(ProtocolError, match="10 times"):
        while unpack.read():
            pass


@pytest.mark.parametrize("encodings", [[], ["identity"], [""], ["identity, identity"]])
def test_identity_needs_no_unpacking(encodings: list[str]) -> None:
    assert decompressor(encodings, Limits()) is None
