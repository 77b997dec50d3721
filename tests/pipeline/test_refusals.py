"""What retry does when a layer inside lets a try not through: nothing again, another key where it may help, and the true failure told."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from llmkit.core import Core
from llmkit.errors import CircuitOpen, LLMKitError, LocalRateLimited, RateLimited, ServerError, StoreUnavailable, TooManyAtOnce
from llmkit.limits.limit import Limit
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.circuit import BreakerRules
from llmkit.pipeline.concurrency import Concurrency
from llmkit.pipeline.key_rotation import KeyRotation
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of
from tests.pipeline.doors import Doors
from tests.pipeline.test_retry_matrix import Server, play

MODEL = "openai/gpt-4.1-mini"
ONE, TWO = "sk-one-1111", "sk-two-2222"
RULES = BreakerRules(volume=4, pause=5.0, score=None)
REFUSALS: list[LLMKitError] = [
    CircuitOpen("a/m", retry_after=0.1),
    LocalRateLimited("1 request", retry_after=0.1),
    TooManyAtOnce("a/m", limit=1, retry_after=0.1),
    StoreUnavailable("Redis", "ConnectionError"),
]


def core_of(doors: Doors, *layers: Any, keys: tuple[str, ...] = (ONE, TWO), **more: Any) -> Core:
    return Core(Virtual(), lambda settings: doors, {"keys": {"openai": list(keys)}, "transport": doors, "layers": layers, **more})


def say(core: Core, **options: Any) -> Any:
    return run(core.complete(MODEL, "hi", {"dialect": "openai_chat", **options}))


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda it: type(it).__name__)
@pytest.mark.parametrize("before", [[], [ServerError("x", status=500)]], ids=["first", "after a failure"])
def test_a_refusal_of_our_own_is_not_asked_for_again(refusal: LLMKitError, before: list[LLMKitError]) -> None:
    """It would be refused again; and what the caller must know is what the provider said, where it said something."""
    server = Server(*before, refusal)

    with pytest.raises(type(before[0] if before else refusal)) as caught:
        play(server, models=("a/m",), retries=5)

    assert len(before) + 1 == len(server.asked)
    assert [*["ServerError"] * len(before), type(refusal).__name__] == [attempt.error for attempt in caught.value.attempts]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda it: type(it).__name__)
def test_the_next_model_is_asked_after_a_refusal(refusal: LLMKitError) -> None:
    server = Server(refusal)

    play(server)

    assert [("a/m", 0), ("b/n", 0)] == server.asked


@pytest.mark.parametrize(("refusal", "helps"), [*[(refusal, True) for refusal in REFUSALS[:3]], (REFUSALS[3], False)])
def test_another_key_is_asked_where_it_may_be_let_through(refusal: LLMKitError, helps: bool) -> None:
    """Without waiting, and without costing a try: nothing was sent."""
    server = Server(refusal)

    if helps:
        play(server, models=("a/m",), keys=3, retries=0)
    else:
        with pytest.raises(type(refusal)):
            play(server, models=("a/m",), keys=3, retries=0)

    assert [("a/m", 0), ("a/m", 1)][: 1 + helps] == server.asked
    assert [] == server.runtime.slept


def test_each_key_is_refused_once() -> None:
    server = Server(*[TooManyAtOnce("a/m", limit=1, retry_after=0.1) for _ in range(99)])

    with pytest.raises(TooManyAtOnce):
        play(server, models=("a/m",), keys=3, retries=9)

    assert [0, 1, 2] == [key for _, key in server.asked]


def test_a_key_that_was_let_through_is_waited_for_after_the_others_were_not() -> None:
    """The first is too fast, the second refused by us: the first again, as soon as it may."""
    server = Server(RateLimited("x", status=429, retry_after=3.0), CircuitOpen("a/m#1", retry_after=60.0))

    play(server, models=("a/m",), keys=2, retries=1)

    assert [0, 1, 0] == [key for _, key in server.asked]
    assert [3.0] == server.runtime.slept


def test_one_keys_circuit_says_nothing_of_the_other() -> None:
    """The first key's account is broken at the provider: the calls go on with the second, at once and without asking the first."""
    breaker = Breaker(RULES)
    doors = Doors({ONE: (500, {"Retry-After": "0.1"})})
    core = core_of(doors, breaker, retries=3)
    for _ in range(2):
        with pytest.raises(ServerError):
            say(core, timeout=0.05)  # no time for a second try: one with each key would hide what is to be seen
        say(core, timeout=0.05)
    doors.keys.clear()

    for _ in range(4):
        with suppress(ServerError):
            say(core)

    assert "open" == breaker.state(MODEL)
    assert "closed" == breaker.state(f"{MODEL}#1")
    assert 2 == doors.keys.count(ONE)


def test_a_key_whose_circuit_is_open_rests_so_that_calls_begin_elsewhere() -> None:
    """Each would be refused first, and its attempts be full of refusals."""
    runtime = Virtual()
    rotation = KeyRotation({"a": 2}, lambda provider, place: str(place))
    server = Server(CircuitOpen("a/m", retry_after=30.0))
    server.runtime = runtime

    for _ in range(5):
        play(server, models=("a/m",), keys=2, rotation=rotation)
    runtime.advance(31)
    for _ in range(2):
        play(server, models=("a/m",), keys=2, rotation=rotation)

    assert [0, 1, 1, 1, 1, 1] == [key for _, key in server.asked][:6]
    assert 0 in [key for _, key in server.asked][6:]


def test_a_limit_by_provider_key_counts_each_key_apart() -> None:
    layer = RateLimit(limits=(Limit(requests=2, per=1000.0, by=("provider_key",)),))
    doors = Doors()
    core = core_of(doors, layer)

    for _ in range(4):
        say(core)
    with pytest.raises(LocalRateLimited, match="provider_key"):
        say(core)

    assert [ONE, TWO, ONE, TWO] == doors.keys


def test_a_key_whose_own_limit_is_used_up_leaves_the_call_to_the_other() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=1000.0, where={"provider_key": "openai#0"}),))
    doors = Doors()
    core = core_of(doors, layer)

    reply = [say(core) for _ in range(3)][-1]

    assert [ONE, TWO, TWO] == doors.keys
    assert [("LocalRateLimited", 0), (None, 1)] == [(attempt.error, attempt.key) for attempt in reply.attempts]


def test_what_headers_announce_is_learnt_of_each_key_apart() -> None:
    """The first key has nothing left for ten minutes; the second is not held up by that."""
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "10m0s"}
    doors = Doors({ONE: (200, headers)})
    core = core_of(doors, RateLimit())

    for _ in range(4):
        say(core)

    assert [ONE, TWO, TWO, TWO] == doors.keys


def test_a_pause_of_one_key_holds_up_no_other() -> None:
    doors = Doors({ONE: (429, {"Retry-After": "40"})})
    core = core_of(doors, RateLimit(), retries=0)
    with pytest.raises(RateLimited):
        say(core)

    for _ in range(2):
        say(core)

    assert [ONE, TWO, TWO] == doors.keys


def test_a_place_is_counted_for_each_key_apart() -> None:
    layer = Concurrency(1)
    doors = Doors()
    core = core_of(doors, layer)

    for _ in range(2):
        say(core)

    assert {MODEL, f"{MODEL}#1"} == {state.deployment for state in layer.states()}


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_a_try_that_the_limit_refuses_leaves_the_providers_failure(face: str) -> None:
    layer = RateLimit(limits=(Limit(requests=2, per=3600.0),))
    with FakeProvider("openai_chat") as fake:
        fake.always(Fault.error("server", headers={"retry-after": "0.001"}))

        with pytest.raises(ServerError) as caught:
            ask(face, client_of(fake, layers=[layer], retries=5), DIALECTS[fake.dialect][1], "hi")

        assert 2 == len(fake.requests)
    assert ["ServerError", "ServerError", "LocalRateLimited"] == [attempt.error for attempt in caught.value.attempts]


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_a_try_after_retry_after_is_let_through(face: str) -> None:
    """The pause that the answer began ends just when the next try comes: a rounding of the clock must not refuse it."""
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("rate_limited", headers={"retry-after-ms": "3"}), Answer(text="Hello."))

        reply = ask(face, client_of(fake, layers=[RateLimit()]), DIALECTS[fake.dialect][1], "hi")

    assert ["RateLimited", None] == [attempt.error for attempt in reply.attempts]
