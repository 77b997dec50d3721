"""Responses bodies of clients into our requests: what we send on is what they sent."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.dialects import openai_responses
from llmkit.errors import InvalidRequest
from llmkit.serving.openai_responses import parse_request, streams
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Document, Image, Provenance, Reasoning, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest
from tests.conformance.normalisations import first_difference, normalised
from tests.dialects.openai_responses_cases import CALL, CUSTOM, REASONING, SAID, SEARCH, SEVERAL
from tests.strategies import completion_requests, images, texts

TARGET = Provenance(provider="openai", dialect="openai_responses")
EXPLICIT = openai_responses.PROFILE.replace(cache="explicit")
ASK: dict[str, Any] = {"model": "m", "input": "Hi"}
USER = {"type": "message", "role": "user"}


def again(body: dict[str, Any]) -> dict[str, Any]:
    """Return what we send on for a client's `body`."""
    request = parse_request(json.loads(json.dumps(body)))
    found = openai_responses.encode(request, model=request.model, target=TARGET, profile=EXPLICIT, stream=streams(body))
    assert [] == found.warnings
    sent: dict[str, Any] = json.loads(msgspec.json.encode(found.body))
    return sent


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"instructions": "Be brief.", "stream": True},
        {"store": False, "include": ["reasoning.encrypted_content", "message.output_text.logprobs"], "top_logprobs": 2},
        {"top_logprobs": 2},
        {"previous_response_id": "resp_1", "background": True, "conversation": "conv_1", "prompt": {"id": "p", "variables": {"a": 1}}},
        {"reasoning": {"effort": "high", "summary": "auto", "mode": "pro", "context": "all_turns"}},
        {"reasoning": {"effort": "from_the_future"}},
        {"text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}, "verbosity": "low"}},
        {"text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "new": 1}}},
        {"text": {"format": {"type": "json_object"}, "new": 1}},
        {"max_output_tokens": 9, "temperature": 0.5, "top_p": 0.9, "service_tier": "flex", "metadata": {"a": "b"}, "max_tool_calls": 3},
        {"metadata": {"a": 1}, "safety_identifier": "u", "user": "v", "truncation": "auto"},
        {"prompt_cache_options": {"mode": "implicit", "ttl": "12h", "comparison_response_id": "resp_1"}, "prompt_cache_key": "k"},
        {"prompt_cache_options": {"mode": "explicit"}},
        {"tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": False, "defer_loading": True}]},
        {"tools": [{"type": "custom", "name": "sql", "description": "d", "format": {"type": "grammar", "syntax": "lark"}}]},
        {"tools": [{"type": "web_search", "filters": {"allowed_domains": ["a"]}}, {"type": "mcp", "server_label": "l", "server_url": "u"}]},
        {"tools": [{"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "f"}]}]},
        *[
            {"tools": [{"type": "web_search"}, {"type": "mcp", "server_label": "l"}], "tool_choice": choice}
            for choice in (
                "auto",
                "none",
                "required",
                {"type": "function", "name": "f"},
                {"type": "custom", "name": "f"},
                {"type": "web_search"},
                {"type": "mcp", "server_label": "l"},
                {"type": "mcp", "server_label": "l", "name": "f"},
                {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
                {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]},
                {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}, {"type": "web_search"}]},
                {"type": "from_the_future"},
            )
        ],
    ],
)
def test_every_field_goes_on_as_it_came(more: dict[str, Any]) -> None:
    body = {**ASK, **more}
    if isinstance(more.get("tool_choice"), dict) and more["tool_choice"].get("type") == "custom":
        body["tools"] = [{"type": "custom", "name": "f"}]

    assert None is first_difference(normalised("openai_responses", body), normalised("openai_responses", again(body)))


BREAK = {"prompt_cache_breakpoint": {"mode": "explicit", "ttl": "30m"}}
ITEMS: list[dict[str, Any]] = [
    {"role": "user", "content": "Hi"},
    {"role": "developer", "content": [{"type": "input_text", "text": "Hi", **BREAK}]},
    {**USER, "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b", "new": 1}]},
    {**USER, "content": [{"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}]},
    {**USER, "content": [{"type": "input_image", "file_id": "file-1"}, {"type": "input_file", "file_id": "file-2"}]},
    {**USER, "content": [{"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}]},
    {**USER, "content": [{"type": "input_file", "file_url": "https://a/b.pdf"}]},
    {**USER, "content": [{"type": "input_text", "text": "a"}, {"type": "from_the_future", "x": 1}]},
    {**USER, "id": "msg_9", "status": "completed", "content": [{"type": "input_text", "text": "a"}]},
    {"role": "assistant", "content": "Hello"},
    {"role": "assistant", "content": [{"type": "output_text", "text": "a"}, {"type": "output_text", "text": "b"}]},
    {"role": "assistant", "phase": "commentary", "content": [{"type": "output_text", "text": "a", "annotations": []}]},
    REASONING,
    SAID,
    SEVERAL,
    CALL,
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "ok", "status": "completed"},
    {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_image", "image_url": "https://a/b.png"}]},
    CUSTOM,
    {"type": "custom_tool_call_output", "call_id": "call_2", "output": "ok"},
    SEARCH,
    {"type": "item_reference", "id": "msg_8"},
    {"type": "compaction", "id": "cmp_1", "encrypted_content": "Qw=="},
    {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": False, "reason": "no"},
    {"type": "shell_call_output", "call_id": "s", "output": [{"stdout": "x", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}]},
    {"type": "computer_call_output", "call_id": "s", "output": {"type": "computer_screenshot", "file_id": "file-1"}},
    {"type": "additional_tools", "role": "developer", "tools": []},
    {"type": "from_the_future", "x": {"b": 1}},
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=6, unique_by=json.dumps))
def test_every_item_goes_on_as_it_came(items: list[dict[str, Any]]) -> None:
    """Whatever stands beside it."""
    body = {**ASK, "input": items}

    assert None is first_difference(normalised("openai_responses", body), normalised("openai_responses", again(body)))


def test_what_has_a_type_gets_it() -> None:
    """A request must mean the same to a provider of another format."""
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}
    file = {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "ok"}
    marked = {"type": "input_text", "text": "Hi", "prompt_cache_breakpoint": {"mode": "explicit"}}

    request = parse_request(
        {**ASK, "instructions": "S", "input": [{"role": "user", "content": [marked, image, file]}, REASONING, CALL, output]}
    )

    system, user, assistant, tool = request.messages
    assert ("S", "user", "assistant", "tool") == (system.text, user.role, assistant.role, tool.role)
    assert (
        Text(text="Hi", cache=CacheMark()),
        Image(data=b"\x89PNG\r\n\x1a\n", media_type="image/png"),
        Document(data=b"%PDF-", media_type="application/pdf", name="a.pdf"),
    ) == user.content
    assert [Reasoning, ToolCall] == [type(part) for part in assistant.content]
    assert (ToolResult(id="call_1", content=(Text(text="ok"),)),) == tool.content


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"model": 7}, "model"),
        ({"input": 7}, "input"),
        ({"input": [7]}, "input[0]"),
        ({"input": [{"role": "wizard", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": 7}]}, "input[0].content"),
        ({"input": [{"role": "user", "content": [7]}]}, "input[0].content[0]"),
        ({"input": [{"role": "assistant", "content": 7}]}, "input[0].content"),
        ({"input": [{"x": 1}]}, "input[0].type"),
        ({"input": [{"type": "function_call", "arguments": "{}"}]}, "input[0].name"),
        ({"input": [{"type": "function_call_output", "output": "x"}]}, "input[0].call_id"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"max_output_tokens": 1.5}, "max_output_tokens"),
        ({"stream": "yes"}, "stream"),
        ({"store": "yes"}, "store"),
        ({"tools": {}}, "tools"),
        ({"tools": [{"name": "f"}]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tools": [{"type": "function", "name": "f", "strict": "yes"}]}, "tools[0].strict"),
        ({"text": []}, "text"),
        ({"reasoning": "high"}, "reasoning"),
    ],
)
def test_what_is_malformed_is_named(body: dict[str, Any], parameter: str) -> None:
    with pytest.raises(InvalidRequest) as failure:
        parse_request({**ASK, **body})

    assert parameter == failure.value.parameter


@settings(max_examples=15, deadline=None)
@given(
    completion_requests(
        parts=st.one_of(texts, images),
        temperature=st.none() | st.floats(0, 2),
        user=st.none() | st.just("u"),
        store=st.booleans(),
        service_tier=st.none() | st.just("flex"),
    )
)
def test_a_request_of_ours_comes_back(request: CompletionRequest) -> None:
    def sent(asked: CompletionRequest) -> Any:
        found = openai_responses.encode(asked, model=asked.model, target=TARGET, profile=EXPLICIT, stream=False)
        return msgspec.json.decode(msgspec.json.encode(found.body))

    body = sent(request)

    assert body == sent(parse_request(body))


def test_two_answers_of_the_model_in_a_row_stay_two() -> None:
    said = [{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}]

    request = parse_request({**ASK, "input": said})

    assert [Message.assistant("a"), Message.assistant("b")] == list(request.messages)
