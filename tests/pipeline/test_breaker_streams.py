"""The breaker through every face, and streams by their end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import (
    CircuitOpen,
    LLMKitError,
    ServerError,
    StreamInterrupted,
)
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Call, compose
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.testing import FakeProvider
from llmkit.testing.answers import Answer
from llmkit.testing.faults import Fault
from tests.faces import FACES, ask, client_of
from tests.pipeline.breaker_cases import ANSWER, RULES, call_of


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
