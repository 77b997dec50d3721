"""A large body is kept without leaving memory behind, and is what came."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkit.errors import ProtocolError
from llmkit.transport.decompression import MEMBERS, Decompressor
from llmkit.transport.gathered import SEGMENT, Gathered
from llmkit.transport.policy import Limits


@given(st.lists(st.integers(0, SEGMENT // 2), max_size=6))
def test_the_whole_is_its_pieces(sizes: list[int]) -> None:
    gathered = Gathered()
    pieces = [bytes([number + 1]) * size for number, size in enumerate(sizes)]

    for piece in pieces:
        gathered.add(piece)

    assert sum(sizes) == gathered.size
    assert b"".join(pieces) == gathered.whole()


def test_pieces_of_several_segments_stay_in_order() -> None:
    gathered = Gathered()
    pieces = [bytes([number]) * (SEGMENT // 3 + number) for number in range(10)]

    for piece in pieces:
        gathered.add(piece)

    assert b"".join(pieces) == gathered.whole()


@pytest.mark.parametrize("member", [b"", b"x"], ids=["empty", "of a byte"])
def test_a_body_of_very_many_compressed_parts_is_refused(member: bytes) -> None:
    """Each part costs a new decompressor and a copy of what is left: a quarter of a megabyte of empty ones took seconds."""
    unpack = Decompressor("gzip", Limits())
    unpack.feed(gzip.compress(member) * (MEMBERS + 2))

    with pytest.raises(ProtocolError):
        while unpack.read():
            pass


def test_a_body_of_several_compressed_parts_is_read() -> None:
    unpack = Decompressor("gzip", Limits())
    unpack.feed(gzip.compress(b"ab") * 3)

    assert b"ababab" == b"".join(iter(unpack.read, b""))
