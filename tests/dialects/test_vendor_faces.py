"""The formats of single vendors through the public client, over real HTTP: plain and streamed, sync and async."""

from __future__ import annotations

import pytest

from llmkit import errors
from llmkit.errors import LLMKitError, ProtocolError, ProviderError, ServerError, StreamInterrupted
from llmkit.testing import FakeProvider, Fault
from llmkit.types.messages import Message
from llmkit.types.parts import Text, ToolResult
from tests.dialects.vendor_rows import ANSWER, CALLS, MODEL, WEATHER, client_of, error_cases
from tests.faces import FACES, ask, edits

DIALECTS = ("mistral", "ollama", "cohere")
STREAMS = ("sync stream", "async stream")
CACHED = {"mistral": 4, "ollama": 0, "cohere": 0}
"""One counts no cached tokens, the other bills none."""
THOUGHT = {"mistral": 0, "ollama": 0, "cohere": 5}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_face_gets_what_was_scripted(dialect: str, face: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(ANSWER)

        reply = ask(face, client_of(fake), MODEL, "Hi", reasoning="none")

    usage = reply.usage
    assert usage is not None
    assert (ANSWER.text, ANSWER.reasoning, "stop", 30, 12) == (reply.text, reply.reasoning, reply.finish.unified, usage.input, usage.output)
    assert (CACHED[dialect], THOUGHT[dialect]) == (usage.cache_read, usage.reasoning)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_tool_loop_goes_through(dialect: str, face: str) -> None:
    """The fakes refuse calls and results whose shape the vendor would refuse."""
    with FakeProvider(dialect) as fake:
        fake.add(CALLS, ANSWER)

        first = ask(face, client_of(fake), MODEL, "Weather?", tools=[WEATHER])
        results = Message.tool(*(ToolResult(id=call.id, content=(Text(text="Rain."),)) for call in first.tool_calls))
        second = ask(face, client_of(fake), MODEL, [Message.user("Weather?"), first.message, results], tools=[WEATHER])

    assert "tool_calls" == first.finish.unified
    assert list(CALLS.tool_calls) == [(call.id, call.name, call.arguments) for call in first.tool_calls]
    assert (CALLS.reasoning, ANSWER.text) == (first.reasoning, second.text)
    assert [] == [str(warning) for warning in edits(second)]


@pytest.mark.parametrize("face", ("sync", "async stream"))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_failure_is_its_own_error(dialect: str, face: str) -> None:
    with FakeProvider(dialect) as fake:
        for kind, name in error_cases():
            fake.add(Fault.error(kind))

            with pytest.raises(getattr(errors, name)) as caught:
                ask(face, client_of(fake), MODEL, "Hi")

            assert name == type(caught.value).__name__
            assert "testing" == caught.value.provider


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.error_in_200(), ProviderError),
        (Fault.garbage(), LLMKitError),
        (Fault.html(200), ProtocolError),
        (Fault.empty(), ProtocolError),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_is_no_answer_is_an_error(dialect: str, face: str, fault: Fault, error: type[LLMKitError]) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(fault)

        with pytest.raises(error):
            ask(face, client_of(fake), MODEL, "Hi")


@pytest.mark.parametrize("face", STREAMS)
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "fault",
    [Fault.cut(after=4), Fault.cut(after=4, clean=True), Fault.error_in_stream("server", after=4)],
    ids=lambda fault: fault.name,
)
def test_a_damaged_stream_is_never_complete(dialect: str, face: str, fault: Fault) -> None:
    """What came is kept in `partial`; the finish says that it was cut."""
    with FakeProvider(dialect) as fake:
        fake.add(fault)

        with pytest.raises(StreamInterrupted) as caught:
            ask(face, client_of(fake), MODEL, "Hi")

    partial = caught.value.partial
    assert partial is not None
    assert "The quick brown fox jumps over the lazy dog".startswith(partial.text)
    assert ("interrupted", None) == (partial.finish.unified, partial.usage)
    if "error" in fault.name:
        assert isinstance(caught.value.cause, ServerError)


def test_a_stream_without_its_last_line_is_cut() -> None:
    """The last line carries the end; without it nothing tells a pause from an end."""
    with FakeProvider("ollama") as fake:
        fake.add(Fault.unfinished())

        with pytest.raises(StreamInterrupted):
            ask("sync stream", client_of(fake), MODEL, "Hi")


@pytest.mark.parametrize("dialect", ["mistral", "cohere"])
def test_the_done_marker_is_not_needed_after_the_end(dialect: str) -> None:
    with FakeProvider(dialect) as fake:
        fake.add(Fault.unfinished(ANSWER))

        reply = ask("sync stream", client_of(fake), MODEL, "Hi")

    assert (ANSWER.text, "stop", 42) == (reply.text, reply.finish.unified, reply.usage.total if reply.usage else None)
