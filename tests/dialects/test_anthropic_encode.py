"""Requests into Messages bodies: settings, thinking, tools, headers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Document, Image, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.anthropic_cases import HELLO, TARGET, encoded, request

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
TOOL = Tool(name="f", parameters=SCHEMA)


def test_the_smallest_request_has_a_limit_and_a_string() -> None:
    body, warnings, headers = encoded(request())

    assert {"model": "claude", "max_tokens": 4096, "messages": [{"role": "user", "content": "Hello"}]} == body
    assert ([], {"anthropic-version": "2023-06-01"}) == (warnings, headers)


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"max_tokens": 0}, {"max_tokens": 0}, []),
    ({"temperature": 0.0, "top_p": 0.5, "top_k": 3}, {"temperature": 0.0, "top_p": 0.5, "top_k": 3}, []),
    ({"temperature": 1.5}, {"temperature": 1.0}, ["clamped temperature"]),
    ({"stop": ("a", "b")}, {"stop_sequences": ["a", "b"]}, []),
    ({"user": "u1"}, {"metadata": {"user_id": "u1"}}, []),
    ({"metadata": {"k": "v"}}, {}, ["dropped metadata"]),
    ({"service_tier": "auto"}, {"service_tier": "auto"}, []),
    ({"service_tier": "default"}, {"service_tier": "standard_only"}, ["renamed service_tier"]),
    ({"service_tier": "flex"}, {}, ["dropped service_tier"]),
    ({"cache": CacheMark()}, {"cache_control": {"type": "ephemeral"}}, []),
    ({"cache": CacheMark(ttl="1h")}, {"cache_control": {"type": "ephemeral", "ttl": "1h"}}, []),
    ({"cache": CacheMark(ttl="30m")}, {"cache_control": {"type": "ephemeral", "ttl": "5m"}}, ["clamped cache"]),
    ({"cache": CacheMark(ttl="24h")}, {"cache_control": {"type": "ephemeral", "ttl": "1h"}}, ["clamped cache"]),
    ({"output": OutputFormat(schema=SCHEMA, name="x")}, {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}, []),
    (
        {"output": OutputFormat(schema=SCHEMA, strict=False)},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        ["dropped output.strict"],
    ),
    ({"output": OutputFormat(kind="text")}, {}, []),
    ({"seed": 1}, {}, ["dropped seed"]),
    ({"min_p": 0.1}, {}, ["dropped min_p"]),
    ({"frequency_penalty": 0.1, "presence_penalty": 0.0}, {}, ["dropped frequency_penalty", "dropped presence_penalty"]),
    ({"repetition_penalty": 1.0}, {}, ["dropped repetition_penalty"]),
    ({"logit_bias": {"1": 1.0}}, {}, ["dropped logit_bias"]),
    ({"logprobs": True, "top_logprobs": 2}, {}, ["dropped top_logprobs", "dropped logprobs"]),
    ({"logprobs": False}, {}, []),
    ({"n": 2}, {}, ["dropped n"]),
    ({"n": 1}, {}, []),
    ({"verbosity": "low"}, {}, ["dropped verbosity"]),
    ({"store": False}, {}, ["dropped store"]),
    ({"modalities": ("text",)}, {}, []),
    ({"options": {"anthropic": {"inference_geo": "eu"}, "gemini": {"x": 1}}}, {"inference_geo": "eu"}, []),
    ({"options": {"anthropic": {"metadata": {"x": 1}}}, "user": "u"}, {"metadata": {"user_id": "u", "x": 1}}, []),
]


@pytest.mark.parametrize(("fields", "expected", "warned"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_setting_goes_out_or_leaves_a_warning(fields: dict[str, Any], expected: dict[str, Any], warned: list[str]) -> None:
    body, warnings, _ = encoded(request(**fields))

    assert {"model": "claude", "max_tokens": 4096, **expected} == {name: value for name, value in body.items() if name != "messages"}
    assert warned == warnings


BUDGET = {"type": "enabled", "budget_tokens": 2000}
THINKING: list[tuple[ReasoningOptions, dict[str, Any], dict[str, Any], list[str]]] = [
    (ReasoningOptions(budget=2000), {}, {"thinking": BUDGET}, []),
    (ReasoningOptions(budget=2000, visible=True), {}, {"thinking": {**BUDGET, "display": "summarized"}}, []),
    (ReasoningOptions(budget=2000, visible=False), {}, {"thinking": {**BUDGET, "display": "omitted"}}, []),
    (ReasoningOptions(budget=2000, summary="auto"), {}, {"thinking": {**BUDGET, "display": "summarized"}}, ["dropped reasoning.summary"]),
    (ReasoningOptions(effort="none"), {}, {"thinking": {"type": "disabled"}}, []),
    (ReasoningOptions(effort="medium"), {}, {"thinking": {"type": "enabled", "budget_tokens": 2048}}, ["emulated reasoning.effort"]),
    (ReasoningOptions(effort="minimal"), {}, {"thinking": {"type": "enabled", "budget_tokens": 1024}}, ["emulated reasoning.effort"]),
    (ReasoningOptions(budget=10), {}, {"thinking": {"type": "enabled", "budget_tokens": 1024}}, ["clamped reasoning.budget"]),
    (ReasoningOptions(budget=8000), {}, {"max_tokens": 12096, "thinking": {"type": "enabled", "budget_tokens": 8000}}, []),
    (
        ReasoningOptions(budget=8000),
        {"max_tokens": 3000},
        {"max_tokens": 3000, "thinking": {"type": "enabled", "budget_tokens": 2999}},
        ["clamped reasoning.budget"],
    ),
    (
        ReasoningOptions(budget=1024),
        {"max_tokens": 500},
        {"max_tokens": 1524, "thinking": {"type": "enabled", "budget_tokens": 1024}},
        ["clamped max_tokens"],
    ),
    (
        ReasoningOptions(budget=2000),
        {"temperature": 0.3, "top_k": 5, "top_p": 0.5},
        {"thinking": BUDGET},
        ["dropped temperature", "dropped top_p", "dropped top_k"],
    ),
    (ReasoningOptions(budget=2000), {"temperature": 1.0, "top_p": 0.95}, {"thinking": BUDGET, "temperature": 1.0, "top_p": 0.95}, []),
    (ReasoningOptions(effort="none"), {"temperature": 0.3}, {"thinking": {"type": "disabled"}, "temperature": 0.3}, []),
    (ReasoningOptions(visible=True), {}, {}, []),
]


@pytest.mark.parametrize(("reasoning", "fields", "expected", "warned"), THINKING, ids=lambda value: str(value)[:60])
def test_thinking_by_budget(reasoning: ReasoningOptions, fields: dict[str, Any], expected: dict[str, Any], warned: list[str]) -> None:
    body, warnings, _ = encoded(request(reasoning=reasoning, **fields))

    assert {"model": "claude", "max_tokens": 4096, **expected} == {name: value for name, value in body.items() if name != "messages"}
    assert warned == warnings


OTHER_CONTROLS: list[tuple[str, ReasoningOptions, dict[str, Any], list[str]]] = [
    ("adaptive", ReasoningOptions(effort="high"), {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}}, []),
    ("adaptive", ReasoningOptions(visible=True), {"thinking": {"type": "adaptive", "display": "summarized"}}, []),
    ("adaptive", ReasoningOptions(effort="none"), {"thinking": {"type": "disabled"}}, []),
    (
        "adaptive",
        ReasoningOptions(effort="minimal"),
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
        ["clamped reasoning.effort"],
    ),
    (
        "adaptive",
        ReasoningOptions(budget=4000),
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "medium"}},
        ["emulated reasoning.budget"],
    ),
    (
        "adaptive",
        ReasoningOptions(budget=60000),
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
        ["emulated reasoning.budget"],
    ),
    ("effort", ReasoningOptions(effort="low"), {"output_config": {"effort": "low"}}, []),
    ("toggle", ReasoningOptions(effort="high"), {"thinking": {"type": "enabled"}}, ["emulated reasoning"]),
    ("none", ReasoningOptions(effort="high"), {}, ["dropped reasoning"]),
]


@pytest.mark.parametrize(("control", "reasoning", "expected", "warned"), OTHER_CONTROLS, ids=lambda value: str(value)[:60])
def test_the_profile_says_how_thinking_is_controlled(
    control: Any, reasoning: ReasoningOptions, expected: dict[str, Any], warned: list[str]
) -> None:
    body, warnings, _ = encoded(request(reasoning=reasoning), profile=anthropic.PROFILE.replace(reasoning=control))

    assert {"model": "claude", "max_tokens": 4096, **expected} == {name: value for name, value in body.items() if name != "messages"}
    assert warned == warnings


def test_thinking_gives_way_to_a_forced_tool() -> None:
    """The API refuses both together."""
    forced = request(tools=(TOOL,), tool_choice=ToolChoice(mode="required"), reasoning=ReasoningOptions(budget=2000))

    body, warnings, _ = encoded(forced)

    assert "thinking" not in body
    assert ["dropped reasoning"] == warnings


CHOICES: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
    ({}, None),
    ({"tool_choice": ToolChoice()}, {"type": "auto"}),
    ({"tool_choice": ToolChoice(mode="none")}, {"type": "none"}),
    ({"tool_choice": ToolChoice(mode="none"), "parallel_tool_calls": False}, {"type": "none"}),
    ({"tool_choice": ToolChoice(mode="required")}, {"type": "any"}),
    ({"tool_choice": ToolChoice(mode="required", names=("f",))}, {"type": "tool", "name": "f"}),
    ({"parallel_tool_calls": False}, {"type": "auto", "disable_parallel_tool_use": True}),
    ({"tool_choice": ToolChoice(mode="required"), "parallel_tool_calls": True}, {"type": "any", "disable_parallel_tool_use": False}),
]


@pytest.mark.parametrize(("fields", "expected"), CHOICES, ids=str)
def test_tool_choice(fields: dict[str, Any], expected: dict[str, Any] | None) -> None:
    body, warnings, _ = encoded(request(tools=(TOOL,), **fields))

    assert expected == body.get("tool_choice")
    assert [] == warnings


@pytest.mark.parametrize("mode", ["auto", "required"])
def test_a_choice_among_some_tools_sends_only_those(mode: Any) -> None:
    tools = (TOOL, Tool(name="g"), Tool(name="h"))

    body, warnings, _ = encoded(request(tools=tools, tool_choice=ToolChoice(mode=mode, names=("f", "h"))))

    assert ["f", "h"] == [tool["name"] for tool in body["tools"]]
    assert ["emulated tool_choice"] == warnings


def test_a_model_that_cannot_be_forced_gets_a_free_choice() -> None:
    asked = request(tools=(TOOL,), tool_choice=ToolChoice(mode="required"))

    body, warnings, _ = encoded(asked, profile=anthropic.PROFILE.replace(forced_tools=False))

    assert ({"type": "auto"}, ["dropped tool_choice"]) == (body["tool_choice"], warnings)


TOOLS: list[tuple[Any, dict[str, Any], str]] = [
    (TOOL, {"name": "f", "input_schema": SCHEMA}, ""),
    (Tool(name="f"), {"name": "f", "input_schema": {"type": "object", "properties": {}}}, ""),
    (
        Tool(name="f", description="d", parameters=SCHEMA, strict=True, cache=CacheMark(), options={"anthropic": {"defer_loading": True}}),
        {
            "name": "f",
            "description": "d",
            "input_schema": SCHEMA,
            "strict": True,
            "defer_loading": True,
            "cache_control": {"type": "ephemeral"},
        },
        "",
    ),
    (ServerTool(name="web_search"), {"type": "web_search_20250305", "name": "web_search"}, ""),
    (
        ServerTool(name="web_search", config={"type": "web_search_20260318", "max_uses": 2}),
        {"type": "web_search_20260318", "name": "web_search", "max_uses": 2},
        "",
    ),
    (ServerTool(name="web_fetch_20260209"), {"type": "web_fetch_20260209", "name": "web_fetch"}, ""),
    (ServerTool(name="web_fetch"), {"type": "web_fetch_20250910", "name": "web_fetch"}, "web-fetch-2025-09-10"),
    (ServerTool(name="code_execution"), {"type": "code_execution_20250825", "name": "code_execution"}, "code-execution-2025-08-25"),
    (ServerTool(name="text_editor"), {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"}, ""),
    (ServerTool(name="text_editor_20250124"), {"type": "text_editor_20250124", "name": "str_replace_editor"}, ""),
    (ServerTool(name="memory"), {"type": "memory_20250818", "name": "memory"}, "context-management-2025-06-27"),
    (
        ServerTool(name="mcp_toolset", config={"mcp_server_name": "s"}),
        {"type": "mcp_toolset", "mcp_server_name": "s"},
        "mcp-client-2025-11-20",
    ),
    (
        ServerTool(name="brand_new_20270101", cache=CacheMark()),
        {"type": "brand_new_20270101", "name": "brand_new", "cache_control": {"type": "ephemeral"}},
        "",
    ),
]


@pytest.mark.parametrize(("tool", "expected", "beta"), TOOLS, ids=lambda value: str(value)[:60])
def test_a_tool_goes_out_with_the_beta_it_needs(tool: Any, expected: dict[str, Any], beta: str) -> None:
    body, warnings, headers = encoded(request(tools=(tool,)))

    assert [expected] == body["tools"]
    assert ([], beta) == (warnings, headers.get("anthropic-beta", ""))


BETAS: list[tuple[dict[str, Any], str]] = [
    ({"mcp_servers": [{"type": "url"}]}, "mcp-client-2025-04-04"),
    ({"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, "context-management-2025-06-27"),
    ({"context_management": {"edits": [{"type": "compact_20260112"}]}}, "context-management-2025-06-27,compact-2026-01-12"),
    ({"output_format": {"type": "json_schema"}}, "structured-outputs-2025-11-13"),
    ({"container": {"skills": [{"skill_id": "pdf"}]}}, "skills-2025-10-02"),
    ({"container": "container_1"}, ""),
    ({"output_config": {"task_budget": {"type": "tokens", "total": 1}}}, "task-budgets-2026-03-13"),
    ({"speed": "fast"}, "fast-mode-2026-02-01"),
    ({"fallbacks": "default"}, "server-side-fallback-2026-07-01"),
    ({"speed": "fast", "betas": ["x-1", "fast-mode-2026-02-01"]}, "fast-mode-2026-02-01,x-1"),
    ({"betas": ["context-1m-2025-08-07"]}, "context-1m-2025-08-07"),
    ({"tools": None, "context_management": "odd"}, "context-management-2025-06-27"),
]


@pytest.mark.parametrize(("options", "expected"), BETAS, ids=str)
def test_beta_headers_follow_from_what_the_request_uses(options: dict[str, Any], expected: str) -> None:
    body, _, headers = encoded(request(options={"anthropic": options}))

    assert expected == headers.get("anthropic-beta", "")
    assert "betas" not in body


def test_a_file_needs_its_beta() -> None:
    _, _, headers = encoded(request(Message.user("Read", Document(file_id="file_1"))))

    assert "files-api-2025-04-14" == headers["anthropic-beta"]


def test_betas_of_the_profile_come_first() -> None:
    profile = anthropic.PROFILE.replace(headers={"anthropic-beta": "a"})

    _, _, headers = encoded(request(options={"anthropic": {"betas": ["b"]}}), profile=profile)

    assert {"anthropic-beta": "a,b"} == headers


def test_the_version_can_be_set_for_one_request() -> None:
    body, _, headers = encoded(request(options={"anthropic": {"version": "2024-01-01"}}))

    assert "2024-01-01" == headers["anthropic-version"]
    assert "version" not in body


def test_options_of_the_provider_count_too() -> None:
    zai = TARGET.replace(provider="zai")

    body, _, _ = encoded(request(options={"anthropic": {"a": 1, "b": 1}, "zai": {"b": 2}}), target=zai)

    assert {"a": 1, "b": 2} == {name: body[name] for name in ("a", "b")}


def test_streaming_is_said_in_the_body() -> None:
    body, _, _ = encoded(request(options={"anthropic": {"stream": False}}), stream=True)

    assert body["stream"] is True


SYSTEMS: list[tuple[tuple[Message, ...], Any]] = [
    ((Message.system("a"),), "a"),
    (
        (Message.system("a"), Message(role="developer", content=(Text(text="b"),))),
        [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
    ),
    ((Message.system(Text(text="a", cache=CacheMark())),), [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]),
    (
        (Message(role="system", content=(Text(text="a"),), cache=CacheMark(ttl="1h")),),
        [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    ),
    ((Message(role="system", content=(Text(text="a"),), options={"anthropic": {"as_blocks": True}}),), [{"type": "text", "text": "a"}]),
]


@pytest.mark.parametrize(("messages", "expected"), SYSTEMS, ids=lambda value: str(value)[:60])
def test_instructions_move_to_the_top(messages: tuple[Message, ...], expected: Any) -> None:
    body, warnings, _ = encoded(request(*messages, *HELLO))

    assert (expected, [{"role": "user", "content": "Hello"}]) == (body["system"], body["messages"])
    assert [] == warnings


def test_a_later_instruction_is_wrapped_unless_the_model_takes_it() -> None:
    asked = request(Message.user("a"), Message.assistant("b"), Message.system("c"), Message.user("d"))

    wrapped, warnings, _ = encoded(asked)
    inline, quiet, _ = encoded(asked, profile=anthropic.PROFILE.replace(system_role="system"))

    words = [{"type": "text", "text": "<system>\nc\n</system>"}, {"type": "text", "text": "d"}]
    assert {"role": "user", "content": words} == wrapped["messages"][-1]
    assert ["emulated messages"] == warnings
    assert {"role": "system", "content": "c"} == inline["messages"][2]
    assert [] == quiet


def test_tool_results_and_what_follows_are_one_turn_with_the_results_first() -> None:
    """A result anywhere else than first in the turn after its call is refused."""
    calls = (ToolCall(id="1", name="f"), ToolCall(id="2", name="f"))
    one, two = (ToolResult(id=id_, content=(Text(text=id_),)) for id_ in "12")
    asked = request(
        Message.user("a"),
        Message.assistant(*calls),
        Message.system("s"),
        Message.tool(one),
        Message.tool(two),
        Message.user("b"),
        Message.user("c"),
    )

    body, _, _ = encoded(asked)

    kinds = [block["type"] for block in body["messages"][2]["content"]]
    assert ["tool_result", "tool_result", "text", "text"] == kinds
    assert {"role": "user", "content": "c"} == body["messages"][3]


def test_turns_of_one_role_stay_apart() -> None:
    body, _, _ = encoded(request(Message.user("a"), Message.user("b")))

    assert ["a", "b"] == [turn["content"] for turn in body["messages"]]


def test_only_four_cache_marks_go_out_and_the_last_stay() -> None:
    marked = [Message.user(Text(text=str(n), cache=CacheMark())) for n in range(5)]

    body, warnings, _ = encoded(request(Message.system(Text(text="s", cache=CacheMark())), *marked))

    assert [False, False, True, True, True] == ["cache_control" in turn["content"][0] for turn in body["messages"]]
    assert "cache_control" in body["system"][0]
    assert ["clamped cache"] == warnings


def test_a_longer_mark_after_a_shorter_one_becomes_short() -> None:
    asked = request(Message.user(Text(text="a", cache=CacheMark()), Text(text="b", cache=CacheMark(ttl="1h"))))

    body, warnings, _ = encoded(asked)

    assert [{"type": "ephemeral"}] * 2 == [block["cache_control"] for block in body["messages"][0]["content"]]
    assert ["clamped cache"] == warnings


def test_cache_marks_vanish_where_the_profile_says_so() -> None:
    asked = request(Message.user(Text(text="a", cache=CacheMark())), cache=CacheMark())

    body, warnings, _ = encoded(asked, profile=anthropic.PROFILE.replace(cache="none"))

    assert "cache_control" not in json.dumps(body)
    assert ["dropped cache"] == warnings


REFUSED: list[tuple[CompletionRequest, dict[str, Any]]] = [
    (request(output=OutputFormat(kind="json_object")), {}),
    (request(output=OutputFormat(schema=SCHEMA)), {"json_schema": False}),
    (request(modalities=("audio",)), {}),
    (request(tools=(TOOL,)), {"tools": False}),
    (request(tools=(ServerTool(name="file_search"),)), {}),
    (request(Message.user(Image(url="https://a/b.png"))), {"images": False}),
    (request(Message.user(Image(url="https://a/b.png"))), {"image_urls": False}),
    (request(Message.user(Document(text="a"))), {"documents": False}),
    (request(Message.user(Document(data=b"PK\x03\x04", media_type="application/vnd.ms-excel"))), {}),
    (request(Message.user("a"), Message.assistant("{")), {"prefill": False}),
]


@pytest.mark.parametrize(("asked", "profile"), REFUSED, ids=lambda value: str(value)[:80])
def test_a_feature_that_cannot_be_sent_is_refused_before_sending(asked: CompletionRequest, profile: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(asked, profile=anthropic.PROFILE.replace(**profile))


@pytest.mark.parametrize(
    "asked",
    [
        CompletionRequest(model="m", messages=()),
        request(Message.system("only")),
        request(Message.user(Image())),
        request(Message.user(Image(data=b"????"))),
        request(Message.user(Document(data=b"\xff\xfe"))),
    ],
    ids=lambda value: str(value)[:80],
)
def test_a_request_without_substance_is_refused_before_sending(asked: CompletionRequest) -> None:
    with pytest.raises(InvalidRequest):
        encoded(asked)


_PROGRAM = """
import msgspec
from tests.dialects.test_anthropic_encode import ENCODED_TWICE, encoded
print(msgspec.json.encode(encoded(ENCODED_TWICE)).decode())
"""
ENCODED_TWICE = request(
    Message.system("s"),
    Message.user("a"),
    tools=(TOOL, ServerTool(name="web_fetch", config={"max_uses": 1, "allowed_domains": ["a"]})),
    reasoning=ReasoningOptions(effort="low"),
    options={"anthropic": {"betas": ["c", "a", "b"], "speed": "fast", "mcp_servers": [{"type": "url"}]}},
)


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    """Prompt caches match byte by byte."""

    def run(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, check=True).stdout

    assert run("1") == run("2")


def test_messages_come_last_and_the_model_first() -> None:
    body, _, _ = encoded(ENCODED_TWICE, stream=True)

    assert ["model", "max_tokens", "system", "tools", "thinking"] == list(body)[:5]
    assert "messages" == list(body)[-1]
