"""Circuits that many processes share: they count together, leave a deployment alone together, and try it again one at a time."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmkit.errors import CircuitOpen, ConfigurationError, LLMKitError, ServerError, StoreUnavailable
from llmkit.pipeline.breaker import Breaker, CircuitChange
from llmkit.pipeline.call import compose
from llmkit.pipeline.circuit import BreakerRules, Circuit
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.stores.circuits import Ending, Tally, Terms
from llmkit.stores.redis import Server as RedisServer
from llmkit.stores.redis_circuits import RedisCircuits
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import FACES, ask, client_of
from tests.pipeline.breaker_cases import Server, attempt, call_of

RULES = BreakerRules(volume=4, pause=50.0, longest_pause=400.0, successes=2, probes=1, window=10_000.0, score=None)
PLACE = ("a/m", "complete")
DOWN = ServerError("x", status=500)


@pytest.fixture
def store(redis_url: str, request: pytest.FixtureRequest) -> RedisCircuits:
    return RedisCircuits(RedisServer(redis_url, prefix=request.node.name, timeout=20))


def key_of(store: RedisCircuits) -> str:
    (key,) = store.server.client().keys(f"*{store.server.prefix}*circuits*a/m*")
    return str(key)


def let_the_pause_end(store: RedisCircuits) -> None:
    """The clock is the server's: what is moved is the end of the pause."""
    store.server.client().hset(key_of(store), "till", 0)


class Process:
    """A breaker of one process, with a server behind it."""

    def __init__(self, store: Any, **options: Any) -> None:
        self.changes: list[CircuitChange] = []
        self.breaker = Breaker(RULES, store=store, on_change=self.changes.append, **options)
        self.server = Server(Virtual())

    def call(self, *, fails: LLMKitError | None = None, later: float = 2.0) -> str:
        self.server.runtime.advance(later)
        self.server.fails = fails
        return type(attempt(self.breaker, self.server)).__name__


def test_failures_of_all_processes_count_together(store: RedisCircuits) -> None:
    one, two = Process(store), Process(store)

    said = [process.call(fails=DOWN) for process in (one, two, one, two)]
    after = [process.call(fails=DOWN) for process in (two, one)]

    assert ["ServerError"] * 4 == said
    assert ["CircuitOpen"] * 2 == after
    assert "open" == one.breaker.state("a/m") == two.breaker.state("a/m")
    assert "4 of 4 calls failed" == one.changes[-1].reason


def test_between_two_looks_a_process_goes_by_what_it_knows(store: RedisCircuits) -> None:
    """Others' failures are seen a second late and not later; the store is asked once a second, whatever the traffic."""
    one, two = Process(store), Process(store)
    two.call()
    for _ in range(5):
        one.call(fails=DOWN, later=0.0)

    late = [two.call(later=0.4), two.call(later=0.4), two.call(later=0.4)]

    assert ["NoneType", "NoneType", "CircuitOpen"] == late
    assert 4 == len(one.server.models)


def test_one_probe_at_a_time_over_all_processes(store: RedisCircuits) -> None:
    processes = [Process(store) for _ in range(8)]
    for _ in range(5):
        processes[0].call(fails=DOWN, later=0.0)
    let_the_pause_end(store)
    admitted = []

    for process in processes:
        process.server.runtime.advance(60)
        with suppress(CircuitOpen):
            admitted.append(_admitted(process))

    assert 1 == len(admitted)
    assert admitted[0].probe


def _admitted(process: Process) -> Any:
    """Return the leave for a call that does not end."""
    shared = process.breaker._shared
    assert shared is not None
    return run(shared.admit(PLACE, process.server.runtime, None))


def test_good_probes_of_any_process_close_it_for_all(store: RedisCircuits) -> None:
    one, two = Process(store), Process(store)
    for _ in range(5):
        one.call(fails=DOWN, later=0.0)
    two.call()
    let_the_pause_end(store)

    said = [one.call(later=60.0), two.call(later=60.0), one.call()]

    assert ["NoneType"] * 3 == said
    assert "closed" == one.breaker.state("a/m") == two.breaker.state("a/m")


def test_a_failed_probe_makes_everybodys_pause_longer(store: RedisCircuits) -> None:
    one, two = Process(store), Process(store)
    for _ in range(5):
        one.call(fails=DOWN, later=0.0)
    let_the_pause_end(store)

    one.call(fails=DOWN, later=60.0)
    refused = two.call()

    assert "CircuitOpen" == refused
    assert two.breaker.states(two.server.runtime.now())[0].retry_after == pytest.approx(100.0, abs=20)


def test_a_process_that_dies_with_the_probe_gives_its_place_back_at_its_lease(store: RedisCircuits) -> None:
    one, two = Process(store), Process(store)
    for _ in range(5):
        one.call(fails=DOWN, later=0.0)
    let_the_pause_end(store)
    one.server.runtime.advance(60)
    leave = _admitted(one)
    assert "CircuitOpen" == two.call()

    store.server.client().hset(key_of(store), f"p:{leave.probe}", 1)

    assert "NoneType" == two.call(later=60.0)


def test_what_began_before_it_opened_counts_no_more(store: RedisCircuits) -> None:
    terms = _terms(RULES)
    opened = store.look(PLACE, terms, 0, Tally(4, 4), (), ("", 1.0), "")
    let_the_pause_end(store)
    store.look(PLACE, terms, 1, Tally(), (), ("one", 60.0), "")
    closed = store.look(PLACE, terms, 1, Tally(), (("one", "good"),), ("two", 60.0), "")
    closed = store.look(PLACE, terms, 1, Tally(), (("two", "good"),), ("", 60.0), "")

    late = store.look(PLACE, terms, 0, Tally(9, 9), (), ("", 1.0), "")

    assert ["open", "closed", "closed"] == [glance.state for glance in (opened, closed, late)]
    assert 0 == late.tally.calls


def test_a_cancelled_probe_gives_its_place_back(store: RedisCircuits) -> None:
    one, two = Process(store), Process(store)
    for _ in range(5):
        one.call(fails=DOWN, later=0.0)
    let_the_pause_end(store)
    one.server.runtime.advance(60)

    async def cancelled(call: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(compose((one.breaker,), cancelled)(call_of(one.server.runtime)))

    assert "CircuitOpen" == two.call(later=60.0)
    assert ["NoneType"] * 2 == [one.call(later=60.0), two.call(later=60.0)]


def test_eight_processes_lose_no_failure(store: RedisCircuits) -> None:
    """Five each, and no thousandth look decides otherwise: it opens at the fortieth, whoever made it."""
    terms = _terms(BreakerRules(volume=40, window=1e6))
    store.server.client().ping()  # a connection that the processes must not share

    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                for _ in range(5):
                    store.look(PLACE, terms, 0, Tally(1, 1), (), ("", 1.0), "")
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)

    glance = store.look(PLACE, terms, 0, Tally(), (), ("", 1.0), "")
    assert ("open", 1, "40 of 40 calls failed") == (glance.state, glance.era, glance.reason)


def _terms(rules: BreakerRules) -> Terms:
    return Terms(**{name: getattr(rules, name) for name in Terms.__struct_fields__})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["good", "good", "bad", "bad", "slow", "probe good", "probe bad", "probe slow"]), max_size=25))
def test_the_server_decides_as_memory_does(store: RedisCircuits, steps: list[str]) -> None:
    """The same outcomes in the same order, the pause skipped in both: the same states, reasons and pauses."""
    store.server.client().flushall()
    rules = BreakerRules(**{**{name: getattr(RULES, name) for name in RULES.__struct_fields__}, "slow_seconds": 2.0})
    circuit, terms, now, era = Circuit(rules, 1000.0), _terms(rules), 1000.0, 0
    for step in steps:
        outcome = step.rpartition(" ")[2]
        seconds = 3.0 if outcome == "slow" else 1.0
        if circuit.state != "closed":
            if not step.startswith("probe"):
                continue
            let_the_pause_end(store)
            now = max(now, circuit.until)
            permit = circuit.admit(now)
            assert permit is not None
            assert store.look(PLACE, terms, era, Tally(), (), ("id", 60.0), "").probe
            ended: list[tuple[str, Ending]] = [("id", outcome)]  # type: ignore[list-item]  # one of the three
            tally = Tally()
        else:
            permit, ended = circuit.admit(now), []
            tally = Tally(1, 1) if outcome == "bad" else Tally(1, 0, int(outcome == "slow"), seconds, seconds * seconds)
            assert permit is not None
        if outcome == "bad":
            circuit.fail(permit, now)
        else:
            circuit.succeed(permit, now, seconds)
        glance = store.look(PLACE, terms, era, tally, ended, ("", 1.0), "")
        era = glance.era

        assert (circuit.state, circuit.reason, circuit.openings) == (glance.state, glance.reason, glance.openings)
        if glance.state == "open":
            assert glance.wait == pytest.approx(circuit.until - now, abs=5)
        if glance.state == "closed":
            sample = circuit.sample(now)
            assert (sample.calls, sample.failures, sample.slow, sample.seconds) == (
                glance.tally.calls,
                glance.tally.failures,
                glance.tally.slow,
                pytest.approx(glance.tally.seconds),
            )


def test_an_outlier_among_its_peers_opens_for_all(store: RedisCircuits) -> None:
    rules = BreakerRules(score=3.0, sample=30, margin=0.1, volume=1000, window=1e6)
    one, two = (Breaker(rules, store=store) for _ in range(2))
    runtime = Virtual()
    for number in range(60):
        for breaker in (one, two):
            runtime.advance(0.2)
            for model in ("a/m", "b/m", "c/m"):
                failing = model == "a/m" and number % 3 == 0
                attempt(breaker, Server(runtime, DOWN if failing else None, seconds=0.001), model=model)

    assert ["open", "closed", "closed"] == [one.state(model) for model in ("a/m", "b/m", "c/m")]
    assert "elsewhere" in one.states(runtime.now())[0].reason


class Away:
    """A store that cannot be asked, and counts how often it was."""

    local = False

    def __init__(self) -> None:
        self.asked = 0

    def look(self, *arguments: Any) -> Any:
        self.asked += 1
        raise StoreUnavailable("Redis", "ConnectionError")

    def close(self) -> None:
        """Do nothing."""


def test_while_the_store_is_away_each_process_decides_by_itself() -> None:
    store = Away()
    process = Process(store)

    said = [process.call(fails=DOWN, later=0.1) for _ in range(6)]
    then = [process.call(later=60.0), process.call(later=0.1)]

    assert ["ServerError"] * 4 + ["CircuitOpen"] * 2 == said
    assert ["NoneType"] * 2 == then
    assert 5 >= store.asked


def test_a_breaker_that_is_closed_without_its_store_lets_nobody_through() -> None:
    store = Away()
    process = Process(store, away="closed")

    said = [process.call(later=0.2) for _ in range(10)]

    assert ["StoreUnavailable"] * 10 == said
    assert [] == process.server.models
    assert 3 >= store.asked


def test_what_came_while_the_store_was_away_is_told_when_it_is_back(store: RedisCircuits) -> None:
    process, back = Process(Away()), Process(store)
    for _ in range(3):
        process.call(fails=DOWN)
    shared = process.breaker._shared
    assert shared is not None
    shared._store = store

    process.call(fails=DOWN)
    process.call()

    assert "CircuitOpen" == back.call()


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_two_clients_leave_a_provider_alone_together(store: RedisCircuits, face: str) -> None:
    rules = BreakerRules(volume=4, score=None)
    one, two = (Breaker(rules, store=store, every=1e-6) for _ in range(2))
    with FakeProvider("openai_chat") as fake:
        fake.always(Fault.error("server"))
        for breaker in (one, two, one, two):
            with pytest.raises(ServerError):
                ask(face, client_of(fake, layers=[breaker], retries=0), "openai/gpt-4.1-mini", "hi")
        fake.always(Answer(text="Hello."))

        for breaker in (one, two):
            with pytest.raises(CircuitOpen):
                ask(face, client_of(fake, layers=[breaker], retries=0), "openai/gpt-4.1-mini", "hi")

        assert 4 == len(fake.requests)


def test_names_from_outside_do_not_fill_the_memory() -> None:
    process = Process(Away())

    for number in range(4200):
        attempt(process.breaker, process.server, model=f"a/{number}")

    assert 4096 >= len(process.breaker.states(0.0))


@pytest.mark.parametrize("options", [{"away": "ajar"}, {"every": 0.0}])
def test_settings_that_make_no_sense_are_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        Breaker(store=Away(), **options)
