"""Limits that many processes share: the same decisions as in memory, exact over processes, and a choice where the server is away."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmkit import LLMKit
from llmkit.errors import ConfigurationError, LocalRateLimited, StoreUnavailable
from llmkit.limits.limit import Limit
from llmkit.limits.rate import Charge, Rate, Refusal
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.stores.memory import MemoryRates
from llmkit.stores.redis import Server
from llmkit.stores.redis_rates import RedisRates
from llmkit.testing import Answer, FakeProvider
from tests.faces import DIALECTS, client_of

NOW = 10**15
MINUTE = 60 * 10**9
slow = st.builds(Rate.of, st.integers(1, 3), st.sampled_from([86400.0 * 366, 86400.0 * 365]), st.integers(1, 30))


@pytest.fixture
def store(redis_url: str, request: pytest.FixtureRequest) -> RedisRates:
    return RedisRates(Server(redis_url, prefix=request.node.name, timeout=20))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rate=slow)
def test_the_server_decides_as_memory_does(store: RedisRates, data: st.DataObject, rate: Rate) -> None:
    """Taking, giving back and debts in any order, at rates so slow that the time between two commands does not count."""
    store.server.client().flushall()
    memory, open_calls = MemoryRates(), []
    for units in data.draw(st.lists(st.integers(1, 12), max_size=12)):
        charges = [Charge.of(("a",), rate, units), Charge.of(("b",), Rate.of(1, 86400.0 * 300, 25), 1)]
        expected, found = memory.take(charges, "p", NOW), store.take(charges, "p", NOW)

        assert isinstance(expected, Refusal) == isinstance(found, Refusal)
        if isinstance(expected, Refusal) and isinstance(found, Refusal):
            assert expected.place == found.place
            assert (expected.wait is None) == (found.wait is None)
            assert expected.wait is None or found.wait is None or abs(expected.wait - found.wait) < MINUTE
        elif not isinstance(expected, Refusal) and not isinstance(found, Refusal):
            open_calls.append((charges[0], expected[0], found[0]))
        if open_calls and data.draw(st.booleans()):
            charge, here, there = open_calls.pop(data.draw(st.integers(0, len(open_calls) - 1)))
            used = data.draw(st.integers(0, 15))
            memory.settle(charge, here, used, NOW)
            store.settle(charge, there, used, NOW)


def test_the_rate_holds_while_time_passes(store: RedisRates) -> None:
    """Asked as fast as it goes, it lets through the burst and what the time since then allows: no more, and not much less."""
    rate, admitted, waits = Rate.of(2000, 1.0, 5), 0, []
    begun = time.monotonic()
    for _ in range(600):
        answer = store.take([Charge.of(("r",), rate, 1)], "p", NOW)
        if isinstance(answer, Refusal):
            waits.append(answer.wait)
        else:
            admitted += 1
    seconds = time.monotonic() - begun

    assert 5 <= admitted <= 5 + seconds * 2000
    assert all(wait is not None and 0 < wait <= 500_000 for wait in waits)


def test_eight_processes_share_one_limit_to_the_last_request(store: RedisRates) -> None:
    """1 an hour with a burst of 200: eight processes ask for 50 each, and exactly 200 are let through."""
    charge = Charge.of(("r",), Rate.of(1, 3600.0, 200), 1)
    store.server.client().ping()  # a connection that the processes must not share
    reading, writing = os.pipe()

    children = []
    for _ in range(8):
        if (child := os.fork()) == 0:
            _ask_fifty_times(store, charge, writing)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as told:
        assert 200 == sum(int(line) for line in told)


def test_a_pause_is_shared_and_a_longer_one_stays(store: RedisRates, redis_url: str) -> None:
    other = RedisRates(Server(redis_url, prefix=store.server.prefix))
    charge = Charge.of(("r",), Rate.of(100, 1.0), 1)

    store.pause("m", NOW + 2 * MINUTE, NOW)
    store.pause("m", NOW + MINUTE, NOW)
    answer = other.take([charge], "m", NOW)

    assert isinstance(answer, Refusal)
    assert -1 == answer.place
    assert answer.wait is not None
    assert 1.9 * MINUTE < answer.wait <= 2 * MINUTE
    assert not isinstance(other.take([charge], "other", NOW), Refusal)


def test_a_bucket_does_not_stay_on_the_server_when_it_is_empty_again(store: RedisRates) -> None:
    store.take([Charge.of(("r",), Rate.of(1, 10.0, 3), 1)], "p", NOW)

    (key,) = store.server.client().keys(f"{{{store.server.prefix}}}*")

    assert 10_000 < store.server.client().pttl(key) <= 13_000


def test_what_has_run_out_of_the_bucket_is_not_given_back(store: RedisRates) -> None:
    """The second call took the whole burst; the first call's estimate had run out by then, and giving it back would make it two."""
    charge = Charge.of(("r",), Rate.of(1, 1000.0, 10), 10)
    first = store.take([charge], "p", NOW)
    (key,) = store.server.client().keys(f"{{{store.server.prefix}}}*")
    store.server.client().hincrby(key, "at", -20_000 * 10**6)
    assert not isinstance(first, Refusal)
    assert not isinstance(store.take([charge], "p", NOW), Refusal)

    store.settle(charge, first[0], 0, NOW)

    assert isinstance(store.take([Charge.of(("r",), charge.rate, 1)], "p", NOW), Refusal)


def test_a_receipt_of_a_forgotten_bucket_gives_nothing_back(store: RedisRates) -> None:
    rate = Rate.of(1, 1000.0, 10)
    half, whole = Charge.of(("r",), rate, 5), Charge.of(("r",), rate, 10)
    taken = store.take([half], "p", NOW)
    store.server.client().flushall()
    assert not isinstance(taken, Refusal)
    assert not isinstance(store.take([whole], "p", NOW), Refusal)

    store.settle(half, taken[0], 0, NOW)

    assert isinstance(store.take([Charge.of(("r",), rate, 1)], "p", NOW), Refusal)


@pytest.mark.parametrize(
    "rate",
    [
        Rate.of(10**8, 86400.0),
        Rate.of(12_345_677, 60.0),
        Rate.of(123_456_789, 86400.0),
        Rate.of(7, 100 * 86400.0, 123_456_789),
        Rate.of(1, 366 * 86400.0, 10**9),
        Rate.of(10**15, 1.0),
    ],
)
def test_large_figures_stay_exact_in_doubles(store: RedisRates, rate: Rate) -> None:
    """Lua counts in doubles: the last unit of a burst goes, and not one more."""
    whole = Charge.of(("r",), rate, rate.burst - 1)

    assert not isinstance(store.take([whole], "p", NOW), Refusal)
    if rate.amount * 10**9 < rate.per:  # slow enough that nothing comes in while we ask
        assert not isinstance(store.take([Charge.of(("r",), rate, 1)], "p", NOW), Refusal)
        assert isinstance(store.take([Charge.of(("r",), rate, 1)], "p", NOW), Refusal)
    assert Refusal(0, None) == store.take([Charge.of(("r",), rate, rate.burst + 1)], "p", NOW)


@pytest.mark.parametrize("face", ["sync", "async"])
def test_two_clients_share_their_limit(store: RedisRates, face: str, redis_url: str) -> None:
    from tests.faces import ask

    limits = (Limit(requests=1, per=3600.0),)
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="yes"))
        _, model = DIALECTS[fake.dialect]
        first = RateLimit(limits=limits, store=store)
        second = RateLimit(limits=limits, store=RedisRates(Server(redis_url, prefix=store.server.prefix)))
        ask(face, client_of(fake, layers=[first]), model, "hi")

        with pytest.raises(LocalRateLimited):
            ask(face, client_of(fake, layers=[second]), model, "hi")


def _ask_fifty_times(store: RedisRates, charge: Charge, writing: int) -> None:
    """In a process of its own: say how many were let through, and end."""
    try:
        admitted = sum([not isinstance(store.take([charge], "p", 0), Refusal) for _ in range(50)])
        os.write(writing, f"{admitted}\n".encode())
    finally:
        os._exit(0)


# --- without a server --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("away", ["open", "closed"])
def test_a_server_that_is_away_is_gone_around_or_closes_the_layer(away: Any, tmp_path: Any) -> None:
    pytest.importorskip("redis", reason="NOT TESTED: the package redis is not installed (the extra [redis])")
    store = RedisRates(f"unix://{tmp_path}/nobody?password=hush-hush")
    layer = RateLimit(limits=(Limit(requests=1, per=3600.0),), store=store, away=away)
    with FakeProvider("openai_chat") as fake, LLMKit(**client_of(fake, layers=[layer])) as kit:
        fake.always(Answer(text="yes"))
        _, model = DIALECTS[fake.dialect]
        if away == "open":
            assert ["yes", "yes"] == [kit.complete(model, "hi").text for _ in range(2)]
        else:
            with pytest.raises(StoreUnavailable) as caught:
                kit.complete(model, "hi")
            assert "hush" not in str(caught.value) + repr(caught.value.__cause__) + repr(store.server)
            assert [] == fake.requests


def test_an_address_that_is_no_redis_is_refused_where_it_is_written() -> None:
    with pytest.raises(ConfigurationError, match="redis://"):
        Server("http://localhost")


def test_a_server_is_never_shown_with_its_password() -> None:
    assert "hush" not in repr(Server("redis://:hush-hush@localhost:6379/0"))
