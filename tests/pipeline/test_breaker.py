"""A deployment that fails is left alone, and tried again with care."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs

from llmkit import AsyncLLMKit, CompletionRequest, CompletionResponse, LLMKit, Message, Timeouts
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    CircuitOpen,
    ConfigurationError,
    ConnectionFailed,
    ContextLengthExceeded,
    LLMKitError,
    MissingKey,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    StreamInterrupted,
    Timeout,
    TooManyAtOnce,
)
from llmkit.pipeline.breaker import Breaker, CircuitChange, is_fault, same_model
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.outlier import Sample, failure_score, latency_score
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import FakeProvider
from llmkit.testing.answers import Answer
from llmkit.testing.faults import Fault
from llmkit.types.responses import Attempt
from tests.faces import FACES, ask, client_of

ANSWER = CompletionResponse(model="m")
RULES = BreakerRules(volume=4, pause=5.0, longest_pause=40.0, successes=2, probes=1, window=60.0, score=None)


def call_of(runtime: Virtual, model: str = "a/m", **more: Any) -> Call:
    return Call(
        request=CompletionRequest(model=model, messages=(Message.user("hi"),)),
        models=more.pop("models", (model,)),
        model=model,
        runtime=runtime,
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(more.pop("retries", 0)),
        **more,
    )


class Server:
    """The innermost handler: `fails` says what it raises, each try takes `seconds`."""

    def __init__(self, runtime: Virtual, fails: LLMKitError | None = None, seconds: float = 0.0) -> None:
        self.runtime, self.fails, self.seconds = runtime, fails, seconds
        self.models: list[str] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.models.append(call.model)
        self.runtime.advance(self.seconds)
        if self.fails is not None:
            raise self.fails
        return ANSWER


def attempt(breaker: Breaker, server: Server, **more: Any) -> LLMKitError | None:
    try:
        run(compose((breaker,), server)(call_of(server.runtime, **more)))
    except LLMKitError as error:
        return error
    return None


def opened(rules: BreakerRules = RULES) -> tuple[Breaker, Server]:
    """Return a breaker that four failures have just opened."""
    breaker, server = Breaker(rules), Server(Virtual(), ServerError("x", status=500))
    for _ in range(4):
        attempt(breaker, server)
    assert "open" == breaker.state("a/m")
    server.models.clear()
    return breaker, server


def test_it_opens_at_the_failure_rate_but_never_below_the_volume() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))

    for _ in range(3):
        attempt(breaker, server)
    assert "closed" == breaker.state("a/m")
    attempt(breaker, server)

    assert "open" == breaker.state("a/m")


@pytest.mark.parametrize(("good", "state"), [(4, "open"), (5, "closed")])
def test_successes_count_against_the_rate(good: int, state: str) -> None:
    """Four failures in eight are half, in nine less."""
    breaker, server = Breaker(RULES), Server(Virtual())
    for _ in range(good):
        attempt(breaker, server)

    server.fails = ServerError("x", status=500)
    for _ in range(4):
        attempt(breaker, server)

    assert state == breaker.state("a/m")


def test_what_is_older_than_the_window_is_forgotten() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))
    for _ in range(3):
        attempt(breaker, server)
    server.runtime.advance(61)

    attempt(breaker, server)

    assert "closed" == breaker.state("a/m")
    assert 1 == breaker.states(server.runtime.now())[0].calls


def test_the_window_moves_in_steps() -> None:
    """A failure counts for at least eleven twelfths of the window."""
    breaker, server = Breaker(RULES), Server(Virtual(1000.0), ServerError("x", status=500))

    for _ in range(4):
        attempt(breaker, server)
        server.runtime.advance(18)

    assert "open" == breaker.state("a/m")


def test_an_open_circuit_sends_nothing_and_says_when_it_will() -> None:
    breaker, server = opened()
    server.runtime.advance(2)

    error = attempt(breaker, server)

    assert isinstance(error, CircuitOpen)
    assert not error.retryable
    assert pytest.approx(3.0) == error.retry_after
    assert "4 of 4 calls failed" in error.reason
    assert [] == server.models


def test_after_the_pause_good_probes_close_it() -> None:
    breaker, server = opened()
    server.fails = None
    server.runtime.advance(5)

    attempt(breaker, server)
    assert "half_open" == breaker.state("a/m")
    attempt(breaker, server)

    assert "closed" == breaker.state("a/m")
    assert 2 == len(server.models)


def test_a_failed_probe_makes_the_pause_longer_up_to_the_longest() -> None:
    breaker, server = opened()
    waits = []

    for _ in range(5):
        wait = breaker.states(server.runtime.now())[0].retry_after
        waits.append(wait)
        server.runtime.advance(wait)
        attempt(breaker, server)

    assert [5.0, 10.0, 20.0, 40.0, 40.0] == waits


def test_a_long_closed_time_makes_the_pause_short_again() -> None:
    breaker, server = opened()
    for seconds in (5, 10):
        server.runtime.advance(seconds)
        attempt(breaker, server)
    server.fails = None
    server.runtime.advance(20)
    attempt(breaker, server)
    attempt(breaker, server)
    server.runtime.advance(61)

    server.fails = ServerError("x", status=500)
    for _ in range(4):
        attempt(breaker, server)

    assert 5.0 == breaker.states(server.runtime.now())[0].retry_after


def test_only_so_many_probes_are_under_way() -> None:
    breaker, server = opened(structs.replace(RULES, probes=2))
    server.runtime.advance(5)
    now = server.runtime.now()
    place = ("a/m", "complete")

    breaker.admit(place, now)
    breaker.admit(place, now)

    with pytest.raises(CircuitOpen):
        breaker.admit(place, now)


@pytest.mark.parametrize("failure", [BadRequest("x", status=400), RateLimited("x", status=429), MissingKey("a")])
def test_a_probe_that_tells_nothing_gives_its_place_back(failure: LLMKitError) -> None:
    breaker, server = opened()
    server.runtime.advance(5)
    server.fails = failure

    seen = [attempt(breaker, server) for _ in range(3)]

    assert [failure] * 3 == seen
    assert "half_open" == breaker.state("a/m")


def test_a_cancelled_probe_gives_its_place_back() -> None:
    """A reader who hangs up must not leave the deployment unreachable."""
    breaker, server = opened()
    server.runtime.advance(5)

    async def hangs(call: Call) -> CompletionResponse:
        await call.runtime.sleep(1e9)
        return ANSWER

    async def cancelled() -> None:
        work: Callable[[], Any] = lambda: compose((breaker,), hangs)(call_of(server.runtime))  # noqa: E731
        group = server.runtime.group([work, lambda: _after(server.runtime, 1.0)], limit=2)
        await group.next()
        await group.aclose()

    run(cancelled())
    server.fails = None

    assert attempt(breaker, server) is None


async def _after(runtime: Virtual, seconds: float) -> None:
    await runtime.sleep(seconds)


def test_a_probe_that_never_ends_gives_its_place_back_at_its_deadline() -> None:
    """A stream that nobody reads has no end."""
    breaker, server = opened()
    server.runtime.advance(5)
    now = server.runtime.now()
    breaker.admit(("a/m", "complete"), now, lease=now + 30)

    with pytest.raises(CircuitOpen):
        breaker.admit(("a/m", "complete"), now + 29)

    assert breaker.admit(("a/m", "complete"), now + 31)


def test_late_answers_of_before_change_nothing() -> None:
    """Calls that began before it opened say nothing about now."""
    breaker = Breaker(RULES)
    place = ("a/m", "complete")
    early = [breaker.admit(place, 1000.0) for _ in range(9)]
    for permit in early[:4]:
        breaker.record(place, permit, 1001.0, failures=1)
    for permit in early[4:7]:
        breaker.record(place, permit, 1002.0, seconds=2.0)
    for permit in early[7:]:
        breaker.record(place, permit, 1003.0, failures=1)

    (state,) = breaker.states(1003.0)
    assert ("open", 0, 1, 3.0) == (state.state, state.calls, state.openings, state.retry_after)


COUNTED = [
    (ServerError("x", status=500), True),
    (Overloaded("x", status=529), True),
    (ProviderError("x", status=502), True),
    (Timeout("first_event"), True),
    (Timeout("connect"), True),
    (ConnectionFailed("x"), True),
    (StreamInterrupted("x"), True),
    (StreamInterrupted("x", cause=Timeout("idle")), True),
    (StreamInterrupted("x", cause=RateLimited("x", status=200)), False),
    (Timeout("pool"), False),
    (BadRequest("x", status=400), False),
    (ContextLengthExceeded("x", status=400), False),
    (NotFound("x", status=404), False),
    (RateLimited("x", status=429), False),
    (RateLimited("x", status=503), False),
    (QuotaExhausted("x", status=429), False),
    (AuthenticationError("x", status=401), False),
    (PermissionDenied("x", status=403), False),
    (MissingKey("a"), False),
    (TooManyAtOnce("a", limit=1, retry_after=1.0), False),
    (CircuitOpen("a", retry_after=1.0), False),
]


@pytest.mark.parametrize(("failure", "counts"), COUNTED, ids=lambda it: type(it).__name__ if isinstance(it, Exception) else str(it))
def test_only_the_deployments_own_failures_count(failure: LLMKitError, counts: bool) -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), failure)

    for _ in range(4):
        attempt(breaker, server)

    assert counts == is_fault(failure)
    assert ("open" if counts else "closed") == breaker.state("a/m")


def test_tries_that_the_retry_layer_hides_count_too() -> None:
    """Two calls of three tries each are six failures: more than enough."""
    breaker, server = Breaker(RULES), Server(Virtual(), ServerError("x", status=500))

    for _ in range(2):
        with pytest.raises(ServerError):
            run(compose((breaker, Retry()), server)(call_of(server.runtime, retries=2)))

    assert 6 == len(server.models)
    assert "open" == breaker.state("a/m")


@pytest.mark.parametrize(("seconds", "state"), [(3.0, "open"), (1.0, "closed")])
def test_slow_answers_open_it(seconds: float, state: str) -> None:
    breaker = Breaker(BreakerRules(volume=4, slow_seconds=2.0, score=None))
    server = Server(Virtual(), seconds=seconds)

    for _ in range(4):
        attempt(breaker, server)

    assert state == breaker.state("a/m")


def test_our_own_waiting_is_not_the_deployments_slowness() -> None:
    """The layers between wait for a place or a token; the answer says how long the exchange took."""
    breaker, runtime = Breaker(BreakerRules(volume=4, slow_seconds=2.0, score=None)), Virtual()

    async def waits(call: Call) -> CompletionResponse:
        await call.runtime.sleep(100)
        return CompletionResponse(model="m", attempts=(Attempt(provider="a", model="m", seconds=1.0),))

    for _ in range(8):
        run(compose((breaker,), waits)(call_of(runtime)))

    assert "closed" == breaker.state("a/m")
    assert 1.0 == breaker.states(runtime.now())[0].mean_seconds


def test_an_open_circuit_lets_failover_go_on_at_once() -> None:
    breaker, server = opened()
    server.fails = None

    reply = run(compose((Failover(), breaker, Retry()), server)(call_of(server.runtime, models=("a/m", "b/n"), retries=2)))

    assert ANSWER == reply
    assert ["b/n"] == server.models
    assert [] == server.runtime.slept


def test_deployments_operations_and_keys_are_apart() -> None:
    breaker, server = opened()
    server.fails = None

    assert attempt(breaker, server, model="a/other") is None
    assert attempt(breaker, server, operation="embed") is None
    assert attempt(breaker, server, key=1) is None
    assert isinstance(attempt(breaker, server), CircuitOpen)


def test_every_change_is_told_and_a_failing_listener_harms_nobody() -> None:
    changes: list[CircuitChange] = []

    def listener(change: CircuitChange) -> None:
        changes.append(change)
        raise RuntimeError("a fault of the user's")

    breaker, server = Breaker(RULES, on_change=listener), Server(Virtual(), ServerError("x", status=500))
    for _ in range(4):
        assert isinstance(attempt(breaker, server), ServerError)
    server.runtime.advance(5)
    server.fails = None
    attempt(breaker, server)
    attempt(breaker, server)

    assert ["open", "half_open", "closed"] == [change.after for change in changes]


def test_states_tell_the_numbers() -> None:
    breaker, server = Breaker(RULES), Server(Virtual(), seconds=2.0)
    for failure in (None, None, None, ServerError("x", status=500)):
        server.fails = failure
        attempt(breaker, server)

    (state,) = breaker.states(server.runtime.now())

    assert ("a/m", "complete", "closed", 4, 1, 0.25, 2.0) == (
        state.deployment,
        state.operation,
        state.state,
        state.calls,
        state.failures,
        state.failure_rate,
        state.mean_seconds,
    )


def test_an_outlier_among_its_peers_is_ejected() -> None:
    """A third of its calls fail: below the rate, but far from the other deployments of the model."""
    breaker, runtime = Breaker(BreakerRules(pause=60.0)), Virtual()
    good, bad = Server(runtime), Server(runtime)

    for count in range(60):
        attempt(breaker, good, model="b/m")
        bad.fails = ServerError("x", status=500) if count % 3 == 0 else None
        attempt(breaker, bad, model="a/m")
        runtime.advance(0.5)

    assert ("open", "closed") == (breaker.state("a/m"), breaker.state("b/m"))
    assert "elsewhere" in next(state.reason for state in breaker.states(runtime.now()) if state.deployment == "a/m")


@pytest.mark.parametrize(("other", "state"), [("b/m", "open"), ("b/another", "closed")])
def test_a_slow_outlier_is_compared_only_with_the_same_model(other: str, state: str) -> None:
    """A large model is slower than a small one, and well."""
    breaker, runtime = Breaker(BreakerRules(pause=60.0)), Virtual()

    for count in range(70):
        attempt(breaker, Server(runtime, seconds=0.1 + count % 3 * 0.01), model=other)
        attempt(breaker, Server(runtime, seconds=0.4 + count % 3 * 0.01), model="a/m")

    assert state == breaker.state("a/m")


def test_comparison_never_ejects_more_than_half() -> None:
    """When two of three do badly, it is not they who are strange."""
    breaker, now = Breaker(), 1000.0
    places = [(name, "complete") for name in ("a/m", "b/m", "c/m")]
    for place in places:
        for count in range(100):
            bad = count % 5 > 2 and place[0] != "c/m"
            breaker.record(place, breaker.admit(place, now), now, failures=int(bad), seconds=None if bad else 1.0)

    for place in places:
        with suppress(CircuitOpen):
            breaker.admit(place, now + 6)

    assert 1 == sum(1 for state in breaker.states(now + 6) if state.state != "closed")


def test_scores_are_those_of_the_textbook() -> None:
    """Two proportions, 30 of 100 and 10 of 100, pooled: z = 3.5355; Welch's t of means 2 and 1 with variance 1, 50 each: 5."""
    fifty_at = {mean: Sample(50, 0, 0, 50.0 * mean, 49.0 + 50 * mean * mean) for mean in (1, 2)}

    assert pytest.approx(3.5355, abs=1e-4) == failure_score(Sample(100, 30), Sample(100, 10))
    assert pytest.approx(5.0) == latency_score(fifty_at[2], fifty_at[1])
    assert 0.0 == failure_score(Sample(100, 10), Sample(100, 30))


@pytest.mark.parametrize(
    ("name", "value"),
    [("failure_rate", 0.0), ("slow_rate", 1.5), ("window", 0.0), ("probes", 0), ("longest_pause", 1.0)],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ConfigurationError, match=rf"breaker\.{name}"):
        BreakerRules(**{name: value})


def test_names_from_outside_do_not_fill_the_memory() -> None:
    breaker, server = Breaker(RULES), Server(Virtual())

    for count in range(5000):
        attempt(breaker, server, model=f"a/{count}")

    assert 4096 >= len(breaker.states(server.runtime.now()))


def test_peers_are_the_same_model_whatever_the_provider_and_the_key() -> None:
    assert "org/m" == same_model("a/org/m") == same_model("b/org/m#2")


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_a_failing_provider_is_left_alone(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.always(Fault.error("server"))
        client = client_of(fake, layers=[Breaker(RULES)], retries=0)

        kinds = []
        for _ in range(6):
            with pytest.raises(LLMKitError) as caught:
                ask(face, client, "openai/gpt-4.1-mini", "hi")
            kinds.append(type(caught.value))

    assert [ServerError] * 4 + [CircuitOpen] * 2 == kinds
    assert 4 == len(fake.requests)


STREAM_FAULTS = [
    (Fault.cut(after=6), StreamInterrupted, "open"),
    (Fault.error_in_stream("overloaded"), StreamInterrupted, "open"),
    (Fault.error_in_stream("rate_limited"), StreamInterrupted, "closed"),
]


@pytest.mark.parametrize(("fault", "kind", "state"), STREAM_FAULTS, ids=["cut", "overloaded", "rate limit"])
@pytest.mark.parametrize("face", FACES[2:])
def test_a_stream_counts_by_its_end(face: str, fault: Fault, kind: type[LLMKitError], state: str) -> None:
    """A stream that opens well and breaks is a failure."""
    breaker = Breaker(RULES)
    with FakeProvider("openai_chat") as fake:
        fake.always(fault)
        for _ in range(4):
            with pytest.raises(kind):
                ask(face, client_of(fake, layers=[breaker]), "openai/gpt-4.1-mini", "hi")

    assert state == breaker.state("openai/gpt-4.1-mini")


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_success_is_counted_once(face: str) -> None:
    breaker = Breaker(RULES)
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello there"))
        ask(face, client_of(fake, layers=[breaker]), "openai/gpt-4.1-mini", "hi")

    (state,) = breaker.states()
    assert (1, 0) == (state.calls, state.failures)
    assert 0 <= state.mean_seconds < 5


def test_a_stream_that_ends_twice_counts_once() -> None:
    """One that was cut and taken up again has two ends."""
    breaker, runtime, watchers = Breaker(RULES), Virtual(), []

    class Core:
        watch = watchers.append

    async def streams(call: Call) -> Any:
        return Core()

    run(compose((breaker,), streams)(call_of(runtime, stream=True)))
    run(watchers[0].end(ANSWER, StreamInterrupted("x"), False))
    run(watchers[0].end(ANSWER, None, True))

    assert (1, 1) == (breaker.states(runtime.now())[0].calls, breaker.states(runtime.now())[0].failures)


def test_a_reader_who_goes_away_is_no_failure() -> None:
    breaker = Breaker(RULES)
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="Hello there"))
        with LLMKit(**client_of(fake, layers=[breaker])) as kit, kit.stream("openai/gpt-4.1-mini", "hi") as stream:
            next(stream)

        async def leave() -> None:
            async with AsyncLLMKit(**client_of(fake, layers=[breaker])) as kit, kit.stream("openai/gpt-4.1-mini", "hi") as stream:
                await anext(aiter(stream))

        asyncio.run(leave())

    assert (2, 0) == (breaker.states()[0].calls, breaker.states()[0].failures)


MACHINE = BreakerRules(volume=3, window=12.0, buckets=12, pause=2.0, longest_pause=8.0, probes=2, successes=2, lease=30.0, score=None)
PLACE = ("a/m", "complete")


class BreakerMachine(RuleBasedStateMachine):
    """Against a model that keeps every outcome: the state, who is admitted, and never more probes than allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(MACHINE)
        self.now = 1000.0
        self.under_way: list[tuple[Any, str, int]] = []
        self.outcomes: list[tuple[int, bool]] = []
        self.state, self.until, self.openings, self.good, self.era = "closed", 0.0, 0, 0, 0
        self.closed_at = float("-inf")

    def probes(self) -> int:
        return sum(1 for _, kind, era in self.under_way if kind == "probe" and era == self.era)

    @rule(seconds=some.sampled_from([0.25, 1.0, 3.0, 13.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.under_way = [it for it in self.under_way if it[0][1] > self.now]

    @rule()
    def ask(self) -> None:
        if self.state == "open" and self.now >= self.until:
            self.state, self.good = "half_open", 0
        admitted = self.state == "closed" or (self.state == "half_open" and self.probes() < MACHINE.probes)
        try:
            permit = self.breaker.admit(PLACE, self.now, self.now + 30)
        except CircuitOpen as error:
            assert not admitted
            assert error.retry_after is not None and error.retry_after <= MACHINE.longest_pause
            return
        assert admitted
        kind = "probe" if self.state == "half_open" else "call"
        self.under_way.append(((permit, self.now + 30), kind, self.era))

    @rule(which=some.integers(0, 5), outcome=some.sampled_from(["good", "bad", "bad", "nothing"]))
    def answer(self, which: int, outcome: str) -> None:
        if not self.under_way:
            return
        (permit, _), kind, era = self.under_way.pop(which % len(self.under_way))
        self.breaker.record(PLACE, permit, self.now, failures=int(outcome == "bad"), seconds=1.0 if outcome == "good" else None)
        if era != self.era or outcome == "nothing":
            return
        if kind == "probe":
            self.good += outcome == "good"
            if outcome == "bad":
                self.opens()
            elif self.good == MACHINE.successes:
                self.state, self.closed_at, self.outcomes = "closed", self.now, []
                self.era += 1
            return
        self.outcomes.append((int(self.now), outcome == "bad"))
        recent = [bad for when, bad in self.outcomes if when > int(self.now) - 12]
        if outcome == "bad" and len(recent) >= 3 and sum(recent) * 2 >= len(recent):
            self.opens()

    def opens(self) -> None:
        self.openings = self.openings + 1 if self.state != "closed" or self.now - self.closed_at <= 12 else 1
        self.state, self.until, self.outcomes = "open", self.now + min(2.0 * 2 ** (self.openings - 1), 8.0), []
        self.era += 1

    @invariant()
    def agrees(self) -> None:
        assert self.state == self.breaker.state("a/m")


BreakerMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestBreakerMachine = BreakerMachine.TestCase
