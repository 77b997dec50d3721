"""Never more calls at once than the limit, and never a place lost."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from llmkit import AsyncLLMKit, CompletionRequest, CompletionResponse, LLMKit, Message, Timeouts
from llmkit.errors import BadRequest, ConfigurationError, LLMKitError, Overloaded, RateLimited, ServerError, Timeout, TooManyAtOnce
from llmkit.pipeline.call import Budget, Call, Scope, compose
from llmkit.pipeline.concurrency import AdaptiveLimit, Concurrency
from llmkit.pipeline.order import ordered
from llmkit.pipeline.places import Place, Places
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import FakeProvider
from llmkit.testing.answers import Answer
from llmkit.testing.faults import Fault
from tests.faces import FACES, ask, client_of

ANSWER = CompletionResponse(model="m")


def call_of(runtime: Virtual, model: str = "a/m", tenant: str = "", deadline: float | None = None, **more: Any) -> Call:
    return Call(
        request=CompletionRequest(model=model, messages=(Message.user("hi"),)),
        models=(model,),
        model=model,
        runtime=runtime,
        timeouts=Timeouts(),
        deadline=deadline,
        budget=Budget(more.pop("retries", 0)),
        scope=Scope(tenant=tenant),
        **more,
    )


class Server:
    """The innermost handler: it takes `seconds`, and knows the most calls it ever had at once."""

    def __init__(self, seconds: float = 1.0, capacity: int | None = None, fails: LLMKitError | None = None) -> None:
        self.seconds, self.capacity, self.fails = seconds, capacity, fails
        self.now = self.most = 0
        self.tenants: list[str] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.now += 1
        self.most = max(self.most, self.now)
        self.tenants.append(call.scope.tenant)
        try:
            if self.fails is not None or (self.capacity is not None and self.now > self.capacity):
                raise self.fails or RateLimited("x", status=429)
            await call.runtime.sleep(self.seconds)
            return ANSWER
        finally:
            self.now -= 1


async def outcome(layer: Concurrency, server: Any, call: Call) -> Any:
    try:
        return await compose((layer,), server)(call)
    except LLMKitError as error:
        return error


def together(layer: Concurrency, server: Server, runtime: Virtual, calls: list[Call]) -> list[Any]:
    return run(runtime.gather([partial(outcome, layer, server, call) for call in calls], limit=len(calls)))


def test_never_more_than_the_limit_and_everybody_is_served() -> None:
    layer, server, runtime = Concurrency(3), Server(), Virtual()

    found = together(layer, server, runtime, [call_of(runtime) for _ in range(20)])

    assert [ANSWER] * 20 == found
    assert 3 == server.most
    assert (0, 0) == (layer.states()[0].held, layer.states()[0].waiting)


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back() -> None:
    layer, server, runtime = Concurrency(1, queue=2), Server(), Virtual()

    found = together(layer, server, runtime, [call_of(runtime) for _ in range(5)])

    assert [True, True, True, False, False] == [reply is ANSWER for reply in found]
    assert all(isinstance(error, TooManyAtOnce) and error.retry_after and not error.retryable for error in found[3:])


def test_a_wait_ends_at_its_patience_and_leaves_the_queue() -> None:
    layer, server, runtime = Concurrency(1, patience=2.0), Server(seconds=10.0), Virtual()

    found = together(layer, server, runtime, [call_of(runtime) for _ in range(2)])

    assert isinstance(found[1], TooManyAtOnce)
    assert pytest.approx(1010.0, abs=0.1) == runtime.now()
    assert 0 == layer.states()[0].waiting


def test_no_patience_means_fail_at_once() -> None:
    layer, server, runtime = Concurrency(1, patience=0.0), Server(), Virtual()

    found = together(layer, server, runtime, [call_of(runtime) for _ in range(3)])

    assert [True, False, False] == [reply is ANSWER for reply in found]
    assert [ANSWER] == together(layer, server, runtime, [call_of(runtime)])


def test_nobody_waits_beyond_the_deadline() -> None:
    layer, server, runtime = Concurrency(1), Server(seconds=10.0), Virtual()

    found = together(layer, server, runtime, [call_of(runtime), call_of(runtime, deadline=1003.0)])

    assert isinstance(found[1], TooManyAtOnce)


def test_tenants_take_turns() -> None:
    """Whoever sends a thousand calls does not keep the others waiting."""
    layer, server, runtime = Concurrency(1), Server(), Virtual()
    calls = [call_of(runtime, tenant=tenant) for tenant in ("big",) * 5 + ("small",)]

    together(layer, server, runtime, calls)

    assert 2 >= server.tenants.index("small")


@pytest.mark.parametrize("cancelled_at", [0.5, 1.0, 1.005, 1.5])
def test_a_cancelled_waiter_loses_no_place(cancelled_at: float) -> None:
    """Before its turn, at its turn, and while it works."""
    layer, server, runtime = Concurrency(1), Server(), Virtual()

    async def alarm() -> None:
        await runtime.sleep(cancelled_at)

    async def play() -> None:
        starts = [partial(outcome, layer, server, call_of(runtime)) for _ in range(3)]
        group = runtime.group([alarm, *starts], limit=9)
        while (await group.next() or (0, None))[0] != 0:
            pass
        await group.aclose()

    run(play())

    assert (0, 0) == (layer.states()[0].held, layer.states()[0].waiting)
    assert [ANSWER] == together(layer, server, runtime, [call_of(runtime)])


def test_cancelled_tasks_lose_no_place() -> None:
    """On a real event loop, where a task may be cancelled in the moment in which it is let in."""
    from llmkit.runtime.asyncio import Asyncio

    layer = Concurrency(2)

    async def works(call: Call) -> CompletionResponse:
        await asyncio.sleep(0)
        return ANSWER

    async def play() -> None:
        for turns in range(6):
            calls = [call_of(Asyncio()) for _ in range(8)]  # type: ignore[arg-type]  # any runtime does
            tasks = [asyncio.ensure_future(outcome(layer, works, call)) for call in calls]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in tasks[1::2]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())

    assert (0, 0) == (layer.states()[0].held, layer.states()[0].waiting)


def test_threads_share_one_limit() -> None:
    from llmkit.runtime.blocking import Blocking

    layer, lock, now, most = Concurrency(2), threading.Lock(), [0], [0]

    async def works(call: Call) -> CompletionResponse:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        sum(range(2000))
        with lock:
            now[0] -= 1
        return ANSWER

    def many() -> None:
        for _ in range(25):
            run(compose((layer,), works)(call_of(Blocking())))  # type: ignore[arg-type]  # any runtime does

    threads = [threading.Thread(target=many) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 2 >= most[0]
    assert 0 == layer.states()[0].held


def test_failures_give_their_places_back() -> None:
    layer, runtime = Concurrency(1), Virtual()

    found = together(layer, Server(fails=BadRequest("x", status=400)), runtime, [call_of(runtime) for _ in range(3)])

    assert [BadRequest] * 3 == [type(error) for error in found]
    assert 0 == layer.states()[0].held


def test_the_adaptive_limit_finds_what_the_server_can_do() -> None:
    """A server that works at ten at once and answers 429 beyond: the limit swings below and about ten."""
    layer, server, runtime = Concurrency(AdaptiveLimit(initial=1, most=100)), Server(seconds=0.05, capacity=10), Virtual()

    found = together(layer, server, runtime, [call_of(runtime) for _ in range(250)])

    assert 5 <= layer.states()[0].limit <= 11
    assert 11 == server.most
    assert 0.1 > sum(1 for reply in found if reply is not ANSWER) / 250


def test_one_overload_lowers_the_limit_once_for_all_that_were_under_way() -> None:
    layer, runtime = Concurrency(AdaptiveLimit(initial=10)), Virtual()

    async def fails(call: Call) -> CompletionResponse:
        await call.runtime.sleep(1.0)
        raise Overloaded("x", status=529)

    together(layer, fails, runtime, [call_of(runtime) for _ in range(10)])  # type: ignore[arg-type]  # any handler does

    assert 7 == layer.states()[0].limit


@pytest.mark.parametrize(
    ("failure", "limit"),
    [
        (RateLimited("x", status=429), 7),
        (Overloaded("x", status=503), 7),
        (Timeout("first_event"), 7),
        (ServerError("x", status=500), 10),
        (BadRequest("x", status=400), 10),
        (Timeout("pool"), 10),
    ],
    ids=lambda it: type(it).__name__ if isinstance(it, Exception) else str(it),
)
def test_only_overload_lowers_the_limit(failure: LLMKitError, limit: int) -> None:
    layer, runtime = Concurrency(AdaptiveLimit(initial=10)), Virtual()

    together(layer, Server(fails=failure), runtime, [call_of(runtime)])

    assert limit == layer.states()[0].limit


def test_an_overload_that_the_retry_layer_hides_lowers_it_too() -> None:
    """It stands inside: each try is one call to it."""
    layer, runtime, failures = Concurrency(AdaptiveLimit(initial=10)), Virtual(), [RateLimited("x", status=429)]

    async def once(call: Call) -> CompletionResponse:
        if failures:
            raise failures.pop()
        return ANSWER

    run(compose(ordered((layer, Retry())), once)(call_of(runtime, retries=1)))

    assert 7 == layer.states()[0].limit


def test_a_limit_that_is_not_used_does_not_grow() -> None:
    """Ten thousand calls one by one say nothing about a hundred at once."""
    layer, server, runtime = Concurrency(AdaptiveLimit(initial=10)), Server(), Virtual()

    for _ in range(50):
        together(layer, server, runtime, [call_of(runtime)])

    assert 10 == layer.states()[0].limit


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": True}, {"queue": -1}, {"patience": -1.0}, {"patience": float("nan")}])
def test_settings_that_make_no_sense_are_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=rf"concurrency\.{next(iter(options))}"):
        Concurrency(**options)


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_the_place_comes_back(face: str) -> None:
    layer = Concurrency(1, patience=0.0)
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="Hello there"), Fault.error("bad_request"), Fault.cut(after=6), Answer(text="again"))
        client = client_of(fake, layers=[layer], retries=0)
        for _ in range(3):
            try:
                ask(face, client, "openai/gpt-4.1-mini", "hi")
            except LLMKitError as error:
                assert not isinstance(error, TooManyAtOnce)
        assert "again" == ask(face, client, "openai/gpt-4.1-mini", "hi").text

    assert 0 == layer.states()[0].held


def test_a_stream_holds_its_place_until_its_end() -> None:
    layer = Concurrency(1, patience=0.0)
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello there"))
        with LLMKit(**client_of(fake, layers=[layer])) as kit:
            with kit.stream("openai/gpt-4.1-mini", "hi") as stream:
                next(stream)
                with pytest.raises(TooManyAtOnce):
                    kit.complete("openai/gpt-4.1-mini", "hi")
            assert "Hello there" == kit.complete("openai/gpt-4.1-mini", "hi").text

        async def leave() -> int:
            async with AsyncLLMKit(**client_of(fake, layers=[layer])) as kit, kit.stream("openai/gpt-4.1-mini", "hi") as stream:
                await anext(aiter(stream))
                return layer.states()[0].held

        assert 1 == asyncio.run(leave())

    assert 0 == layer.states()[0].held


def test_a_stream_that_nobody_reads_gives_its_place_up_after_its_deadline() -> None:
    places = Places(1, 8)
    abandoned = places.take(1000.0, lease=1010.0)
    early = places.take(1009.0)
    assert early is not None and early.state == "waiting"

    late = places.take(1011.0)

    assert abandoned is not None and late is not None
    assert ("gone", "held", "waiting") == (abandoned.state, early.state, late.state)


class PlacesMachine(RuleBasedStateMachine):
    """Takers, cancelled waiters, releases and a limit that moves, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.places = Places(3, 6)
        self.limit = self.highest = 3
        self.known: list[Place] = []

    @rule(group=some.sampled_from("abc"))
    def take(self, group: str) -> None:
        full = len(self.waiting()) >= 6
        place = self.places.take(1000.0, group)
        if place is None:
            assert full
        else:
            self.known.append(place)

    @rule(which=some.integers(0, 9), twice=some.booleans())
    def release_or_cancel(self, which: int, twice: bool) -> None:
        if self.known:
            place = self.known.pop(which % len(self.known))
            self.places.release(place)
            if twice:
                self.places.release(place)

    @rule(limit=some.integers(1, 5))
    def resize(self, limit: int) -> None:
        self.highest = max(limit, len(self.held()))
        self.limit = limit
        self.places.resize(limit)

    def held(self) -> list[Place]:
        return [place for place in self.known if place.state == "held"]

    def waiting(self) -> list[Place]:
        return [place for place in self.known if place.state == "waiting"]

    @invariant()
    def no_place_is_lost_and_none_is_too_many(self) -> None:
        held, waiting = self.held(), self.waiting()
        assert len(held) <= self.highest
        assert (len(held), len(waiting)) == (self.places.held, self.places.waiting)
        assert not waiting or len(held) >= self.limit, "somebody waits although a place is free"
        assert len(waiting) <= 6

    @invariant()
    def whoever_is_let_in_is_told(self) -> None:
        for place in self.known:
            if place.signal is not None:
                assert place.signal.given == (place.state == "held")

    @invariant()
    def groups_are_served_in_order(self) -> None:
        for group in "abc":
            states = [place.state for place in self.known if place.group == group and place.signal is not None]
            assert states == sorted(states), "a later one of the group was let in first"


PlacesMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestPlacesMachine = PlacesMachine.TestCase
