"""Vectors in one compact piece of memory: a sequence of them, their likeness, and the nearest."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from importlib.util import find_spec
from operator import mul
from typing import Any, Literal, TypeAlias

from llmkit.errors import InvalidRequest

VectorFormat: TypeAlias = Literal["float", "int8", "uint8", "binary", "ubinary"]
VECTOR_FORMATS: tuple[VectorFormat, ...] = ("float", "int8", "uint8", "binary", "ubinary")
_LARGE = 1 << 20
"""Bytes of vectors from which on importing numpy pays."""
_PORTION = 4096
_CODES = {"float": "f", "int8": "b", "uint8": "B", "binary": "b", "ubinary": "B"}
_NUMPY = {"float": "<f4", "int8": "i1", "uint8": "u1", "binary": "i1", "ubinary": "u1"}


class Vectors(Sequence[Any]):
    """A read-only view on packed vectors: `vectors[0]` is an `array`, `vectors.numpy()` a matrix without a copy."""

    __slots__ = ("_width", "data", "dimensions", "format")

    def __init__(self, data: bytes, dimensions: int, format: VectorFormat = "float") -> None:
        self.data, self.dimensions, self.format = data, dimensions, format
        self._width = width(dimensions, format)

    def __len__(self) -> int:
        return len(self.data) // self._width if self._width else 0

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        size = len(self)
        if not -size <= place < size:
            raise IndexError(place)
        begin = (place % size) * self._width
        return unpacked(self.data[begin : begin + self._width], self.format)

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"Vectors({len(self)} x {self.dimensions} {self.format})"

    def tolist(self) -> list[list[float]]:
        """Return plain lists of numbers."""
        return [list(vector) for vector in self]

    def numpy(self) -> Any:
        """Return a matrix over the same memory (rows: vectors; of bits: their bytes). Needs numpy."""
        import numpy as np

        return np.frombuffer(self.data, dtype=_NUMPY[self.format]).reshape(len(self), -1)

    def nearest(self, vector: Sequence[float], count: int = 10) -> list[tuple[int, float]]:
        """Return the places of the `count` vectors most like `vector`, best first, each with its similarity."""
        return nearest(vector, self, count)


def nearest(vector: Sequence[float], vectors: Vectors | Sequence[Sequence[float]], count: int = 10) -> list[tuple[int, float]]:
    """Return the places of the `count` vectors most like `vector`, best first, each with its similarity; of equals the first.

    numpy does the work where it is there and the work is large. Raises `InvalidRequest` where the lengths differ.

    Example:
        >>> nearest([1.0, 0.0], [[0.0, 1.0], [3.0, 4.0]], 1)
        [(1, 0.6)]
    """
    held = vectors if isinstance(vectors, Vectors) else None
    format = "float" if held is None else held.format
    if held is not None and format in ("binary", "ubinary"):
        likeness = _of_bits(vector, held)
    elif held is not None and len(held.data) > _LARGE and find_spec("numpy") is not None:
        likeness = _likeness(vector, held)
    else:
        likeness = [similarity(vector, one, format) for one in vectors]
    return nsmallest(count, enumerate(likeness), key=lambda pair: (-pair[1], pair[0]))


def _of_bits(vector: Sequence[float], vectors: Vectors) -> list[float]:
    own, size = packed([int(number) for number in vector], vectors.format), width(vectors.dimensions, vectors.format)
    if len(own) != size:
        raise InvalidRequest(f"The vectors have {len(own)} and {size} bytes.", parameter="vector")
    bits, data = int.from_bytes(own), vectors.data
    return [
        1 - (bits ^ int.from_bytes(data[begin : begin + size])).bit_count() / (8 * size) for begin in range(0, len(vectors) * size, size)
    ]


def _likeness(vector: Sequence[float], vectors: Vectors) -> list[float]:
    """Return the cosines, in portions so that numbers of other kinds are not all widened at once."""
    import numpy as np

    own, matrix = np.asarray(vector, dtype=np.float32), vectors.numpy()
    if own.shape != (matrix.shape[1],):
        raise InvalidRequest(f"The vectors have {len(vector)} and {matrix.shape[1]} numbers.", parameter="vector")
    found: list[float] = []
    for begin in range(0, len(matrix), _PORTION):
        rows = matrix[begin : begin + _PORTION].astype(np.float32, copy=False)
        sizes = np.sqrt(np.einsum("ij,ij->i", rows, rows)) * np.sqrt(own @ own)
        found += np.divide(rows @ own, sizes, out=np.zeros(len(rows), np.float32), where=sizes > 0).tolist()
    return found


def width(dimensions: int, format: VectorFormat) -> int:
    """Return the bytes of one vector."""
    if format == "float":
        return dimensions * 4
    return dimensions if format in ("int8", "uint8") else (dimensions + 7) // 8


def packed(numbers: Iterable[float], format: VectorFormat = "float") -> bytes:
    """Return the bytes of one vector. Raises `InvalidRequest` for numbers that the format cannot hold."""
    problem = ""
    try:
        held = array(_CODES[format], numbers)
    except (OverflowError, TypeError) as error:
        problem = str(error)
    if problem:
        raise InvalidRequest(f"These numbers are no vector of {format}: {problem}.", parameter="vector")
    if sys.byteorder == "big":
        held.byteswap()
    return held.tobytes()


def unpacked(data: bytes, format: VectorFormat = "float") -> array[Any]:
    """Return one vector from its bytes."""
    held: array[Any] = array(_CODES[format])
    held.frombytes(data)
    if sys.byteorder == "big":
        held.byteswap()
    return held


def similarity(one: Sequence[float], other: Sequence[float], format: VectorFormat = "float") -> float:
    """Return how alike two vectors are: the cosine of their angle, of bits the part that is equal.

    From -1 (opposite) to 1 (the same direction); of bits from 0 to 1. Raises `InvalidRequest` where the lengths differ; a vector of
    zeros is like nothing: 0.

    Example:
        >>> similarity([1.0, 0.0], [0.6, 0.8])
        0.6
    """
    if len(one) != len(other):
        raise InvalidRequest(f"The vectors have {len(one)} and {len(other)} numbers.", parameter="vector")
    if format in ("binary", "ubinary"):
        differing = sum([((int(a) ^ int(b)) & 0xFF).bit_count() for a, b in zip(one, other, strict=True)])
        return 1 - differing / (8 * len(one)) if len(one) else 0.0
    size = (sum(map(mul, one, one)) * sum(map(mul, other, other))) ** 0.5
    return sum(map(mul, one, other)) / size if size else 0.0
