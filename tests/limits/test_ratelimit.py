"""The layer: through all faces against a real server, and its waiting under a clock that jumps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from llmkit import CompletionRequest, CompletionResponse, LLMKit, Message, Timeouts
from llmkit.errors import LocalRateLimited, MissingKey, RateLimited, ServerError, StoreUnavailable
from llmkit.limits.limit import Limit
from llmkit.limits.rate import Charge
from llmkit.pipeline.call import Budget, Call, Scope, compose
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.stores.memory import MemoryRates
from llmkit.testing import Answer, FakeProvider, Fault
from llmkit.types.rate_state import RateState
from llmkit.types.usage import Usage
from tests.faces import DIALECTS, FACES, ask, client_of

ANSWER = CompletionResponse(model="m")


# --- through the client ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", FACES)
def test_no_request_beyond_the_limit_reaches_the_provider(face: str) -> None:
    layer = RateLimit(limits=(Limit(requests=2, per=3600.0),))
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="yes"))
        client = client_of(fake, layers=[layer])
        _, model = DIALECTS[fake.dialect]
        ask(face, client, model, "one")
        ask(face, client, model, "two")

        with pytest.raises(LocalRateLimited) as caught:
            ask(face, client, model, "three")

        assert 2 == len(fake.requests)
        assert caught.value.retry_after == pytest.approx(1800, abs=60)
        assert "2 requests per 3600 s by model" in str(caught.value)


@pytest.mark.parametrize("face", FACES)
def test_real_usage_replaces_the_estimate(face: str) -> None:
    """Of 2,000 tokens the first call reserves over 1,500 and uses 15: the second has room. It goes for the end of a stream too."""
    layer = RateLimit(limits=(Limit(tokens=2000, per=3600.0),))
    with FakeProvider("anthropic") as fake:
        fake.add(Answer(text="yes", usage=(10, 5)), Answer(text="yes", usage=(10, 1900)))
        client = client_of(fake, layers=[layer])
        _, model = DIALECTS[fake.dialect]
        ask(face, client, model, "hi", max_tokens=1500)
        ask(face, client, model, "hi", max_tokens=1500)

        with pytest.raises(LocalRateLimited, match="2000 tokens"):
            ask(face, client, model, "hi", max_tokens=200)


@pytest.mark.parametrize("face", FACES)
def test_a_call_larger_than_the_burst_is_told_that_waiting_does_not_help(face: str) -> None:
    layer = RateLimit(limits=(Limit(tokens=100),), wait=True)
    with FakeProvider("openai_chat") as fake:
        client = client_of(fake, layers=[layer])

        with pytest.raises(LocalRateLimited, match="Lower max_tokens") as caught:
            ask(face, client, DIALECTS[fake.dialect][1], "hi", max_tokens=500)

        assert caught.value.retry_after is None
        assert [] == fake.requests


@pytest.mark.parametrize("face", FACES)
def test_retry_after_stops_the_calls_of_everybody(face: str) -> None:
    layer = RateLimit()
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.rate_limited(retry_after=500))
        client = client_of(fake, layers=[layer], retries=0)
        _, model = DIALECTS[fake.dialect]
        with pytest.raises(RateLimited):
            ask(face, client, model, "hi", tenant="a")

        with pytest.raises(LocalRateLimited) as caught:
            ask(face, client, model, "hi", tenant="b")

        assert 1 == len(fake.requests)
        assert caught.value.retry_after == pytest.approx(500, abs=60)


@pytest.mark.parametrize("face", FACES)
def test_headers_that_say_nothing_is_left_are_believed(face: str) -> None:
    layer = RateLimit()
    headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "10m0s"}
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="yes", headers=headers))
        client = client_of(fake, layers=[layer])
        _, model = DIALECTS[fake.dialect]
        ask(face, client, model, "one")
        fake.always(Answer(text="yes", headers={**headers, "x-ratelimit-remaining-requests": "0"}))
        ask(face, client, model, "two")

        with pytest.raises(LocalRateLimited, match="the provider"):
            ask(face, client, model, "three")

        assert 2 == len(fake.requests)


def test_every_try_is_counted() -> None:
    """The retry layer stands before the limit: each try passes it."""
    layer = RateLimit(limits=(Limit(requests=3, per=3600.0),))
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error(status=500, headers={"retry-after": "0.001"}), Answer(text="yes"), Answer(text="yes"))
        client = client_of(fake, layers=[layer])
        _, model = DIALECTS[fake.dialect]
        ask("sync", client, model, "one")
        ask("sync", client, model, "two")

        with pytest.raises(LocalRateLimited):
            ask("sync", client, model, "three")

        assert 3 == len(fake.requests)


def test_a_call_that_was_never_sent_costs_nothing() -> None:
    layer = RateLimit(limits=(Limit(requests=1, tokens=5000, per=3600.0, by=()),))
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="yes"))
        with LLMKit(**client_of(fake, layers=[layer])) as kit:
            with pytest.raises(MissingKey):
                kit.complete("groq/llama-3.3-70b-versatile", "hi")
            kit.complete(DIALECTS[fake.dialect][1], "hi")

        assert 1 == len(fake.requests)


def test_a_failure_of_the_provider_costs_its_request_but_no_tokens() -> None:
    layer = RateLimit(limits=(Limit(requests=2, tokens=2000, per=3600.0),))
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error(status=500), Answer(text="yes"))
        client = client_of(fake, layers=[layer], retries=0)
        _, model = DIALECTS[fake.dialect]
        with pytest.raises(ServerError):
            ask("sync", client, model, "one", max_tokens=1900)
        ask("sync", client, model, "two", max_tokens=1900)

        with pytest.raises(LocalRateLimited, match="2 requests"):
            ask("sync", client, model, "three", max_tokens=10)


@pytest.mark.parametrize(("how", "fits"), [("quick", 2), ("close", 3)])
def test_tokens_can_be_counted_quickly_or_closely(how: Any, fits: int) -> None:
    """A quick count is higher: it lets through less at first, and what was too much is given back by the answer."""
    layer, words = RateLimit(limits=(Limit(tokens=1000, per=3600.0),), count=how), "The quick brown fox jumps over the lazy dog. " * 20
    server = Server(Virtual())
    request = CompletionRequest(model="a/m", messages=(Message.user(words),), max_tokens=50)

    found = []
    for _ in range(4):
        call = msgspec.structs.replace(call_of(server.runtime), request=request)
        found.append(run(outcome(layer, server, call)))

    assert fits == sum(reply is ANSWER for reply in found)


# --- under the virtual clock -------------------------------------------------------------------------------------------


class Server:
    """The innermost handler: notes when each call came, takes `seconds`, and tells `usage`."""

    def __init__(self, runtime: Virtual, *, seconds: float = 0.0, usage: int | None = None, hears: RateState | None = None) -> None:
        self.runtime, self.seconds, self.hears = runtime, seconds, hears
        self.answer = ANSWER if usage is None else ANSWER.replace(usage=Usage(uncached=usage))
        self.came: list[tuple[str, float]] = []

    async def __call__(self, call: Call) -> CompletionResponse:
        self.came.append((call.scope.tenant, round(call.runtime.now() - 1000.0, 3)))
        if self.seconds:
            await call.runtime.sleep(self.seconds)
        if call.hear is not None:
            call.hear(self.hears, None)
        return self.answer


def call_of(runtime: Virtual, tenant: str = "", *, total: float | None = 600.0, max_tokens: int | None = None) -> Call:
    return Call(
        request=CompletionRequest(model="a/m", messages=(Message.user("hi"),), max_tokens=max_tokens),
        models=("a/m",),
        model="a/m",
        runtime=runtime,
        timeouts=Timeouts(total=total),
        deadline=None if total is None else runtime.now() + total,
        budget=Budget(0),
        scope=Scope(tenant=tenant),
    )


async def outcome(layer: RateLimit, server: Server, call: Call) -> object:
    try:
        return await compose((layer,), server)(call)
    except LocalRateLimited as error:
        return error


def starts(layer: RateLimit, server: Server, tenants: str, **options: Any) -> list[Callable[[], Any]]:
    async def one(tenant: str, delay: float) -> object:
        await server.runtime.sleep(delay)
        return await outcome(layer, server, call_of(server.runtime, tenant, **options))

    return [partial(one, tenant, number * 0.001) for number, tenant in enumerate(tenants)]


def play(layer: RateLimit, server: Server, tenants: str, **options: Any) -> list[object]:
    return run(server.runtime.gather(starts(layer, server, tenants, **options), limit=100))


def test_waiters_go_at_the_rate_and_in_the_order_in_which_they_came() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=1.0),), wait=True)
    server = Server(Virtual())

    play(layer, server, "abcdef")

    assert list("abcdef") == [tenant for tenant, _ in server.came]
    assert [0, 1, 2, 3, 4, 5] == [pytest.approx(when, abs=0.05) for _, when in server.came]
    assert not layer.lines


def test_whoever_waits_for_his_own_limit_holds_up_nobody_else() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=100.0, by=("tenant",)), Limit(requests=50, per=1.0)), wait=True)
    server = Server(Virtual())

    play(layer, server, "aabc")

    assert ["a", "b", "c", "a"] == [tenant for tenant, _ in server.came]
    assert server.came[2][1] < 1


def test_a_small_call_does_not_overtake_a_large_one_that_waits() -> None:
    layer = RateLimit(limits=(Limit(tokens=1000, per=100.0, by=()),), wait=True)
    server = Server(Virtual())

    async def one(tenant: str, delay: float, size: int) -> None:
        await server.runtime.sleep(delay)
        await compose((layer,), server)(call_of(server.runtime, tenant, max_tokens=size))

    run(server.runtime.gather([partial(one, "a", 0.0, 900), partial(one, "large", 1.0, 900), partial(one, "small", 2.0, 1)], limit=9))

    assert ["a", "large", "small"] == [tenant for tenant, _ in server.came]


def test_nobody_overtakes_those_who_wait_by_not_waiting() -> None:
    lines_of = RateLimit(limits=(Limit(requests=1, per=10.0),), wait=True)
    hasty = RateLimit(
        limits=lines_of.limits, store=lines_of.store, lines=lines_of.lines, announced=lines_of.announced, plans=lines_of.plans
    )
    server = Server(Virtual())

    async def late() -> object:
        await server.runtime.sleep(5.0)
        try:
            return await compose((hasty,), server)(call_of(server.runtime, "late"))
        except LocalRateLimited as error:
            return error.retry_after

    found = run(server.runtime.gather([*starts(lines_of, server, "ab"), late], limit=9))

    assert found[2] == pytest.approx(5.0, abs=0.1)
    assert ["a", "b"] == [tenant for tenant, _ in server.came]


def test_nobody_waits_past_the_deadline() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=10.0),), wait=True)
    server = Server(Virtual())

    found = play(layer, server, "abc", total=15.0)

    assert isinstance(found[2], LocalRateLimited)
    assert ["a", "b"] == [tenant for tenant, _ in server.came]
    assert server.runtime.now() < 1000 + 16
    assert not layer.lines


def test_hierarchical_limits_hold_together() -> None:
    """Two tenants of 3 each under a common limit of 4: what the common limit refuses costs the tenant nothing."""
    layer = RateLimit(limits=(Limit(requests=3, per=1000.0, by=("tenant",)), Limit(requests=4, per=100.0, by=("provider",))))
    server = Server(Virtual())

    found = play(layer, server, "aaaabb")
    server.runtime.advance(100)
    play(layer, server, "b")

    assert ["a", "a", "a", "b", "b"] == [tenant for tenant, _ in server.came]
    assert [False, False, False, True, False, True] == [isinstance(item, LocalRateLimited) for item in found]


def test_a_limit_applies_only_where_it_says() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=100.0, where={"model": "b/*"}), Limit(requests=2, per=100.0, where={"tenant": "x"})))
    server = Server(Virtual())

    found = play(layer, server, "yyyyxxx")

    assert 1 == sum(isinstance(item, LocalRateLimited) for item in found)


def test_an_answer_that_says_nothing_is_left_holds_until_the_time_it_names() -> None:
    layer = RateLimit()
    server = Server(Virtual(), hears=RateState(requests_left=0, requests_reset_seconds=60.0))
    play(layer, server, "a")

    refused = play(layer, server, "b")[0]
    server.runtime.advance(60)
    later = play(layer, server, "b")[0]

    assert isinstance(refused, LocalRateLimited)
    assert ANSWER == later


def test_what_a_limit_of_ours_refuses_takes_nothing_of_what_the_provider_left() -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=1000.0, by=("tenant",)),))
    server = Server(Virtual(), hears=RateState(requests_left=1, requests_reset_seconds=60.0))
    play(layer, server, "a")

    found = play(layer, server, "aaab")

    assert [True, True, True, False] == [isinstance(item, LocalRateLimited) for item in found]


@pytest.mark.parametrize(("early", "lets"), [(0.01, True), (1.0, False)])
def test_the_last_moment_of_a_providers_pause_is_waited_out(early: float, lets: bool) -> None:
    """A try that comes just as Retry-After ends must not fail for a rounding; who comes long before is told when to come."""
    layer, server = RateLimit(), Server(Virtual())
    layer.store.pause("pause a/m", 1005 * 10**9, 1000 * 10**9)
    server.runtime.advance(5.0 - early)

    (found,) = play(layer, server, "a")

    assert lets == (found is ANSWER)
    assert server.runtime.now() == pytest.approx(1005.0 if lets else 1005.0 - early, abs=0.001)


@pytest.mark.parametrize(("heard", "requests"), [(["no", "yes"], 2), (["yes", "yes", "yes"], 1), (["no", "no", "yes"], 3), (["no"], 1)])
def test_a_try_that_asks_again_in_another_way_counts_each_time(heard: list[str], requests: int) -> None:
    """What follows a refusal inside one try was sent anew; what follows an answer only asks how far a job is."""
    layer = RateLimit(limits=(Limit(requests=9, per=1e6),))
    server = Server(Virtual())

    async def exchange(call: Call) -> CompletionResponse:
        assert call.hear is not None
        for word in heard:
            call.hear(None, ServerError("x", status=500) if word == "no" else None)
        return ANSWER

    run(compose((layer,), exchange)(call_of(server.runtime)))

    assert 9 - requests == sum(found is ANSWER for found in play(layer, server, "abcdefghi"))


@pytest.mark.parametrize("away", ["open", "closed"])
def test_a_store_that_is_away_lets_all_through_or_none(away: Any) -> None:
    layer = RateLimit(limits=(Limit(requests=1, per=100.0),), store=Away(), away=away)
    server = Server(Virtual())
    handler = compose((layer,), server)

    if away == "open":
        assert ANSWER == run(handler(call_of(server.runtime)))
        assert ANSWER == run(handler(call_of(server.runtime)))
    else:
        with pytest.raises(StoreUnavailable, match="away='open'"):
            run(handler(call_of(server.runtime)))
        assert [] == server.came


class Away(MemoryRates):
    """A store that cannot be asked."""

    local = False

    def take(self, *arguments: Any) -> Any:
        raise StoreUnavailable("Redis", "ConnectionError")

    def settle(self, *arguments: Any) -> None:
        raise StoreUnavailable("Redis", "ConnectionError")


def test_the_plan_of_a_call_is_made_once() -> None:
    layer = RateLimit(limits=(Limit(requests=5),))

    plan = layer.plans.get("a/m", Scope())

    assert plan is layer.plans.get("a/m", Scope())
    assert isinstance(plan.requests[0], Charge)
