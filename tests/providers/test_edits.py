"""Edits of chat bodies: the older way to say tools."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import UnsupportedFeature
from llmkit.providers.edits import as_functions
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Provenance, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest
from llmkit.types.tools import Tool, ToolChoice

TARGET = Provenance(provider="p", dialect="openai_chat")
TOOL = Tool(name="f", description="d", parameters={"type": "object", "properties": {}}, strict=True)


def _body(*messages: Message, **fields: Any) -> dict[str, Any]:
    request = CompletionRequest(model="m", messages=messages or (Message.user("Hi"),), **fields)
    encoded = openai_chat.encode(request, model="m", target=TARGET, profile=openai_chat.PROFILE, stream=False)
    as_functions(encoded, False)
    body: dict[str, Any] = json.loads(msgspec.json.encode(encoded.body))
    return body


CHOICES: list[tuple[ToolChoice, Any]] = [
    (ToolChoice(), "auto"),
    (ToolChoice(mode="none"), "none"),
    (ToolChoice(mode="required", names=("f",)), {"name": "f"}),
    (ToolChoice(mode="required"), {"name": "f"}),
]


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_tools_are_functions(choice: ToolChoice, expected: Any) -> None:
    body = _body(tools=(TOOL,), tool_choice=choice, parallel_tool_calls=False)

    assert [{"name": "f", "description": "d", "parameters": TOOL.parameters}] == body["functions"]
    assert expected == body["function_call"]
    assert body.keys().isdisjoint(("tools", "tool_choice", "parallel_tool_calls"))
    assert "messages" == list(body)[-1]


def _turn(call: Part, answer: str) -> list[Any]:
    result = ToolResult(id=call.id if isinstance(call, ToolCall) else "", content=(Text(text=answer),))
    messages: list[Any] = _body(Message.user("q"), Message(role="assistant", content=(call,)), Message.tool(result))["messages"]
    return messages[1:]


def test_a_call_and_its_result_are_a_function_call_and_a_function_message() -> None:
    said, answered = _turn(ToolCall(id="1", name="f", arguments={"a": 1}), '{"b": 2}')

    assert {"role": "assistant", "content": "", "function_call": {"name": "f", "arguments": {"a": 1}}} == said
    assert {"role": "function", "name": "f", "content": '{"b": 2}'} == answered


def test_words_of_a_result_are_wrapped_because_the_api_wants_an_object() -> None:
    assert '{"result":"sunny"}' == _turn(ToolCall(id="1", name="f"), "sunny")[1]["content"]


def test_a_call_that_came_in_the_older_way_goes_back_as_it_came() -> None:
    """Its answer has no id in this way; the function's name is all that ties them."""
    body = b'{"choices":[{"message":{"role":"assistant","content":"","function_call":{"name":"g","arguments":{"a":1}}},"index":0,'
    response = openai_chat.decode(body + b'"finish_reason":"function_call"}],"model":"m"}', origin=TARGET)

    said, answered = _turn(response.tool_calls[0], '{"b": 2}')

    assert {"name": "g", "arguments": {"a": 1}} == said["function_call"]
    assert "g" == answered["name"]
    assert "tool_calls" == response.finish.unified


def test_what_the_older_way_cannot_say_raises() -> None:
    calls = (ToolCall(id="1", name="f"), ToolCall(id="2", name="g"))

    with pytest.raises(UnsupportedFeature, match="several tool calls"):
        _body(Message.user("q"), Message(role="assistant", content=calls))
    with pytest.raises(UnsupportedFeature, match="tool_choice"):
        _body(tools=(TOOL, Tool(name="g")), tool_choice=ToolChoice(mode="required"))
