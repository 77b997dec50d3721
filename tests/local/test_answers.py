"""What the embedded model does through the public clients: a real model, in this process."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import Any

import pytest

from llmkit import AsyncLLMKit, LLMKit
from llmkit.errors import BadRequest, ConfigurationError, ContextLengthExceeded, NotFound, UnsupportedFeature
from llmkit.local.engine import Engine
from llmkit.runtime.step import run
from llmkit.types.http import HttpRequest, Origin
from llmkit.types.messages import Message
from llmkit.types.parts import Image, Text, ToolCall, ToolResult
from llmkit.types.requests import OutputFormat
from llmkit.types.tools import Tool
from tests.faces import FACES, ask

MODEL = "local/smollm2-135m-instruct"
QUESTION = "What is the capital of France?"
WEATHER = Tool(
    name="get_weather",
    description="current weather for a city",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
ADD = Tool(
    name="add",
    description="add two integers",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
)
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}


pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize("face", FACES)
def test_the_capital_of_france_is_paris(face: str) -> None:
    reply = ask(face, {}, MODEL, QUESTION, max_tokens=7)

    assert "Paris" in reply.text
    assert ("local", "smollm2-135m-instruct") == (reply.provider, reply.model)


@pytest.mark.parametrize("face", FACES)
def test_usage_counts_prompt_and_answer(face: str) -> None:
    reply = ask(face, {}, MODEL, QUESTION, max_tokens=3)

    assert reply.usage is not None
    assert (3, "length") == (reply.usage.output, reply.finish.unified)
    assert reply.usage.input > 10


def test_a_stream_brings_words_as_they_come() -> None:
    with LLMKit() as kit, kit.stream(MODEL, QUESTION, max_tokens=7) as stream:
        words = [event.text for event in stream if event.text]

    assert len(words) >= 3


@pytest.mark.parametrize("face", FACES)
def test_an_output_schema_is_kept(face: str) -> None:
    text = "Alice is 31 years old and lives in Paris. Extract JSON."

    reply = ask(face, {}, MODEL, text, output=OutputFormat(schema=PERSON, name="person"), max_tokens=40)

    assert '{"name":"Alice","age":31}' == reply.text


def test_any_json_object_can_be_asked_for_and_is_compact() -> None:
    output = OutputFormat(kind="json_object")

    with LLMKit() as kit:
        reply = kit.complete(MODEL, "Give me the colour of the sky as JSON.", output=output, max_tokens=6)

    assert reply.text.startswith('{"')


@pytest.mark.parametrize("face", FACES)
def test_a_required_call_is_made(face: str) -> None:
    reply = ask(face, {}, MODEL, "What is the weather in Paris?", tools=[WEATHER, ADD], tool_choice="required")

    call = reply.tool_calls[0]
    assert ("get_weather", {"city": "Paris"}) == (call.name, call.arguments)
    assert ("tool_calls", 1) == (reply.finish.unified, len(reply.content))


@pytest.mark.parametrize(
    ("text", "tool"),
    [("Please add 17 and 25.", "add"), (QUESTION, None)],
)
def test_left_free_it_calls_the_tool_that_fits_or_answers(text: str, tool: str | None) -> None:
    with LLMKit() as kit:
        reply = kit.complete(MODEL, text, tools=[WEATHER, ADD], max_tokens=24)

    assert ([tool] if tool else []) == [call.name for call in reply.tool_calls]
    assert bool(reply.text) == (tool is None)


def test_a_named_tool_is_called_whatever_is_asked() -> None:
    with LLMKit() as kit:
        reply = kit.complete(MODEL, "What is the weather in Paris?", tools=[WEATHER, ADD], tool_choice="add")

    assert ["add"] == [call.name for call in reply.tool_calls]
    assert {"a", "b"} == set(reply.tool_calls[0].arguments)


def test_a_tool_result_is_answered_in_words() -> None:
    """Left free, the model does not call again: it is too small to know when to stop."""
    call = ToolCall(id="call_1", name="get_weather", arguments={"city": "Paris"})
    result = ToolResult(id="call_1", content=(Text(text="18 degrees, sunny"),))
    messages = [Message.user("What is the weather in Paris?"), Message.assistant(call), Message.tool(result)]

    with LLMKit() as kit:
        reply = kit.complete(MODEL, messages, tools=[WEATHER], max_tokens=8)

    assert ((), True) == (reply.tool_calls, bool(reply.text))


def test_tools_are_left_alone_when_told_so() -> None:
    with LLMKit() as kit:
        reply = kit.complete(MODEL, QUESTION, tools=[WEATHER], tool_choice="none", max_tokens=7)

    assert "Paris" in reply.text


def test_a_stream_left_early_stops_the_engine(engine: Engine) -> None:
    with LLMKit() as kit:
        with kit.stream(MODEL, "Count from 1 to 500.", max_tokens=1000) as stream:
            next(event for event in stream if event.text)
        idle = engine.wait_idle(10)

        reply = kit.complete(MODEL, QUESTION, max_tokens=7)

    assert idle
    assert "Paris" in reply.text


def test_a_cancelled_task_stops_the_engine(engine: Engine) -> None:
    async def main() -> bool:
        async with AsyncLLMKit() as kit:
            task = asyncio.create_task(kit.complete(MODEL, "word " * 800, max_tokens=1000))
            while not engine.active:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await asyncio.to_thread(engine.wait_idle, 20)

    assert asyncio.run(main())


def test_calls_at_once_each_get_their_answer() -> None:
    async def main() -> list[str]:
        async with AsyncLLMKit() as kit:
            return [reply.text for reply in await asyncio.gather(*(kit.complete(MODEL, QUESTION, max_tokens=7) for _ in range(4)))]

    assert ["Paris" in text for text in asyncio.run(main())] == [True] * 4


def test_threads_share_one_client() -> None:
    found: list[str] = []

    with LLMKit() as kit:
        threads = [threading.Thread(target=lambda: found.append(kit.complete(MODEL, QUESTION, max_tokens=7).text)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert ["Paris" in text for text in found] == [True, True]


def test_the_sync_client_works_inside_a_running_loop() -> None:
    """A notebook runs its cells inside one."""

    async def cell() -> str:
        with LLMKit() as kit:
            return kit.complete(MODEL, QUESTION, max_tokens=7).text

    assert "Paris" in asyncio.run(cell())


def test_another_model_id_is_not_found_and_the_known_one_is_named() -> None:
    with LLMKit() as kit, pytest.raises(NotFound, match="smollm2-135m-instruct"):
        kit.complete("local/gpt-5", QUESTION)


def test_default_means_whichever_model_is_there() -> None:
    with LLMKit() as kit:
        reply = kit.complete("local/default", QUESTION, max_tokens=2)

    assert "smollm2-135m-instruct" == reply.model


def test_an_image_is_refused() -> None:
    message = Message.user(Image(data=b"\x89PNG\r\n\x1a\n" + b"\0" * 32, media_type="image/png"))

    with LLMKit() as kit, pytest.raises((BadRequest, UnsupportedFeature), match="image"):
        kit.complete(MODEL, [message])


@pytest.mark.parametrize("face", FACES)
def test_a_prompt_past_the_context_says_so(face: str) -> None:
    with pytest.raises(ContextLengthExceeded, match="4096"):
        ask(face, {}, MODEL, "word " * 5000)


def test_log_probabilities_are_given() -> None:
    with LLMKit() as kit:
        reply = kit.complete(MODEL, QUESTION, max_tokens=3, logprobs=True, top_logprobs=2)

    assert [2, 2, 2] == [len(token.top) for token in reply.logprobs]


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]}, "messages[0].content"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "narrator", "content": "x"}]}, "messages[0].role"),
        ({"n": 2}, "n"),
        ({"tools": [{"type": "custom", "custom": {"name": "x"}}]}, "tools[0]"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": _schema({"type": "nope"})}, "response_format"),
        ({"response_format": _schema({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}})}, "response_format"),
        ({"response_format": _schema({"type": "string", "pattern": "^(?=x)y"})}, "response_format"),
        ({"temperature": "hot"}, None),
    ],
)
def test_what_cannot_be_done_is_refused_in_the_shape_of_the_wire(change: dict[str, Any], parameter: str | None) -> None:
    body = {"model": "smollm2-135m-instruct", "messages": [{"role": "user", "content": "x"}], **change}

    status, answer = _post(json.dumps(body).encode())

    assert (400, "invalid_request_error") == (status, answer["error"]["type"])
    assert parameter == answer["error"]["param"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert 400 == _post(body)[0]


def test_models_are_listed() -> None:
    status, answer = _send("GET", "/v1/models", b"")

    listed = [model["id"] for model in answer["data"]]
    assert (200, "smollm2-135m-instruct") == (status, listed[0])
    assert set(listed[1:]) <= {"all-minilm-l6-v2"}  # where its weights are installed too


def test_tokens_are_counted_as_the_engine_counts_them(engine: Engine) -> None:
    from llmkit.local import count_tokens

    with LLMKit() as kit:
        usage = kit.complete(MODEL, QUESTION, max_tokens=1).usage

    assert usage is not None
    assert usage.input == count_tokens([{"role": "user", "content": QUESTION}])
    assert 2 == count_tokens("hello world")


def _post(body: bytes) -> tuple[int, dict[str, Any]]:
    return _send("POST", "/v1/chat/completions", body)


def _send(method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    from llmkit.local import LocalTransport

    transport = LocalTransport()
    request = HttpRequest(method=method, origin=Origin(scheme="http", host="127.0.0.1", port=1), path=path, body=body)
    response = run(transport.send(request))
    answer = json.loads(run(response.body.read_all()))
    run(transport.aclose())
    return response.status, answer


@pytest.mark.skipif(not hasattr(os, "fork"), reason="has no fork")
def test_a_forked_child_is_told_that_it_cannot_use_the_parents_model(engine: Engine) -> None:
    """It would wait for ever for threads that only the parent has."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            LLMKit().complete(MODEL, QUESTION)
        except ConfigurationError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)

    with os.fdopen(reader) as pipe:
        said = pipe.read()

    os.waitpid(pid, 0)
    assert "forked" in said
