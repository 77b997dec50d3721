"""Clients' request bodies: parsed into requests, and encoded again without loss."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from llmkit.dialects import openai_chat
from llmkit.errors import InvalidRequest
from llmkit.serving.openai_chat import facts_in, parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    CacheMark,
    Document,
    Image,
    InvalidToolCall,
    Provenance,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.openai_chat_cases import ORIGIN
from tests.serving.openai_chat_canonical import canonical
from tests.strategies import completion_requests

HELLO = [{"role": "user", "content": "Hello"}]
TEXT = (Text(text="Hello"),)


def parsed(*messages: Any, **fields: Any) -> CompletionRequest:
    return parse_request({"model": "m", "messages": list(messages) or HELLO, **fields})


def again(body: dict[str, Any]) -> dict[str, Any]:
    """Return `body` parsed and encoded."""
    request = parse_request(body)
    profile = openai_chat.PROFILE.merged(facts_in(body))
    encoded = openai_chat.encode(request, model=request.model, target=ORIGIN, profile=profile, stream=bool(body.get("stream")))
    found: dict[str, Any] = json.loads(msgspec.json.encode(encoded.body))
    return found


FIELDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"temperature": 0.5, "top_k": 3, "seed": 1}, {"temperature": 0.5, "top_k": 3, "seed": 1}),
    ({"max_tokens": 5}, {"max_tokens": 5}),
    ({"max_completion_tokens": 5}, {"max_tokens": 5}),
    ({"stop": "a"}, {"stop": ("a",)}),
    ({"stop": ["a", "b"]}, {"stop": ("a", "b")}),
    ({"temperature": None, "stop": None, "tools": None}, {}),
    ({"stream": True, "stream_options": {"include_usage": True}}, {"options": {"serving": {"include_usage": True}}}),
    ({"stream": True, "stream_options": {"x": 1}}, {"options": {"openai_chat": {"stream_options": {"x": 1}}}}),
    ({"reasoning_effort": "low"}, {"reasoning": ReasoningOptions(effort="low")}),
    ({"reasoning_effort": "default"}, {"options": {"openai_chat": {"reasoning_effort": "default"}}}),
    ({"reasoning": {"max_tokens": 5, "exclude": True}}, {"reasoning": ReasoningOptions(budget=5, visible=False)}),
    ({"reasoning": {"enabled": True}}, {"options": {"openai_chat": {"reasoning": {"enabled": True}}}}),
    ({"thinking": {"type": "disabled"}}, {"reasoning": ReasoningOptions(effort="none")}),
    ({"thinking": {"type": "enabled", "budget_tokens": 9}}, {"reasoning": ReasoningOptions(budget=9)}),
    ({"response_format": {"type": "json_object"}}, {"output": OutputFormat(kind="json_object")}),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"a": 1}, "strict": True}}},
        {"output": OutputFormat(name="n", schema={"a": 1}, strict=True)},
    ),
    ({"tool_choice": "any"}, {"tool_choice": ToolChoice(mode="required")}),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, {"tool_choice": ToolChoice(mode="required", names=("f",))}),
    ({"tool_choice": {"odd": 1}}, {"options": {"openai_chat": {"tool_choice": {"odd": 1}}}}),
    ({"modalities": ["text", "audio"], "audio": {"voice": "v"}}, {"modalities": ("text", "audio"), "voice": {"voice": "v"}}),
    ({"cache_control": {"type": "ephemeral", "ttl": "1h"}}, {"cache": CacheMark(ttl="1h")}),
    ({"provider": {"order": ["x"]}, "top_a": 1}, {"options": {"openai_chat": {"provider": {"order": ["x"]}, "top_a": 1}}}),
    ({"logprobs": 1}, {"options": {"openai_chat": {"logprobs": 1}}}),
    (
        {"functions": [{"name": "f"}], "function_call": "auto"},
        {"options": {"openai_chat": {"functions": [{"name": "f"}], "function_call": "auto"}}},
    ),
    (
        {"tools": [{"function": {"name": "f", "x": 1}, "y": 2}]},
        {"tools": (Tool(name="f", options={"openai_chat": {"function": {"x": 1}, "y": 2}}),)},
    ),
    ({"tools": [{"type": "web_search", "x": 1}]}, {"tools": (ServerTool(name="web_search", config={"x": 1}),)}),
    (
        {"tools": [{"type": "custom", "custom": {"name": "c", "format": {"type": "text"}}}]},
        {"tools": (Tool(name="c", options={"openai_chat": {"type": "custom", "custom": {"format": {"type": "text"}}}}),)},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), FIELDS, ids=range(len(FIELDS)))
def test_a_field_is_understood(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert CompletionRequest(model="m", messages=(Message(role="user", content=TEXT),), **expected) == parsed(**fields)


CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
PNG = "data:image/png;base64,iVBORw0KGgo="
MESSAGES: list[tuple[dict[str, Any], Message]] = [
    ({"role": "system", "content": "Hello"}, Message(role="system", content=TEXT)),
    ({"role": "developer", "content": "Hello", "name": "N"}, Message(role="developer", content=TEXT, name="N")),
    ({"role": "user", "content": "Hello", "x": 1, "y": None}, Message(role="user", content=TEXT, options={"openai_chat": {"x": 1}})),
    ({"role": "user", "content": [{"type": "text", "text": "Hello"}]}, Message(role="user", content=TEXT)),
    ({"role": "assistant", "content": None, "tool_calls": None}, Message(role="assistant")),
    (
        {"role": "assistant", "content": "Hello", "tool_calls": [CALL], "refusal": "no", "audio": {"id": "au"}},
        Message(
            role="assistant",
            content=(*TEXT, Refusal(text="no"), Audio(id="au"), ToolCall(id="c", name="f", arguments={"a": 1}, json='{"a":1}')),
        ),
    ),
    (
        {"role": "assistant", "reasoning_content": "hm", "content": "Hello"},
        Message(role="assistant", content=(Reasoning(text="hm", origin=Provenance(provider="", dialect="openai_chat")), *TEXT)),
    ),
    (
        {"role": "assistant", "images": [{"type": "image_url", "image_url": {"url": PNG}}]},
        Message(role="assistant", content=(Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png"),)),
    ),
    (
        {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{"}}]},
        Message(role="assistant", content=(InvalidToolCall(id="c", name="f", json="{", error="Not JSON: Input data was truncated"),)),
    ),
    (
        {"role": "tool", "tool_call_id": "c", "content": "Hello", "name": "f"},
        Message(role="tool", content=(ToolResult(id="c", content=TEXT, name="f"),)),
    ),
]


@pytest.mark.parametrize(("wire", "expected"), MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_is_understood(wire: dict[str, Any], expected: Message) -> None:
    assert (expected,) == parsed(wire).messages


PARTS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "image_url", "image_url": {"url": "https://a.example", "detail": "low"}}, Image(url="https://a.example", detail="low")),
    ({"type": "image_url", "image_url": "https://a.example"}, Image(url="https://a.example")),
    ({"type": "image_url", "image_url": {"url": PNG}}, Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")),
    ({"type": "image_url", "image_url": {"url": "data:image/png;base64,###"}}, Image(url="data:image/png;base64,###")),
    ({"type": "input_audio", "input_audio": {"data": "Pw==", "format": "mp3"}}, Audio(data=b"?", media_type="audio/mpeg")),
    ({"type": "video_url", "video_url": {"url": "https://a.example"}}, Video(url="https://a.example")),
    ({"type": "file", "file": {"file_id": "f"}}, Document(file_id="f")),
    (
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}},
        Document(data=b"%PDF-", media_type="application/pdf", name="a.pdf"),
    ),
    ({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, Text(text="a", cache=CacheMark())),
    ({"type": "text", "text": "a", "x": 1}, Text(text="a", options={"openai_chat": {"x": 1}})),
]


@pytest.mark.parametrize(("block", "expected"), PARTS, ids=range(len(PARTS)))
def test_a_block_is_understood(block: dict[str, Any], expected: Any) -> None:
    assert (expected,) == parsed({"role": "user", "content": [block]}).messages[0].content


@pytest.mark.parametrize("block", [{"type": "hologram", "x": 1}, {"x": 1}])
def test_an_unknown_block_is_kept(block: dict[str, Any]) -> None:
    (part,) = parsed({"role": "user", "content": [block]}).messages[0].content

    assert isinstance(part, Unknown)
    assert block == json.loads(bytes(part.native))


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({}, "messages"),
    ({"messages": "x"}, "messages"),
    ({"messages": [1]}, "messages[0]"),
    ({"messages": [{"content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": [1]}]}, "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [{"type": "text", "text": 1}]}]}, "messages[0].content[0].text"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0].image_url"),
    ({"messages": [{"role": "user", "content": [{"type": "file", "file": {}}]}]}, "messages[0].content[0].file"),
    ({"messages": [{"role": "assistant", "tool_calls": {}}]}, "messages[0].tool_calls"),
    ({"messages": [{"role": "assistant", "tool_calls": [{"id": "c"}]}]}, "messages[0].tool_calls[0].function"),
    ({"messages": [{"role": "tool", "tool_call_id": 1}]}, "messages[0].tool_call_id"),
    ({"messages": [], "model": 1}, "model"),
    ({"messages": [], "tools": {}}, "tools"),
    ({"messages": [], "tools": [{"type": "function"}]}, "tools[0].function"),
    ({"messages": [], "tools": [{"type": "function", "function": {"name": "f", "parameters": "x"}}]}, "tools[0].function.parameters"),
    ({"messages": [], "temperature": "hot"}, "temperature"),
    ({"messages": [], "temperature": True}, "temperature"),
    ({"messages": [], "max_tokens": "5"}, "max_tokens"),
    ({"messages": [], "stop": [1]}, "stop"),
    ({"messages": [], "stream": "yes"}, "stream"),
    ({"messages": [], "response_format": "json"}, "response_format"),
    ({"messages": [], "parallel_tool_calls": 1}, "parallel_tool_calls"),
]


@pytest.mark.parametrize(("body", "path"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_body_is_refused_with_the_path_of_its_fault(body: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_request(body)

    assert path == caught.value.parameter
    assert path in str(caught.value)


def message(role: str, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": role, **fields}]}


DETAILS = [{"type": "reasoning.text", "text": "a", "signature": "S"}, {"type": "reasoning.encrypted", "data": "E"}]
BODIES: list[dict[str, Any]] = [
    *[{"model": "m", "messages": HELLO, **fields} for fields, _ in FIELDS],
    *[{"model": "m", "messages": [wire]} for wire, _ in MESSAGES],
    *[message("user", content=["See", block]) for block, _ in PARTS],
    message("user", content=[{"type": "hologram", "x": 1}]),
    message("user", content=""),
    message("user", content=[{"type": "document_url", "document_url": "https://a.example", "document_name": "A"}]),
    message("user", content=[{"type": "file", "file": {"file_data": "https://a.example/x.pdf", "filename": "x.pdf"}}]),
    message("user", content=[{"type": "file", "file": {"file_data": PNG}}]),
    message("user", content=[{"type": "image_url", "image_url": {"url": "u", "x": 1}, "y": 2}]),
    message("user", content=[{"type": "text", "text": "a", "cache_control": {"type": "other"}}]),
    message("system", content="a", cache_control={"type": "ephemeral"}),
    message("tool", tool_call_id="c", content=[{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": PNG}}]),
    message("tool", content="a"),
    message("function", name="f", content="a"),
    message("assistant", content=None, function_call={"name": "f", "arguments": "{ }"}),
    message("assistant", content="a", reasoning="hm", reasoning_details=DETAILS),
    message("assistant", content="a", reasoning="hm"),
    message("assistant", content=[{"type": "thinking", "thinking": [{"type": "text", "text": "a"}]}, {"type": "text", "text": "b"}]),
    message("assistant", content=[{"type": "refusal", "refusal": "no"}, {"type": "image_url", "image_url": {"url": PNG}}]),
    message("assistant", content="a", prefix=True, annotations=[], parsed=None),
    message("assistant", tool_calls=[{**CALL, "index": 0, "cache_control": {"type": "ephemeral"}, "x": 1}]),
    message("assistant", tool_calls=[{"id": "c", "type": "custom", "custom": {"name": "f", "input": "4+4"}}]),
    message("assistant", tool_calls=[{"id": "c", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}}]),
    {"model": "m", "messages": HELLO, "response_format": {"type": "json_schema", "schema": {"a": 1}}},
    {
        "model": "m",
        "messages": HELLO,
        "stream": True,
        "max_completion_tokens": 4,
        "tools": [{"type": "function", "function": {"name": "f"}}],
    },
    {
        "messages": HELLO,
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]},
        },
    },
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_says_the_same_after_parsing_and_encoding(body: dict[str, Any]) -> None:
    assert canonical(body) == canonical(again(body))


def test_the_typed_parts_and_not_the_wire_are_what_is_encoded() -> None:
    """A change to a parsed request must reach the wire."""
    request = parsed({"role": "assistant", "content": "a", "tool_calls": [CALL]}, {"role": "tool", "tool_call_id": "c", "content": "b"})

    parts = [part for turn in request.messages for part in turn.content]

    assert not any(part.native for part in parts)


@settings(max_examples=60)
@given(completion_requests())
def test_a_request_is_the_same_after_encoding_and_parsing(request: CompletionRequest) -> None:
    plain = request.replace(messages=tuple([_sayable(turn) for turn in request.messages]))
    encoded = openai_chat.encode(plain, model=plain.model, target=ORIGIN, profile=openai_chat.PROFILE, stream=False)

    found = parse_request(json.loads(msgspec.json.encode(encoded.body)))

    assert _plain(plain) == _plain(found)


def _sayable(turn: Message) -> Message:
    """Leave out what the format has no place for."""
    parts = tuple(
        [
            part.replace(is_error=False)
            if isinstance(part, ToolResult)
            else part.replace(name=part.name or part.title, title=None)
            if isinstance(part, Document)
            else part
            for part in turn.content
        ]
    )
    return turn.replace(content=parts)


def _plain(request: CompletionRequest) -> CompletionRequest:
    """Return the request with one message a tool result, and names for what the wire always names."""
    turns: list[Message] = []
    for turn in request.messages:
        if turn.role == "tool":
            turns += [turn.replace(content=(part,)) for part in turn.content]
        else:
            turns.append(turn.replace(content=tuple([_named(part) for part in turn.content])))
    tools = [
        tool.replace(parameters=tool.parameters or {"type": "object", "properties": {}}) if isinstance(tool, Tool) else tool
        for tool in request.tools
    ]
    output = request.output and request.output.replace(name=request.output.name or "output")
    return request.replace(messages=tuple(turns), tools=tuple(tools), output=output)


def _named(part: Any) -> Any:
    return part.replace(name="document.pdf") if isinstance(part, Document) and not part.name else part
