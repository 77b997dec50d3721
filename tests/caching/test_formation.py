"""Of many processes that ask the same at the same time, one asks for all; whatever happens to it, the others get an answer in time."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from llmkit.caching.sqlite_flights import SqliteFlights
from llmkit.errors import AuthenticationError, ConfigurationError, LLMKitError, StoreUnavailable, Timeout
from llmkit.pipeline.call import Call
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.runtime.step import run
from llmkit.types.http import Timeouts
from llmkit.types.parts import Text
from tests.caching.cache_cases import World, answer, drained
from tests.caching.flight_cases import slow

WHOLE = answer(Text(text="a"))


@pytest.fixture
def store(tmp_path: Path) -> SqliteFlights:
    return SqliteFlights(tmp_path / "flights.db")


def at_once(world: World, *asked: tuple[SingleFlight, Call, Any], also: Any = None) -> list[Any]:
    """Let each process ask at the same virtual moment, and read what streams; return replies and failures, each with its time."""

    async def outcome(flight: SingleFlight, call: Call, next: Any) -> tuple[Any, float]:
        reply: Any
        try:
            reply = await flight(call, next)
            if call.stream:
                while await reply.fill():
                    pass
                reply = reply.response()
        except (LLMKitError, asyncio.CancelledError) as error:
            reply = error
        return reply, round(world.runtime.now() - 1000.0, 1)

    return run(world.runtime.gather([*[partial(outcome, *one) for one in asked], *([also] if also is not None else [])], limit=99))


def flights(store: Any, count: int, **options: Any) -> list[SingleFlight]:
    """Return what so many processes have."""
    return [SingleFlight(store=store, **options) for _ in range(count)]


@pytest.mark.parametrize("stream", [False, True])
def test_processes_that_ask_the_same_share_one_call(stream: bool, store: SqliteFlights) -> None:
    world, layers = World(WHOLE), flights(store, 4)

    found = at_once(world, *[(layer, world.call(stream=stream), slow(world, 3.0)) for layer in layers])

    assert (1, ["a"] * 4) == (world.asked, [reply.text for reply, _ in found])
    assert [None, *["0.5"] * 3] == [reply.extra.get("shared") and reply.extra["shared"]["saved"]["amount"] for reply, _ in found]
    assert [0, 1, 1, 1] == [layer.statistics.read().joined for layer in layers]
    assert all(3.0 <= when < 3.6 for _, when in found)


@pytest.mark.parametrize("stream", [False, True])
def test_those_who_wait_in_one_process_wait_there(stream: bool, store: SqliteFlights) -> None:
    """Only one of each process looks at the store; what another process saved is told to each."""
    world, (one, other) = World(WHOLE), flights(store, 2)

    found = at_once(world, *[(layer, world.call(stream=stream), slow(world)) for layer in (one, other, other, other)])

    assert (1, ["0.5"] * 3) == (world.asked, [reply.extra["shared"]["saved"]["amount"] for reply, _ in found[1:]])
    assert 3 == other.statistics.read().joined


@pytest.mark.parametrize("difference", [{"tenant": "b"}, {"models": ("fake/two",)}])
def test_what_is_not_the_same_is_not_shared(difference: dict[str, Any], store: SqliteFlights) -> None:
    world, (one, other) = World(WHOLE), flights(store, 2)

    at_once(world, (one, world.call(), slow(world)), (other, world.call(**difference), slow(world)))

    assert 2 == world.asked


def test_another_operation_is_shared_and_told_apart(store: SqliteFlights) -> None:
    world, layers = World(WHOLE), flights(store, 4)
    calls = [msgspec.structs.replace(world.call(), operation=operation) for operation in ("embed", "embed", "rerank", "complete")]

    at_once(world, *[(layer, call, slow(world)) for layer, call in zip(layers, calls, strict=True)])

    assert 3 == world.asked


def test_what_changes_something_is_not_shared(store: SqliteFlights) -> None:
    """Two who upload the same file want two files."""
    world, layers = World(WHOLE), flights(store, 2)
    calls = [msgspec.structs.replace(world.call(), operation="files") for _ in layers]

    at_once(world, *[(layer, call, slow(world)) for layer, call in zip(layers, calls, strict=True)])

    assert 2 == world.asked


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_sends_each_to_ask_for_itself_at_once(stream: bool, store: SqliteFlights) -> None:
    """Not one after the other: the last would wait for the failures of all."""
    world, layers = World(AuthenticationError("no", status=401), WHOLE), flights(store, 4)

    found = at_once(world, *[(layer, world.call(stream=stream), slow(world, 3.0)) for layer in layers])

    assert (AuthenticationError, ["a"] * 3, 4) == (type(found[0][0]), [reply.text for reply, _ in found[1:]], world.asked)
    assert all(when < 7.0 for _, when in found)


def cancelled(world: World, seconds: float) -> Any:
    async def next(call: Call) -> Any:
        await world.runtime.sleep(seconds)
        raise asyncio.CancelledError

    return next


def test_when_the_asker_is_cancelled_another_process_asks(store: SqliteFlights) -> None:
    world, (one, other, third) = World(WHOLE), flights(store, 3)

    found = at_once(world, (one, world.call(), cancelled(world, 2.0)), *[(layer, world.call(), slow(world)) for layer in (other, third)])

    assert (1, ["a", "a"]) == (world.asked, [reply.text for reply, _ in found[1:]])
    assert all(when < 5.0 for _, when in found)


class Dying(SqliteFlights):
    """What a process sees that is killed: it leads, and says no more."""

    def land(self, key: bytes, token: str, data: bytes, now: float) -> bool:
        return False

    def release(self, key: bytes, token: str) -> None:
        """Say nothing."""


def test_when_the_process_that_asks_dies_its_lease_ends_and_another_asks(store: SqliteFlights, tmp_path: Path) -> None:
    world = World(WHOLE)
    dying = SingleFlight(store=Dying(tmp_path / "flights.db"), lease=20.0)

    found = at_once(
        world,
        (dying, world.call(), cancelled(world, 2.0)),
        *[(layer, world.call(), slow(world)) for layer in flights(store, 3, lease=20.0)],
    )

    assert (1, ["a"] * 3) == (world.asked, [reply.text for reply, _ in found[1:]])
    assert all(21.0 <= when < 23.0 for _, when in found[1:])


def test_whoever_is_slower_than_its_lease_gets_its_own_answer_and_lands_nothing(store: SqliteFlights) -> None:
    world, (one, other, third) = World(answer(Text(text="new"))), flights(store, 3, lease=5.0)
    late = World(answer(Text(text="late")))
    late.runtime = world.runtime

    found = at_once(world, (one, world.call(), slow(late, 8.0)), *[(layer, world.call(), slow(world, 4.0)) for layer in (other, third)])

    assert ["late", "new", "new"] == [reply.text for reply, _ in found]
    assert (1, 1) == (late.asked, world.asked)


@pytest.mark.parametrize("stream", [False, True])
def test_nobody_waits_longer_than_its_own_deadline(stream: bool, store: SqliteFlights) -> None:
    world, (one, other) = World(WHOLE), flights(store, 2)
    hurried = msgspec.structs.replace(world.call(stream=stream), deadline=1002.0, timeouts=Timeouts(total=2.0))
    unhurried = msgspec.structs.replace(world.call(stream=stream), timeouts=hurried.timeouts)

    found = at_once(world, (one, unhurried, slow(world, 10.0)), (other, hurried, slow(world)))

    assert ("a", Timeout, "total", 2.0) == (found[0][0].text, type(found[1][0]), found[1][0].phase, found[1][1])


def test_a_stream_waits_as_long_as_it_would_for_its_first_event(store: SqliteFlights) -> None:
    """Then it asks itself: it would have nothing to show for longer than its reader allows."""
    world, (one, other) = World(WHOLE), flights(store, 2)
    calls = [msgspec.structs.replace(world.call(stream=True), timeouts=Timeouts(first_event=4.0)) for _ in range(2)]

    found = at_once(world, (one, calls[0], slow(world, 10.0)), (other, calls[1], slow(world)))

    assert (2, 5.0) == (world.asked, found[1][1])
    assert "shared" not in found[1][0].extra


def test_streams_ask_on_their_own_when_told(store: SqliteFlights) -> None:
    world, (one, other) = World(WHOLE), flights(store, 2, streams="own")

    at_once(world, (one, world.call(stream=True), slow(world)), (other, world.call(stream=True), slow(world)))
    at_once(world, (one, world.call(), slow(world)), (other, world.call(), slow(world)))

    assert 3 == world.asked


def test_a_stream_that_was_left_is_asked_for_by_another(store: SqliteFlights) -> None:
    world, (one, other) = World(WHOLE), flights(store, 2)
    core = run(one(world.call(stream=True), world.next))

    run(core.aclose())
    reply = drained(run(other(world.call(stream=True), world.next)))

    assert (2, "a", {}) == (world.asked, reply.text, reply.extra)


def test_of_those_who_wait_for_a_stream_that_was_left_one_asks(store: SqliteFlights) -> None:
    """Not all of them: nothing says that it would fail."""
    world, (one, *others) = World(WHOLE), flights(store, 4)
    core = run(one(world.call(stream=True), world.next))

    async def leave() -> tuple[Any, float]:
        await world.runtime.sleep(2.0)
        await core.aclose()
        return None, 0.0

    found = at_once(world, *[(layer, world.call(stream=True), slow(world)) for layer in others], also=leave)

    assert (2, ["a"] * 3) == (world.asked, [reply.text for reply, _ in found[:3]])


def test_who_comes_after_the_landing_asks_anew(store: SqliteFlights) -> None:
    """It is no cache."""
    world, (one, other) = World(WHOLE), flights(store, 2)

    for layer in (one, other):
        run(layer(world.call(), world.next))

    assert 2 == world.asked


class Away(SqliteFlights):
    """A store that cannot be asked for some things."""

    missing: tuple[str, ...] = ()

    def __getattribute__(self, name: str) -> Any:
        if name in type(self).missing:

            def fail(*_: Any) -> Any:
                raise StoreUnavailable("The store", "away")

            return fail
        return super().__getattribute__(name)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("away", "missing", "asked"), [("open", "lead", 2), ("open", "look", 2), ("open", "land", 2), ("closed", "land", 2)]
)
def test_without_the_store_each_asks_for_itself(stream: bool, away: Any, missing: str, asked: int, tmp_path: Path) -> None:
    """An answer that is there is given out, also where nobody else can be told of it."""
    kind = type("Missing", (Away,), {"missing": (missing,)})
    world, (one, other) = World(WHOLE), flights(kind(tmp_path / "flights.db"), 2, away=away, lease=5.0)

    found = at_once(world, *[(layer, world.call(stream=stream), slow(world)) for layer in (one, other)])

    assert (asked, ["a", "a"]) == (world.asked, [reply.text for reply, _ in found])
    assert one.statistics.read().failed + other.statistics.read().failed > 0


@pytest.mark.parametrize(("missing", "told"), [("lead", [StoreUnavailable] * 2), ("look", [type(WHOLE), StoreUnavailable])])
def test_closed_without_the_store_calls_fail(missing: str, told: list[type], tmp_path: Path) -> None:
    kind = type("Missing", (Away,), {"missing": (missing,)})
    world, (one, other) = World(WHOLE), flights(kind(tmp_path / "flights.db"), 2, away="closed")

    found = at_once(world, *[(layer, world.call(), slow(world)) for layer in (one, other)])

    assert told == [type(reply) for reply, _ in found]


class Damaged(SqliteFlights):
    """Another version wrote what landed, or a disk lost a bit of it."""

    def land(self, key: bytes, token: str, data: bytes, now: float) -> bool:
        return super().land(key, token, data[:-1] + b"?", now)


def test_what_cannot_be_read_sends_one_to_ask_for_itself(tmp_path: Path) -> None:
    world, (one, other) = World(WHOLE), flights(Damaged(tmp_path / "flights.db"), 2)

    found = at_once(world, *[(layer, world.call(), slow(world)) for layer in (one, other)])

    assert (2, ["a", "a"]) == (world.asked, [reply.text for reply, _ in found])


def test_a_call_that_is_cancelled_while_it_takes_the_lease_leaves_it(store: SqliteFlights) -> None:
    """Its thread goes on when nobody waits for it any more."""
    world, (one, other) = World(WHOLE), flights(store, 2)

    class Interrupted(type(world.runtime)):  # type: ignore[misc] - the class of the world's clock
        async def call(self, function: Any, timeout: float | None = None) -> Any:
            value = function()
            if self.now() == 1000.0:
                self.advance(0.1)
                raise KeyboardInterrupt
            return value

    call = msgspec.structs.replace(world.call(), runtime=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        run(one(call, world.next))

    assert "a" == run(other(world.call(), world.next)).text
    assert [] == world.runtime.slept


WRONG = [{"lease": 0}, {"lease": True}, {"streams": "none"}, {"away": "shut"}, {"operations": "embed"}, {"operations": ("embedd",)}]


@pytest.mark.parametrize("options", WRONG, ids=str)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SingleFlight(**options)

    assert next(iter(options)) == caught.value.parameter
