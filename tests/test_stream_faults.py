"""A damaged answer is a typed error, never a success; through every face, over every wire format."""

from __future__ import annotations

import traceback

import pytest

from llmkit import Timeouts
from llmkit.errors import (
    AuthenticationError,
    ConnectionFailed,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    Overloaded,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    StreamInterrupted,
    Timeout,
)
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

BOTH = ("sync", "async")
STREAMS = ("sync stream", "async stream")


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.error("unauthorized"), AuthenticationError),
        (Fault.error("not_found"), NotFound),
        (Fault.error("context_length"), ContextLengthExceeded),
        (Fault.error("quota"), QuotaExhausted),
        (Fault.error("rate_limited"), RateLimited),
        (Fault.error("overloaded"), Overloaded),
        (Fault.error("server"), ServerError),
        (Fault.html(500), ServerError),
        (Fault.html(502), ServerError),
        (Fault.html(200), ProtocolError),
        (Fault.redirect(307, to="https://example.com/"), ProtocolError),
        (Fault.error_in_200(), ProviderError),
        (Fault.not_http(), LLMKitError),
        (Fault.gzip_bomb(), ProtocolError),
        (Fault.disconnect(), ConnectionFailed),
        (Fault.disconnect(reset=True), ConnectionFailed),
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


@pytest.mark.parametrize("face", FACES)
def test_an_empty_answer_is_an_error(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.empty())

    with pytest.raises((ProtocolError, StreamInterrupted)):
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi")


@pytest.mark.parametrize("face", STREAMS)
@pytest.mark.parametrize(
    "fault",
    [
        Fault.cut(after=6),
        Fault.cut(after=6, clean=True),
        Fault.cut(after=6, reset=True),
        Fault.garbage(after=6),
        Fault.error_in_stream("overloaded", after=6),
    ],
    ids=lambda fault: fault.name,
)
def test_a_cut_stream_carries_what_came(face: str, fake: FakeProvider, fault: Fault) -> None:
    fake.add(fault)

    with pytest.raises(StreamInterrupted) as caught:
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi")

    assert caught.value.partial is not None
    assert "interrupted" == caught.value.partial.finish.unified
    assert caught.value.partial.text.startswith("The")


@pytest.mark.parametrize("face", STREAMS)
def test_a_stream_without_its_terminal_event_is_cut(face: str, fake: FakeProvider) -> None:
    """Chat completions end with `finish_reason` (`message-end`): without the `[DONE]` after it nothing is missing."""
    fake.add(Fault.unfinished())

    if fake.dialect in ("openai_chat", "cohere", "mistral"):
        assert "stop" == ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi").finish.unified
        return
    with pytest.raises(StreamInterrupted):
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi")


@pytest.mark.parametrize("face", BOTH)
@pytest.mark.parametrize("fault", [Fault.cut(), Fault.garbage(), Fault.corrupt_gzip(), Fault.wrong_length()], ids=lambda fault: fault.name)
def test_a_damaged_body_is_an_error(face: str, fake: FakeProvider, fault: Fault) -> None:
    fake.add(fault)

    with pytest.raises((ProtocolError, ConnectionFailed)):
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi")


@pytest.mark.parametrize("face", STREAMS)
def test_a_stream_that_fails_before_its_first_word_is_tried_again(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=0), Answer(text="second try"))

    reply = ask(face, client_of(fake, retries=1), DIALECTS[fake.dialect][1], "hi")

    assert "second try" == reply.text
    assert 2 == len(reply.attempts)


@pytest.mark.parametrize("face", STREAMS)
def test_nothing_is_tried_again_after_the_first_word(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.cut(after=6))

    with pytest.raises(StreamInterrupted):
        ask(face, client_of(fake, retries=5), DIALECTS[fake.dialect][1], "hi")

    assert 1 == len(fake.requests)


@pytest.mark.parametrize("face", STREAMS)
def test_a_stalled_stream_times_out_idle(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=6))
    timeouts = Timeouts(idle=0.1)

    with pytest.raises(StreamInterrupted) as caught:
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi", timeout=timeouts)

    assert isinstance(caught.value.cause, Timeout)
    assert "idle" == caught.value.cause.phase


@pytest.mark.parametrize("face", STREAMS)
def test_comments_do_not_keep_a_dead_stream_alive(face: str, fake: FakeProvider) -> None:
    if fake.dialect in ("bedrock_converse", "ollama"):
        pytest.skip("binary events and lines of JSON have no comments")
    fake.add(Fault.comments(count=1000, every=0.01, after=6))

    with pytest.raises(StreamInterrupted) as caught:
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi", timeout=Timeouts(idle=0.15))

    assert isinstance(caught.value.cause, Timeout)


@pytest.mark.parametrize("face", FACES)
def test_an_answer_that_never_begins_times_out(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=0))

    with pytest.raises(Timeout) as caught:
        ask(face, client_of(fake, retries=0), DIALECTS[fake.dialect][1], "hi", timeout=Timeouts(first_event=0.1))

    assert "first_event" == caught.value.phase


@pytest.mark.parametrize("face", FACES)
def test_the_whole_call_has_a_limit(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.stall(after=0))

    with pytest.raises(Timeout) as caught:
        ask(face, client_of(fake, retries=9), DIALECTS[fake.dialect][1], "hi", timeout=Timeouts(total=0.15))

    assert "total" == caught.value.phase


@pytest.mark.parametrize("face", FACES)
def test_any_split_of_the_bytes_gives_the_same_answer(face: str, fake: FakeProvider) -> None:
    answer = Answer(text="Grüße aus Köln 😀", reasoning="Überlegung")
    fake.add(answer, Fault.split(1, answer=answer))
    model = DIALECTS[fake.dialect][1]

    whole, split = (ask(face, client_of(fake), model, "hi") for _ in range(2))

    assert whole.content == split.content
    assert "Grüße aus Köln 😀" == split.text


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
