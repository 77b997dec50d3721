"""Vectors in one piece of memory: reading them, their likeness, the nearest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit import Vectors, nearest, similarity
from llmkit.errors import InvalidRequest
from llmkit.types import vectors as module
from llmkit.types.vectors import packed, width

NUMBERS = st.sampled_from([0.0, 1.0]) | st.floats(2**-9, 512, width=32) | st.floats(-512, -(2**-9), width=32)
ROWS = st.integers(1, 6).flatmap(lambda size: st.lists(st.lists(NUMBERS, min_size=size, max_size=size), min_size=1, max_size=12))


@settings(max_examples=25)
@given(ROWS)
def test_what_is_packed_is_read_again(rows: list[list[float]]) -> None:
    """Every float32 survives, from either end and by slices."""
    vectors = Vectors(b"".join(map(packed, rows)), len(rows[0]))

    assert rows == vectors.tolist() == [list(vector) for vector in vectors]
    assert (len(rows), rows[-1], rows[::2]) == (len(vectors), list(vectors[-1]), [list(vector) for vector in vectors[::2]])
    assert rows == vectors.numpy().tolist()


@settings(max_examples=25)
@given(ROWS, st.integers(1, 5))
def test_numpy_finds_the_same_nearest(rows: list[list[float]], count: int) -> None:
    """The plain way and the quick way agree; of equals the first is first."""
    vectors = Vectors(b"".join(map(packed, rows)), len(rows[0]))
    plain = sorted(enumerate([similarity(rows[0], row) for row in rows]), key=lambda pair: -pair[1])[:count]

    assert [likeness for _, likeness in plain] == [likeness for _, likeness in vectors.nearest(rows[0], count)]
    quick = module._likeness(rows[0], vectors)
    assert [similarity(rows[0], row) for row in rows] == pytest.approx(quick, abs=1e-4)


@settings(max_examples=25)
@given(st.lists(st.binary(min_size=2, max_size=2), min_size=1, max_size=8))
def test_bits_are_compared_bit_by_bit(rows: list[bytes]) -> None:
    """The part that is equal, whichever way it is counted."""
    vectors = Vectors(b"".join(rows), 16, "ubinary")
    slow = [1 - sum(bin(a ^ b).count("1") for a, b in zip(rows[0], row, strict=True)) / 16 for row in rows]

    assert sorted(slow, reverse=True) == [likeness for _, likeness in vectors.nearest(list(rows[0]), 99)]
    assert slow == [similarity(list(rows[0]), list(row), "ubinary") for row in rows]


def test_large_matrices_go_through_numpy_and_small_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it takes longer than comparing a few vectors."""
    vectors = Vectors(packed([1.0, 0.0, 0.6, 0.8, 0.0, 0.0]), 2)
    expected = [(0, 1.0), (1, pytest.approx(0.6)), (2, 0.0)]  # the last is all zeros, which is like nothing
    plain = vectors.nearest([2.0, 0.0])
    monkeypatch.setattr(module, "_LARGE", 1)

    assert expected == plain
    assert expected == vectors.nearest([2.0, 0.0])


WRONG: dict[str, Any] = {
    "lengths": lambda: similarity([1.0], [1.0, 2.0]),
    "lengths to many": lambda: nearest([1.0], Vectors(packed([1.0, 2.0]), 2)),
    "lengths of bits": lambda: nearest([1], Vectors(b"ab", 16, "ubinary")),
    "numbers for bytes": lambda: packed([300], "int8"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_compared_is_refused(case: str) -> None:
    """Before a wrong number comes out."""
    with pytest.raises(InvalidRequest):
        WRONG[case]()


def test_widths_and_words() -> None:
    """Eight bits are a byte; a matrix says what it is; an index beyond is an error."""
    vectors = Vectors(bytes(6), 3, "int8")

    assert (12, 3, 2) == (width(3, "float"), width(3, "int8"), width(9, "binary"))
    assert "Vectors(2 x 3 int8)" == repr(vectors)
    assert 0 == len(Vectors(b"", 0))
    with pytest.raises(IndexError):
        vectors[2]


def test_nearest_of_plain_lists() -> None:
    """What is no matrix of ours will do."""
    assert [(1, 0.6)] == nearest([1.0, 0.0], [[0.0, 1.0], [3.0, 4.0]], 1)
