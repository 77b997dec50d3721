"""Where processes agree on who asks: one at a time, for a time, and nobody lands in another's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmkit.caching.flights import Landing
from llmkit.caching.redis_flights import RedisFlights
from llmkit.caching.sqlite_flights import SqliteFlights
from llmkit.stores.redis import Server
from tests.stores.crowd import in_processes

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture(params=["redis", "sqlite"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    if request.param == "sqlite":
        return lambda **options: SqliteFlights(tmp_path / "flights.db", **options)
    url = request.getfixturevalue("redis_url")
    return lambda **options: RedisFlights(Server(url, prefix=request.node.name, timeout=20), **options)


def end_the_lease(store: Any) -> float:
    """Let the lease end; return the time it is then."""
    if isinstance(store, RedisFlights):
        store.server.command("PEXPIRE", f"flight:{KEY.hex()}", 0)
    return 11.0


def test_one_leads_and_the_others_learn_who(made: Callable[..., Any]) -> None:
    one, other = made(), made()

    assert "1" == one.lead(KEY, "1", 10.0, 0.0)
    assert "1" == other.lead(KEY, "2", 10.0, 0.0)
    assert "2" == other.lead(OTHER, "2", 10.0, 0.0)
    assert Landing("flying") == other.look(KEY, "1", 0.0)


@pytest.mark.parametrize(("data", "landing"), [(b"\x00\xff\n whole", Landing("landed", b"\x00\xff\n whole")), (b"", Landing("failed"))])
def test_what_lands_is_there_for_those_who_wait_and_the_next_leads_anew(data: bytes, landing: Landing, made: Callable[..., Any]) -> None:
    store = made()
    store.lead(KEY, "1", 10.0, 0.0)

    assert store.land(KEY, "1", data, 0.0)

    assert landing == store.look(KEY, "1", 1.0)
    assert "2" == store.lead(KEY, "2", 10.0, 1.0)
    assert Landing("flying") == store.look(KEY, "2", 1.0)


def test_who_gives_up_leaves_the_lease_to_another(made: Callable[..., Any]) -> None:
    store = made()
    store.lead(KEY, "1", 10.0, 0.0)

    store.release(KEY, "2")
    assert Landing("flying") == store.look(KEY, "1", 0.0)
    store.release(KEY, "1")

    assert Landing("gone") == store.look(KEY, "1", 0.0)
    assert "2" == store.lead(KEY, "2", 10.0, 0.0)


def test_whose_lease_has_ended_lands_nothing(made: Callable[..., Any]) -> None:
    """It was only slow; but another asks meanwhile, and those who wait wait for that one."""
    store = made()
    store.lead(KEY, "slow", 10.0, 0.0)
    now = end_the_lease(store)
    assert Landing("gone") == store.look(KEY, "slow", now)
    assert not store.land(KEY, "slow", b"late", now)

    assert "2" == store.lead(KEY, "2", 10.0, now)
    assert not store.land(KEY, "slow", b"late", now)
    store.release(KEY, "slow")

    assert Landing("flying") == store.look(KEY, "2", now)


def test_what_is_too_large_lands_as_nothing(made: Callable[..., Any]) -> None:
    store = made(size=10)
    store.lead(KEY, "1", 10.0, 0.0)

    store.land(KEY, "1", b"x" * 11, 0.0)

    assert Landing("failed") == store.look(KEY, "1", 0.0)


def test_what_landed_goes_by_itself(made: Callable[..., Any]) -> None:
    """It is for those who wait, and no cache."""
    store = made()
    store.lead(KEY, "1", 10.0, 0.0)
    store.land(KEY, "1", b"whole", 0.0)

    if isinstance(store, RedisFlights):
        assert 0 < store.server.command("PTTL", f"landed:{KEY.hex()}") <= 30_000
    else:
        store.lead(OTHER, "2", 10.0, 31.0)
        assert Landing("gone") == store.look(KEY, "1", 31.0)


def test_of_eight_processes_one_leads(made: Callable[..., Any]) -> None:
    store = made()
    store.look(KEY, "-", 0.0)  # a connection that the processes must not share

    told = in_processes(8, lambda number, tell: tell(store.lead(KEY, f"{number}", 10.0, 0.0) == f"{number}"))

    assert ([0] * 7 + [1], 8) == (sorted(told), len(told))
