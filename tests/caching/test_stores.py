"""Where answers are kept: bounded, whole, private."""

from __future__ import annotations

import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmkit.caching import MemoryEntries, SqliteEntries
from llmkit.errors import ConfigurationError, StoreUnavailable

STORES: dict[str, Callable[..., Any]] = {
    "memory": lambda path, **bounds: MemoryEntries(**bounds),
    "sqlite": lambda path, **bounds: SqliteEntries(path / "cache.db", **bounds),
}


@pytest.fixture(params=STORES)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    return lambda **bounds: STORES[request.param](tmp_path, **bounds)


def test_what_was_put_is_there_until_it_is_removed(made: Callable[..., Any]) -> None:
    store = made()

    store.put(b"a", b"1", now=0.0, expires=10.0)
    store.put(b"b", b"2", now=0.0, expires=10.0)
    store.put(b"a", b"3", now=0.0, expires=10.0)
    store.remove(b"b")

    assert [b"3", None] == [store.get(b"a", 1.0), store.get(b"b", 1.0)]


@pytest.mark.parametrize("bounds", [{"entries": 3}, {"size": 30}])
def test_the_least_recently_used_goes_first(made: Callable[..., Any], bounds: dict[str, int]) -> None:
    store = made(**bounds)
    for time, key in enumerate((b"a", b"b", b"c")):
        store.put(key, b"0123456789", now=time * 100.0, expires=1e9)
    store.get(b"a", 1000.0)

    evicted = store.put(b"d", b"0123456789", now=2000.0, expires=1e9)

    assert 1 == evicted
    assert [b"a", b"c", b"d"] == [key for key in (b"a", b"b", b"c", b"d") if store.get(key, 2001.0) is not None]


def test_what_is_larger_than_everything_together_may_be_is_not_kept(made: Callable[..., Any]) -> None:
    """It would throw out all others for nothing; and what was there before under its key is not true any more."""
    store = made(size=10)
    store.put(b"a", b"12345", now=0.0, expires=1e9)
    store.put(b"b", b"12345", now=0.0, expires=1e9)

    store.put(b"b", b"0123456789x", now=0.0, expires=1e9)

    assert [b"12345", None] == [store.get(b"a", 0.0), store.get(b"b", 0.0)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from("pgr"), st.integers(0, 5), st.integers(0, 12)), max_size=25))
def test_both_stores_do_what_a_bounded_list_does(tmp_path: Path, steps: list[tuple[str, int, int]]) -> None:
    """A model of the least recently used: same answers, never more than the bounds."""
    memory, sqlite = MemoryEntries(entries=3, size=20), SqliteEntries(tmp_path / "cache.db", entries=3, size=20)
    sqlite.clear()
    model: OrderedDict[bytes, bytes] = OrderedDict()
    for now, (step, number, length) in enumerate(steps):
        key, value, time = b"%d" % number, b"x" * length, now * 100.0
        if step == "p":
            model.pop(key, None)
            model[key] = value
            while len(model) > 3 or sum(map(len, model.values())) > 20:
                model.popitem(last=False)
            memory.put(key, value, now=time, expires=1e9)
            sqlite.put(key, value, now=time, expires=1e9)
        elif step == "r":
            model.pop(key, None)
            memory.remove(key)
            sqlite.remove(key)
        else:
            expected = model.get(key)
            if expected is not None:
                model.move_to_end(key)
            assert [expected, expected] == [memory.get(key, time), sqlite.get(key, time)]
        total = sum(map(len, model.values()))
        assert (len(model), total) == (len(memory), memory.size) == sqlite.totals()
    sqlite.close()


def test_a_file_throws_out_what_has_expired_when_something_comes(tmp_path: Path) -> None:
    store = SqliteEntries(tmp_path / "cache.db")
    store.put(b"a", b"1", now=0.0, expires=10.0)

    store.put(b"b", b"2", now=11.0, expires=20.0)

    assert (1, 1) == store.totals()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    """Answers and nothing else are in there, but these are private enough. An existing file that is open to others is closed."""
    (tmp_path / "cache.db").touch(mode=0o644)
    store = SqliteEntries(tmp_path / "cache.db")

    store.put(b"a", b"1", now=0.0, expires=10.0)

    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert {"cache.db", "cache.db-wal", "cache.db-shm"} == {path.name for path in tmp_path.iterdir()}


def test_two_who_opened_the_file_see_the_same(tmp_path: Path) -> None:
    one, other = SqliteEntries(tmp_path / "cache.db"), SqliteEntries(tmp_path / "cache.db")

    one.put(b"a", b"1", now=0.0, expires=10.0)

    assert b"1" == other.get(b"a", 0.0)


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    stores = [SqliteEntries(tmp_path / "cache.db") for _ in range(2)]

    def write(number: int) -> None:
        for turn in range(10):
            stores[number % 2].put(b"%d %d" % (number, turn), b"1234", now=0.0, expires=10.0)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (40, 160) == stores[0].totals()


@pytest.mark.parametrize("content", [b"this is not a database at all, but long enough to have a header" * 40])
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(content)

    with pytest.raises(StoreUnavailable):
        SqliteEntries(path).put(b"a", b"1", now=0.0, expires=10.0)

    assert content == path.read_bytes()


@pytest.mark.parametrize("bounds", [{"entries": 0}, {"size": 0}, {"entries": True}, {"size": 1.5}])
def test_bounds_that_keep_nothing_are_refused(made: Callable[..., Any], bounds: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(**bounds)

    assert next(iter(bounds)) == caught.value.parameter
