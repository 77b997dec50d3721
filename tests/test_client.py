"""The main job through every face, over every wire format."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from llmkit import AsyncLLMKit, CompletionRequest, LLMKit, Message, OutputFormat, Text, Tool, ToolResult
from llmkit.errors import InvalidRequest, MissingKey, UnsupportedFeature
from llmkit.testing import Answer, FakeProvider
from llmkit.types.events import Finish, PartEnd, PartStart, Start, TextDelta
from tests.faces import DIALECTS, FACES, ask, client_of

pytestmark = pytest.mark.parametrize("face", FACES)
WEATHER = Tool(name="get_weather", description="Weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})

NOT_TAKEN = {"ollama": {"service_tier": "flex"}}
"""A setting that the format has no place for; most have none for this one."""
DOCUMENTED = {"cohere": "citation_options", "mistral": "metadata", "openai_responses": "prompt"}
"""A field of the body for APIs that refuse those they do not know."""


def test_a_question_is_answered(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="Blue light scatters most.", usage=(12, 5)))
    provider, model = DIALECTS[fake.dialect]

    reply = ask(face, client_of(fake), model, "Why is the sky blue?")

    assert "Blue light scatters most." == reply.text
    assert ("stop", provider) == (reply.finish.unified, reply.provider)
    assert reply.usage is not None
    assert (12, 5, 17) == (reply.usage.input, reply.usage.output, reply.usage.total)
    assert () == reply.warnings
    assert 1 == len(reply.attempts)
    assert ("registry" if fake.dialect != "ollama" else None) == getattr(reply.cost, "basis", None)


def test_a_tool_loop_goes_round(face: str, fake: FakeProvider) -> None:
    """The answer with its calls goes back as it came, and the results find their calls."""
    call = ("call_1", "get_weather", {"city": "Paris"})
    fake.add(Answer(reasoning="Let me look.", signature="c2lnbmF0dXJl", tool_calls=[call]), Answer(text="18 degrees"))
    _, model = DIALECTS[fake.dialect]
    question = Message.user("Weather in Paris?")

    first = ask(face, client_of(fake), model, question, tools=[WEATHER])
    (wanted,) = first.tool_calls
    result = Message.tool(ToolResult(id=wanted.id, name=wanted.name, content=(Text(text="18 C"),)))
    second = ask(face, client_of(fake), model, [question, first.message, result], tools=[WEATHER])

    assert "tool_calls" == first.finish.unified
    assert ("get_weather", {"city": "Paris"}) == (wanted.name, wanted.arguments)
    assert "Let me look." == first.reasoning
    assert "18 degrees" == second.text
    assert "18 C" in str(fake.requests[1].json)
    if fake.dialect not in ("openai_chat", "cohere", "ollama"):  # these formats have no signatures
        assert "c2lnbmF0dXJl" in str(fake.requests[1].json)


def test_a_schema_is_sent_natively(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text='{"city": "Paris"}'))
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}

    reply = ask(face, client_of(fake), DIALECTS[fake.dialect][1], "Where?", output=OutputFormat(schema=schema, name="place"))

    assert '{"city": "Paris"}' == reply.text
    sent = str(fake.requests[0].json)
    assert str(schema) in sent or json.dumps(schema, separators=(",", ":")) in sent  # one format takes it as a text


def test_what_cannot_be_sent_is_a_warning(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="ok"))

    setting = NOT_TAKEN.get(fake.dialect, {"min_p": 0.1})
    reply = ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", **setting)

    assert [*setting] == [warning.parameter for warning in reply.warnings]
    assert not setting.keys() & fake.requests[0].json.keys()


def test_a_setting_that_cannot_be_sent_is_an_error_where_wanted(face: str, fake: FakeProvider) -> None:
    setting = NOT_TAKEN.get(fake.dialect, {"min_p": 0.1})
    with pytest.raises(UnsupportedFeature, match=next(iter(setting))):
        ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", **setting, on_unsupported="error")

    assert [] == fake.requests


def test_extra_body_and_headers_reach_the_wire(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="ok"))

    field = DOCUMENTED.get(fake.dialect, "x_new")
    ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", extra_body={field: {"y": 1}}, extra_headers={"X-Trace": "7"})

    assert {"y": 1} == fake.requests[0].json[field]
    assert "7" == fake.requests[0].headers["x-trace"]


def test_a_request_value_stands_for_the_arguments(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="ok"))
    request = CompletionRequest(model=DIALECTS[fake.dialect][1], messages=(Message.user("hi"),), max_tokens=9)

    assert "ok" == ask(face, client_of(fake), request, None).text
    with pytest.raises(InvalidRequest, match="stands alone"):
        ask(face, client_of(fake), request, "hi")


def test_a_missing_key_is_said_before_anything_is_sent(face: str, fake: FakeProvider) -> None:
    if fake.dialect == "ollama":
        pytest.skip("a local server asks for no key")
    provider, model = DIALECTS[fake.dialect]

    with pytest.raises(MissingKey, match=provider):
        ask(face, {"base_urls": {provider: fake.base_url}}, model, "hi")

    assert [] == fake.requests


def test_an_extra_header_cannot_carry_a_key(face: str, fake: FakeProvider) -> None:
    with pytest.raises(InvalidRequest, match="extra_headers"):
        ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", extra_headers={"Authorization": "Bearer x"})

    assert [] == fake.requests


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_a_lone_surrogate_is_refused_before_anything_is_sent(face: str, fake: FakeProvider, text: str) -> None:
    with pytest.raises(InvalidRequest, match="surrogate"):
        ask(face, client_of(fake), DIALECTS[fake.dialect][1], text)

    assert [] == fake.requests


@pytest.mark.parametrize("header", [{"X-A": "b\r\nX-Evil: 1"}, {"X-A\n": "b"}, {"X-A": "\0"}])
def test_a_header_that_would_end_early_is_refused(face: str, fake: FakeProvider, header) -> None:
    with pytest.raises(InvalidRequest):
        ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi", extra_headers=header)

    assert [] == fake.requests


def test_the_stream_follows_the_grammar(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(reasoning="Hm.", text="one two three"))
    _, model = DIALECTS[fake.dialect]

    async def collect():
        async with AsyncLLMKit(**client_of(fake)) as kit, kit.stream(model, "hi") as stream:
            return [event async for event in stream]

    if face.startswith("async"):
        events = asyncio.run(collect())
    else:
        with LLMKit(**client_of(fake)) as kit, kit.stream(model, "hi") as stream:
            events = list(stream)

    assert isinstance(events[0], Start)
    assert isinstance(events[-1], Finish)
    assert "one two three" == "".join(event.text for event in events)
    assert ["reasoning", "text"] == [event.part.__struct_config__.tag for event in events if isinstance(event, PartStart)]
    open_parts: set[int] = set()
    for event in events:
        match event:
            case PartStart(index=index):
                open_parts.add(index)
            case PartEnd(index=index):
                open_parts.remove(index)
            case TextDelta(index=index):
                assert index in open_parts
            case _:
                pass
    assert set() == open_parts


def test_leaving_a_stream_early_ends_the_call(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="a b c d e f g h"), Answer(text="next"))
    _, model = DIALECTS[fake.dialect]

    async def leave():
        async with AsyncLLMKit(**client_of(fake)) as kit:
            async with kit.stream(model, "hi") as stream:
                async for event in stream:
                    if event.text:
                        break
            return stream.partial, await kit.complete(model, "again")

    if face.startswith("async"):
        partial, second = asyncio.run(leave())
    else:
        with LLMKit(**client_of(fake)) as kit:
            with kit.stream(model, "hi") as stream:
                next(event for event in stream if event.text)
            partial, second = stream.partial, kit.complete(model, "again")

    assert "next" == second.text
    assert partial.text.startswith("a")


def test_clients_are_safe_under_threads_and_tasks(face: str, fake: FakeProvider) -> None:
    fake.always(Answer(text="ok"))
    _, model = DIALECTS[fake.dialect]
    texts: list[str] = []

    async def many():
        async with AsyncLLMKit(**client_of(fake)) as kit:
            replies = await asyncio.gather(*(kit.complete(model, "hi") for _ in range(20)))
            texts.extend(reply.text for reply in replies)

    if face.startswith("async"):
        asyncio.run(many())
    else:
        with LLMKit(**client_of(fake)) as kit:
            threads = [threading.Thread(target=lambda: texts.append(kit.complete(model, "hi").text)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    assert ["ok"] * 20 == texts
