"""Tools, choices among them, and the betas that requests need."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark, Document
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.anthropic_cases import TARGET, encoded, request
from tests.dialects.anthropic_encode_cases import SCHEMA, TOOL

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
