"""What a failed answer shows and hides, and what is tried again; the faults themselves are in tests/faults."""

from __future__ import annotations

import traceback

import pytest

from llmkit import Timeouts
from llmkit.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContextLengthExceeded,
    LLMKitError,
    ProtocolError,
    ServerError,
    StreamInterrupted,
    Timeout,
)
from llmkit.pipeline.retry import Retry
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

BOTH = ("sync", "async")
STREAMS = ("sync stream", "async stream")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.error("unauthorized"), AuthenticationError),
        (Fault.error("context_length"), ContextLengthExceeded),
        (Fault.html(500), ServerError),
        (Fault.html(200), ProtocolError),
        (Fault.disconnect(), ConnectionFailed),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_failed_answer_is_its_own_error(face: str, fake: FakeProvider, fault: Fault, error: type[LLMKitError]) -> None:
    fake.add(fault)

    with pytest.raises(error) as caught:
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi")

    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [line for frame in trace.stack if "/llmkit/" in frame.filename and frame.locals for line in frame.locals.values()]
    assert fake.key not in repr(caught.value) + str(vars(caught.value)) + "".join(frames)
    assert frames
    assert DIALECTS[fake.dialect][0] == caught.value.provider
    assert None is caught.value.__context__


@pytest.mark.parametrize("face", STREAMS)
def test_a_stream_that_fails_before_its_first_word_is_tried_again(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=0), Answer(text="second try"))

    reply = ask(face, client_of(fake, retries=1, layers=[Retry(base=0.01)]), DIALECTS[fake.dialect][1], "hi")

    assert "second try" == reply.text
    assert 2 == len(reply.attempts)


@pytest.mark.parametrize("face", STREAMS)
def test_nothing_is_tried_again_after_the_first_word(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=6))

    with pytest.raises(StreamInterrupted):
        ask(face, client_of(fake, retries=5), DIALECTS[fake.dialect][1], "hi")

    assert 1 == len(fake.requests)


@pytest.mark.parametrize("face", FACES)
def test_the_whole_call_has_a_limit(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=0))

    with pytest.raises(Timeout) as caught:
        ask(face, client_of(fake, retries=9), DIALECTS[fake.dialect][1], "hi", timeout=Timeouts(total=0.05))

    assert "total" == caught.value.phase


@pytest.mark.parametrize("face", FACES)
def test_the_next_model_answers_when_the_first_cannot(face: str) -> None:
    with FakeProvider("anthropic") as first, FakeProvider("gemini") as second:
        first.add(Fault.overloaded())
        second.add(Answer(text="from the second"))
        client = {
            "keys": {"anthropic": first.key, "google": second.key},
            "base_urls": {"anthropic": first.base_url, "google": second.base_url},
            "retries": 0,
        }

        reply = ask(face, client, ["anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash"], "hi")

    assert ("from the second", "google") == (reply.text, reply.provider)
    assert ["Overloaded", None] == [attempt.error for attempt in reply.attempts]
