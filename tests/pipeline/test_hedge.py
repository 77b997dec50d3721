"""A request that is late is sent again, seldom, and the slower one is cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import BadRequest, ConfigurationError, LLMKitError, ServerError
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.hedge import SUPERSEDED, Hedge, Latencies, Waste
from llmkit.pipeline.retry import Retry
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import FakeProvider
from llmkit.testing.answers import Answer
from llmkit.testing.faults import Fault
from llmkit.types.usage import Usage
from tests.faces import FACES, ask, client_of

USAGE = Usage(uncached=10, output_text=5)


def call_of(runtime: Virtual, retries: int = 0) -> Call:
    return Call(
        request=CompletionRequest(model="a/m", messages=(Message.user("hi"),)),
        models=("a/m",),
        model="a/m",
        runtime=runtime,
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(retries),
    )


class Server:
    """Each request takes the next of `seconds` (then 1) and answers with its number, or raises the next of `fails`."""

    def __init__(self, *seconds: float, fails: dict[int, LLMKitError] | None = None) -> None:
        self.seconds, self.fails = list(seconds), fails or {}
        self.requests = self.running = 0

    async def __call__(self, call: Call) -> CompletionResponse:
        number = self.requests
        self.requests += 1
        self.running += 1
        try:
            await call.runtime.sleep(self.seconds.pop(0) if self.seconds else 1.0)
            if number in self.fails:
                raise self.fails[number]
            return CompletionResponse(model=str(number), usage=USAGE)
        finally:
            self.running -= 1


def warm(hedge: Hedge, runtime: Virtual, calls: int = 20) -> None:
    for _ in range(calls):
        run(compose((hedge,), Server())(call_of(runtime)))


def hedge_of(**options: Any) -> Hedge:
    return Hedge(**{"share": 0.5, **options})


def test_a_late_answer_is_overtaken_by_a_second_request() -> None:
    hedge, runtime, server = hedge_of(), Virtual(), Server(30.0, 1.0)
    warm(hedge, runtime)
    begun = runtime.now()

    reply = run(compose((hedge,), server)(call_of(runtime)))

    assert "1" == reply.model
    assert pytest.approx(2.0) == runtime.now() - begun
    assert (2, 0) == (server.requests, server.running)
    assert (1, 1) == (hedge.counts().hedged, hedge.counts().won)


def test_an_answer_in_time_is_not_asked_for_twice() -> None:
    hedge, runtime, server = hedge_of(), Virtual(), Server(0.9)
    warm(hedge, runtime)

    run(compose((hedge,), server)(call_of(runtime)))

    assert 1 == server.requests
    assert 0 == hedge.counts().hedged


def test_the_first_may_still_win() -> None:
    hedge, runtime, server = hedge_of(), Virtual(), Server(1.5, 9.0)
    warm(hedge, runtime)

    reply = run(compose((hedge,), server)(call_of(runtime)))

    assert "0" == reply.model
    assert (2, 0) == (server.requests, server.running)
    assert [(SUPERSEDED, pytest.approx(0.5))] == [(attempt.error, attempt.seconds) for attempt in reply.attempts]
    assert (1, 0) == (hedge.counts().hedged, hedge.counts().won)


def test_at_most_the_share_is_sent_twice() -> None:
    """Even when every single answer is later than all before."""
    hedge, runtime = Hedge(share=0.02), Virtual()
    warm(hedge, runtime)
    server = Server(*[2.0 + count for count in range(600)])

    for _ in range(480):
        run(compose((hedge,), server)(call_of(runtime)))

    assert 500 == hedge.counts().calls
    assert 5 <= hedge.counts().hedged <= 10
    assert server.requests == 480 + hedge.counts().hedged


def test_answers_in_time_use_up_nothing() -> None:
    """What was allowed and not needed stands ready for the next late ones."""
    hedge, runtime = Hedge(share=0.1), Virtual()
    warm(hedge, runtime, calls=35)

    for _ in range(2):
        run(compose((hedge,), Server(30.0, 1.0))(call_of(runtime)))

    assert 2 == hedge.counts().hedged


def test_nothing_is_hedged_before_there_is_experience() -> None:
    hedge, runtime, server = hedge_of(sample=20), Virtual(), Server(30.0)
    warm(hedge, runtime, calls=19)

    run(compose((hedge,), server)(call_of(runtime)))

    assert 1 == server.requests


@pytest.mark.parametrize("failure", [BadRequest("x", status=400), ServerError("x", status=500)])
def test_a_failure_is_not_sent_twice(failure: LLMKitError) -> None:
    """What is wrong stays wrong, and trying again is for the retry layer."""
    hedge, runtime, server = hedge_of(), Virtual(), Server(0.1, fails={0: failure})
    warm(hedge, runtime)

    with pytest.raises(type(failure)):
        run(compose((hedge,), server)(call_of(runtime)))

    assert 1 == server.requests
    assert 0 == hedge.counts().hedged


def test_when_the_second_fails_the_first_goes_on() -> None:
    hedge, runtime, server = hedge_of(), Virtual(), Server(5.0, 0.1, fails={1: ServerError("x", status=500)})
    warm(hedge, runtime)

    reply = run(compose((hedge, Retry()), server)(call_of(runtime, retries=2)))

    assert "0" == reply.model
    assert 2 == server.requests, "the second request is not retried"
    assert ["ServerError"] == [attempt.error for attempt in reply.attempts]


def test_when_both_fail_the_first_failure_is_told() -> None:
    failures: dict[int, LLMKitError] = {0: ServerError("first", status=500), 1: BadRequest("second", status=400)}
    hedge, runtime, server = hedge_of(), Virtual(), Server(5.0, 0.1, fails=failures)
    warm(hedge, runtime)

    with pytest.raises(ServerError, match="first"):
        run(compose((hedge,), server)(call_of(runtime)))


def test_the_tokens_of_the_slower_one_are_told_as_an_estimate() -> None:
    wasted: list[Waste] = []
    hedge, runtime, server = hedge_of(on_waste=wasted.append), Virtual(), Server(30.0, 1.0)
    warm(hedge, runtime)

    run(compose((hedge,), server)(call_of(runtime)))

    assert [Waste(model="a/m", usage=Usage(uncached=10, output_text=5, source="estimated"), seconds=2.0)] == wasted


@pytest.mark.parametrize(("values", "expected"), [(range(100), 95), (range(20), 19), (range(1000), 993)])
def test_the_quantile_is_that_of_the_last_ones(values: range, expected: int) -> None:
    latencies = Latencies()
    for value in values:
        latencies.add(float(value))

    assert expected == latencies.at(0.95)


@pytest.mark.parametrize("options", [{"share": 0.0}, {"quantile": 1.0}, {"sample": 1}, {"least": -1.0}])
def test_settings_that_make_no_sense_are_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=rf"hedge\.{next(iter(options))}"):
        Hedge(**options)


@pytest.mark.parametrize("face", FACES)
def test_through_every_face_a_stalled_answer_is_overtaken(face: str) -> None:
    """On real connections, with a thread each in the sync client."""
    hedge = Hedge(share=1.0, sample=2, least=0.05)
    with FakeProvider("openai_chat") as fake:
        fake.add(Answer(text="one"), Answer(text="two"), Fault.stall(after=0), Answer(text="overtakes"))
        client = client_of(fake, layers=[hedge], retries=0)
        replies = [ask(face, client, "openai/gpt-4.1-mini", "hi") for _ in range(3)]
        fake.release()

    assert "overtakes" == replies[2].text
    assert [SUPERSEDED, None] == [attempt.error for attempt in replies[2].attempts]
    assert 4 == len(fake.requests)
