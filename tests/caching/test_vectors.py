"""Where vectors are kept: bounded, and the nearest is found."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmkit.caching import MemoryVectors, SqliteVectors
from llmkit.caching.vectors import Vector, unit
from llmkit.errors import ConfigurationError

STORES: dict[str, Callable[..., Any]] = {
    "memory": lambda path, **bounds: MemoryVectors(**bounds),
    "sqlite": lambda path, **bounds: SqliteVectors(path / "vectors.db", **bounds),
}


@pytest.fixture(params=STORES)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    return lambda **bounds: STORES[request.param](tmp_path, **bounds)


def vector(*numbers: float) -> Vector:
    found = unit(numbers)
    assert found is not None
    return found


def some(chance: random.Random, dimensions: int) -> Vector:
    return vector(*[chance.gauss(0, 1) for _ in range(dimensions)])


def test_the_nearest_comes_first_and_no_other_partition_is_looked_at(made: Callable[..., Any]) -> None:
    store = made()
    store.put(b"p", b"far", vector(0, 1))
    store.put(b"p", b"near", vector(1, 0.1))
    store.put(b"other", b"equal", vector(1, 0))

    found = store.near(b"p", vector(1, 0), 2)

    assert [b"near", b"far"] == [key for _, key in found]
    assert [] == store.near(b"third", vector(1, 0), 2)
    assert pytest.approx([0.995, 0.0], abs=1e-3) == [similarity for similarity, _ in found]


@pytest.mark.parametrize("dimensions", [8, 384])
def test_among_many_the_nearest_is_the_one_that_comparing_all_finds(made: Callable[..., Any], dimensions: int) -> None:
    """Signs are compared first; what is near has few that differ."""
    chance = random.Random(7)  # the same each time
    kept = {b"%d" % number: some(chance, dimensions) for number in range(300)}
    store = made()
    for key, one in kept.items():
        store.put(b"p", key, one)

    for target in list(kept)[::60]:
        asked = vector(*[number + chance.gauss(0, 0.2 / dimensions**0.5) for number in kept[target]])
        best = max(kept, key=lambda key: sum(a * b for a, b in zip(asked, kept[key], strict=True)))

        assert best == store.near(b"p", asked, 3)[0].key


def test_the_oldest_goes_first(made: Callable[..., Any]) -> None:
    store = made(entries=2)
    for key in (b"a", b"b", b"a", b"c"):
        store.put(b"p", key, vector(1, 0))

    assert {b"a", b"c"} == {key for _, key in store.near(b"p", vector(1, 0), 9)}


def test_what_was_removed_is_not_found(made: Callable[..., Any]) -> None:
    store = made()
    store.put(b"p", b"a", vector(1, 0))
    store.put(b"p", b"b", vector(1, 0))
    store.remove(b"p", b"a")
    store.remove(b"p", b"none")

    assert [b"b"] == [key for _, key in store.near(b"p", vector(1, 0), 9)]
    store.clear()
    assert [] == store.near(b"p", vector(1, 0), 9)


def test_vectors_of_another_length_are_no_neighbours(made: Callable[..., Any]) -> None:
    store = made()
    store.put(b"p", b"a", vector(1, 0, 0))

    assert [] == store.near(b"p", vector(1, 0), 9)


def test_memory_is_bounded_in_bytes() -> None:
    store = MemoryVectors(size=24)
    for number in range(9):
        store.put(b"p%d" % (number % 2), b"%d" % number, vector(1, 0))
    store.put(b"p", b"large", vector(*[1.0] * 9))

    assert (3, 24) == (len(store), store.size)


@pytest.mark.parametrize("numbers", [[], [0.0, 0.0], [float("nan")], [float("inf")], [1e39, 1.0], [1.0] * 20_000])
def test_what_has_no_direction_is_no_vector(numbers: list[float]) -> None:
    assert unit(numbers) is None


def test_a_vector_is_kept_at_length_one() -> None:
    assert array("f", [0.6, 0.8]) == unit([3, 4])


def test_two_who_opened_the_file_see_the_same(tmp_path: Path) -> None:
    one, other = SqliteVectors(tmp_path / "v.db"), SqliteVectors(tmp_path / "v.db")

    one.put(b"p", b"a", vector(1, 0))

    assert b"a" == other.near(b"p", vector(1, 0), 1)[0].key


def test_bounds_that_keep_nothing_are_refused(made: Callable[..., Any]) -> None:
    with pytest.raises(ConfigurationError):
        made(entries=0)
