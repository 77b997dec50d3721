"""Clients' Messages bodies into requests, and back."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import anthropic
from llmkit.errors import InvalidRequest
from llmkit.serving.anthropic import parse_request
from llmkit.types.messages import Message
from llmkit.types.parts import (
    CacheMark,
    Compaction,
    Document,
    Image,
    Provenance,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.strategies import completion_requests

ORIGIN = Provenance(provider="", dialect="anthropic")
TARGET = Provenance(provider="anthropic", dialect="anthropic")
USER = {"role": "user", "content": "Hello"}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def base(**fields: Any) -> dict[str, Any]:
    return {"model": "claude", "max_tokens": 5000, "messages": [USER], **fields}


def again(body: dict[str, Any]) -> dict[str, Any]:
    request = parse_request(body)
    stream = body.get("stream") is True
    found = anthropic.encode(request, model=request.model, target=TARGET, profile=anthropic.PROFILE, stream=stream)
    back: dict[str, Any] = json.loads(msgspec.json.encode(found.body))
    return back


SCHEMA = {"type": "object", "properties": {}}
MARK = {"type": "ephemeral", "ttl": "1h"}
FIELDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"temperature": 1, "top_p": 0.5, "top_k": 4}, {"temperature": 1, "top_p": 0.5, "top_k": 4}),
    ({"stop_sequences": ["a"]}, {"stop": ("a",)}),
    ({"stop_sequences": []}, {"options": {"anthropic": {"stop_sequences": []}}}),
    ({"stream": True}, {}),
    ({"stream": False}, {"options": {"anthropic": {"stream": False}}}),
    ({"metadata": {"user_id": "u"}}, {"user": "u"}),
    ({"metadata": {"user_id": "u", "x": 1}}, {"user": "u", "options": {"anthropic": {"metadata": {"x": 1}}}}),
    ({"service_tier": "standard_only"}, {"service_tier": "standard_only"}),
    ({"service_tier": "odd"}, {"options": {"anthropic": {"service_tier": "odd"}}}),
    ({"cache_control": MARK}, {"cache": CacheMark(ttl="1h")}),
    (
        {"cache_control": {"type": "ephemeral", "ttl": "9h"}},
        {"options": {"anthropic": {"cache_control": {"type": "ephemeral", "ttl": "9h"}}}},
    ),
    ({"tool_choice": {"type": "auto"}}, {"tool_choice": ToolChoice()}),
    (
        {"tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
        {"tool_choice": ToolChoice(mode="required"), "parallel_tool_calls": False},
    ),
    ({"tool_choice": {"type": "tool", "name": "f"}}, {"tool_choice": ToolChoice(mode="required", names=("f",))}),
    ({"tool_choice": {"type": "none"}}, {"tool_choice": ToolChoice(mode="none")}),
    ({"tool_choice": {"type": "odd"}}, {"options": {"anthropic": {"tool_choice": {"type": "odd"}}}}),
    ({"thinking": {"type": "disabled"}}, {"reasoning": ReasoningOptions(effort="none")}),
    ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, {"reasoning": ReasoningOptions(budget=2000)}),
    (
        {"thinking": {"type": "enabled", "budget_tokens": 2000, "display": "omitted"}},
        {"reasoning": ReasoningOptions(budget=2000, visible=False)},
    ),
    (
        {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "high"}},
        {"reasoning": ReasoningOptions(effort="high", visible=True), "options": {"anthropic": {"thinking": {"type": "adaptive"}}}},
    ),
    ({"thinking": {"type": "between_tools"}}, {"options": {"anthropic": {"thinking": {"type": "between_tools"}}}}),
    ({"output_config": {"effort": "low"}}, {"options": {"anthropic": {"output_config": {"effort": "low"}}}}),
    (
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}, "task_budget": {"total": 1}}},
        {"output": OutputFormat(schema=SCHEMA), "options": {"anthropic": {"output_config": {"task_budget": {"total": 1}}}}},
    ),
    ({"tools": []}, {"options": {"anthropic": {"tools": []}}}),
    ({"tools": [{"name": "f", "input_schema": SCHEMA}]}, {"tools": (Tool(name="f", parameters=SCHEMA),)}),
    (
        {
            "tools": [
                {
                    "type": "custom",
                    "name": "f",
                    "description": "d",
                    "input_schema": SCHEMA,
                    "strict": True,
                    "defer_loading": True,
                    "cache_control": MARK,
                }
            ]
        },
        {
            "tools": (
                Tool(
                    name="f",
                    description="d",
                    parameters=SCHEMA,
                    strict=True,
                    cache=CacheMark(ttl="1h"),
                    options={"anthropic": {"type": "custom", "defer_loading": True}},
                ),
            )
        },
    ),
    (
        {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": None}]},
        {"tools": (ServerTool(name="web_search_20250305", config={"max_uses": None}),)},
    ),
    (
        {"tools": [{"type": "mcp_toolset", "mcp_server_name": "s"}]},
        {"tools": (ServerTool(name="mcp_toolset", config={"mcp_server_name": "s"}),)},
    ),
    ({"tools": [{"type": "undated", "name": "n"}]}, {"tools": (ServerTool(name="undated", config={"type": "undated", "name": "n"}),)}),
    (
        {"anthropic_version": "bedrock-2023-05-31", "future": {"a": [1]}},
        {"options": {"anthropic": {"anthropic_version": "bedrock-2023-05-31", "future": {"a": [1]}}}},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), FIELDS, ids=lambda value: str(value)[:60])
def test_a_field_has_its_place_and_comes_back(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    request = parse_request(base(**fields))

    assert CompletionRequest(model="claude", max_tokens=5000, messages=(Message.user("Hello"),), **expected) == request
    assert base(**fields) == again(base(**fields))


def test_a_body_without_a_model_comes_back_without() -> None:
    """Hosts that name the model in the path."""
    body = {"anthropic_version": "vertex-2023-10-16", "max_tokens": 1, "messages": [USER]}

    assert "" == parse_request(body).model
    assert body == again(body)


RAW_RESULT = {"type": "web_search_tool_result", "tool_use_id": "1", "content": [{"type": "web_search_result", "encrypted_content": "E"}]}


def raw(block: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(block))


def options(**fields: Any) -> dict[str, dict[str, Any]]:
    return {"anthropic": fields}


BLOCKS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, Text(text="a", cache=CacheMark())),
    (
        {"type": "text", "text": "a", "cache_control": None, "citations": None},
        Text(text="a", options=options(cache_control=None, citations=None)),
    ),
    (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        Image(data=base64.b64decode(PNG), media_type="image/png"),
    ),
    ({"type": "image", "source": {"type": "url", "url": "https://a"}}, Image(url="https://a")),
    ({"type": "image", "source": {"type": "file", "file_id": "f"}}, Image(file_id="f")),
    (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "not base64"}},
        Image(options=options(source={"type": "base64", "media_type": "image/png", "data": "not base64"})),
    ),
    (
        {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": "a"},
            "title": "t",
            "context": "c",
            "citations": {"enabled": True},
        },
        Document(text="a", title="t", context="c", citations=True),
    ),
    (
        {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "a"}]}, "title": None},
        Document(options=options(source={"type": "content", "content": [{"type": "text", "text": "a"}]}, title=None)),
    ),
    (
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PNG}},
        Document(data=base64.b64decode(PNG), media_type="application/pdf"),
    ),
    (
        {"type": "document", "source": {"type": "base64", "media_type": "text/html", "data": PNG}},
        Document(options=options(source={"type": "base64", "media_type": "text/html", "data": PNG})),
    ),
    ({"type": "search_result", "source": "s", "title": "t", "content": []}, "unknown"),
    ({"type": "thinking", "thinking": "", "signature": "s"}, Reasoning(signature="s", origin=ORIGIN)),
    ({"type": "thinking", "thinking": "t"}, Reasoning(text="t", origin=ORIGIN)),
    ({"type": "redacted_thinking", "data": "d"}, Reasoning(encrypted="d", origin=ORIGIN)),
    (
        {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}, "caller": {"type": "direct"}},
        ToolCall(id="1", name="f", arguments={"a": 1}, json='{"a":1}', options=options(caller={"type": "direct"})),
    ),
    (
        {"type": "server_tool_use", "id": "1", "name": "web_search", "input": {"q": "a"}},
        ServerToolCall(id="1", name="web_search", arguments={"q": "a"}, origin=ORIGIN),
    ),
    (
        {"type": "mcp_tool_use", "id": "1", "name": "x", "input": {}, "server_name": "s"},
        ServerToolCall(id="1", name="x", options=options(type="mcp_tool_use", server_name="s"), origin=ORIGIN),
    ),
    (RAW_RESULT, ServerToolResult(id="1", name="web_search", origin=ORIGIN, native=raw(RAW_RESULT))),
    ({"type": "compaction", "content": "c", "encrypted_content": "e"}, Compaction(text="c", encrypted="e", origin=ORIGIN)),
    ({"type": "container_upload", "file_id": "f"}, "unknown"),
    ({"type": "hologram", "z": [None]}, "unknown"),
]


@pytest.mark.parametrize(("block", "expected"), BLOCKS, ids=lambda value: str(value)[:60])
def test_a_block_is_a_typed_part_and_comes_back(block: dict[str, Any], expected: Any) -> None:
    body = base(messages=[USER, {"role": "assistant", "content": [{"type": "text", "text": "before"}, block]}, USER])

    part = parse_request(body).messages[1].content[1]

    assert (Unknown(kind=block["type"], origin=ORIGIN, native=raw(block)) if expected == "unknown" else expected) == part
    assert body == again(body)


RESULT: dict[str, Any] = {"type": "tool_result", "tool_use_id": "1"}
TURNS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([USER], ["user"]),
    ([{"role": "user", "content": ""}], ["user"]),
    ([{"role": "user", "content": []}], ["user"]),
    ([{"role": "user", "content": [{"type": "text", "text": "a"}]}], ["user"]),
    (
        [USER, USER, {"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}],
        ["user", "user", "assistant", "assistant"],
    ),
    ([{"role": "user", "content": [RESULT, {**RESULT, "tool_use_id": "2"}]}], ["tool"]),
    ([{"role": "user", "content": [RESULT, {"type": "text", "text": "a"}]}], ["tool", "user"]),
    ([{"role": "user", "content": [{"type": "text", "text": "a"}, RESULT]}], ["user"]),
    ([{"role": "user", "content": [RESULT]}, USER], ["tool", "user"]),
    ([{"role": "user", "content": [RESULT]}, {"role": "user", "content": [RESULT]}], ["tool", "tool"]),
    (
        [{"role": "user", "content": [RESULT]}, {"role": "user", "content": [RESULT, {"type": "text", "text": "a"}]}],
        ["tool", "tool", "user"],
    ),
    ([USER, {"role": "system", "content": "s"}, USER], ["user", "system", "user"]),
    ([{"role": "system", "content": [{"type": "tool_addition", "tool": {"name": "f"}}]}, USER], ["system", "user"]),
    ([{"role": "user", "content": "a", "id": "m1"}], ["user"]),
]


@pytest.mark.parametrize(("messages", "roles"), TURNS, ids=lambda value: str(value)[:70])
def test_turns_come_back_as_they_were(messages: list[dict[str, Any]], roles: list[str]) -> None:
    body = base(messages=messages)

    assert roles == [message.role for message in parse_request(body).messages]
    assert body == again(body)


RESULTS: list[tuple[dict[str, Any], ToolResult]] = [
    ({}, ToolResult(id="1")),
    ({"content": ""}, ToolResult(id="1", content=(Text(text=""),))),
    ({"content": "a", "is_error": True}, ToolResult(id="1", content=(Text(text="a"),), is_error=True)),
    ({"content": "a", "is_error": False}, ToolResult(id="1", content=(Text(text="a"),), options=options(is_error=False))),
    ({"content": []}, ToolResult(id="1", options=options(as_blocks=True))),
    ({"content": [{"type": "text", "text": "a"}]}, ToolResult(id="1", content=(Text(text="a"),), options=options(as_blocks=True))),
    (
        {"content": [{"type": "image", "source": {"type": "url", "url": "https://a"}}]},
        ToolResult(id="1", content=(Image(url="https://a"),)),
    ),
    ({"content": "a", "cache_control": MARK}, ToolResult(id="1", content=(Text(text="a"),), cache=CacheMark(ttl="1h"))),
]


@pytest.mark.parametrize(("fields", "expected"), RESULTS, ids=lambda value: str(value)[:60])
def test_a_tool_result_comes_back_as_it_was(fields: dict[str, Any], expected: ToolResult) -> None:
    body = base(messages=[{"role": "user", "content": [{**RESULT, **fields}]}])

    assert (expected,) == parse_request(body).messages[0].content
    assert body == again(body)


@pytest.mark.parametrize(
    "system",
    [
        "a",
        "",
        [{"type": "text", "text": "a"}],
        [{"type": "text", "text": "a", "cache_control": MARK}],
        [{"type": "text", "text": "a"}] * 2,
        [],
    ],
    ids=str,
)
def test_instructions_come_back_as_they_were(system: Any) -> None:
    assert base(system=system) == again(base(system=system))


def test_the_headers_of_the_client_are_honoured() -> None:
    headers = {"Anthropic-Beta": "a, b", "anthropic-version": "2026-10-21"}

    request = parse_request(base(), headers=headers)

    sent = anthropic.encode(request, model="m", target=TARGET, profile=anthropic.PROFILE, stream=False).headers
    assert {"anthropic-version": "2026-10-21", "anthropic-beta": "a,b"} == sent


MALFORMED: list[tuple[Any, str]] = [
    ([], "The body"),
    (base(messages="Hello"), "messages"),
    ({"model": "m"}, "messages"),
    (base(messages=["Hello"]), "messages.0"),
    (base(messages=[{"role": "tool", "content": "a"}]), "messages.0.role"),
    (base(messages=[{"role": "user"}]), "messages.0.content"),
    (base(messages=[{"role": "user", "content": [{"text": "a"}]}]), "messages.0.content.0.type"),
    (base(messages=[{"role": "user", "content": [{"type": "text"}]}]), "messages.0.content.0.text"),
    (base(messages=[{"role": "user", "content": [{"type": "image"}]}]), "messages.0.content.0.source"),
    (base(messages=[USER, {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "f"}]}]), "messages.1.content.0.input"),
    (base(messages=[{"role": "user", "content": [{**RESULT, "content": [1]}]}]), "messages.0.content.0.content.0"),
    (base(system=3), "system"),
    (base(tools={}), "tools"),
    (base(tools=[{"name": "f"}]), "tools.0.input_schema"),
    (base(max_tokens="9"), "max_tokens"),
    (base(max_tokens=True), "max_tokens"),
    (base(temperature="hot"), "temperature"),
    (base(stop_sequences=[1]), "stop_sequences"),
    (base(stream="yes"), "stream"),
    (base(model=7), "model"),
]


@pytest.mark.parametrize(("body", "path"), MALFORMED, ids=lambda value: str(value)[:60])
def test_a_malformed_body_is_refused_with_the_path_of_the_fault(body: Any, path: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_request(body)

    assert str(refusal.value).startswith(path)


SAYABLE = completion_requests(
    temperature=st.none() | st.floats(0, 1),
    top_p=st.none() | st.floats(0, 1),
    top_k=st.none() | st.integers(1, 99),
    stop=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5), max_size=3).map(tuple),
    user=st.none() | st.just("u"),
    service_tier=st.none() | st.just("auto"),
    cache=st.none() | st.just(CacheMark()) | st.just(CacheMark(ttl="1h")),
)


@settings(max_examples=40, deadline=None)
@given(SAYABLE)
def test_a_request_survives_the_wire(request: CompletionRequest) -> None:
    sent = anthropic.encode(request, model=request.model, target=TARGET, profile=anthropic.PROFILE, stream=False)

    received = parse_request(json.loads(msgspec.json.encode(sent.body)))

    assert [] == sent.warnings
    assert request == received
