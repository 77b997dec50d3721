"""Requests into interactions: steps replayed, foreign parts translated, settings fitted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import gemini_interactions
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    CacheMark,
    Citation,
    Document,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)
from llmkit.types.requests import OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.gemini_interactions_cases import ELSEWHERE, FOREIGN, HELLO, ORIGIN, decoded, encoded, steps_of
from tests.dialects.test_gemini_interactions import CALL, CITED, FOUND, PNG, SEARCH, THOUGHT

OUTPUT = {"type": "model_output", "content": [CITED, PNG, {"type": "text", "text": "b"}]}
UNKNOWN = {"type": "brand_new", "x": [1]}


def test_the_steps_of_an_answer_go_back_as_they_came() -> None:
    """Byte for byte: seals cover what stands beside them."""
    steps = [THOUGHT, {"type": "thought", "signature": "s"}, SEARCH, FOUND, OUTPUT, THOUGHT, CALL, UNKNOWN]
    message = decoded(*steps).message

    body, warnings = encoded(HELLO, message, HELLO)

    assert steps == body["input"][1:-1]
    assert [] == warnings


def test_seals_of_another_account_are_left_out_with_a_warning() -> None:
    parts = [part.replace(origin=ELSEWHERE) for part in decoded(THOUGHT, {"type": "thought", "signature": "s"}, SEARCH, CALL).content]

    steps, warnings = steps_of(*parts)

    unsealed = [{key: value for key, value in step.items() if key != "signature"} for step in (THOUGHT, SEARCH, CALL)]
    assert unsealed == steps
    assert ["lossy signature"] == warnings


TYPED: list[tuple[Part, str, Any, list[str]]] = [
    (Text(text="a"), "assistant", {"type": "model_output", "content": [{"type": "text", "text": "a"}]}, []),
    (
        Text(text="a", citations=(Citation(url="u"),), origin=FOREIGN),
        "assistant",
        {"type": "model_output", "content": [{"type": "text", "text": "a"}]},
        ["lossy citations"],
    ),
    (Text(text="", origin=FOREIGN), "assistant", None, []),
    (Refusal(text="no"), "assistant", {"type": "model_output", "content": [{"type": "text", "text": "no"}]}, ["lossy messages"]),
    (
        Reasoning(text="a", signature="s"),
        "assistant",
        {"type": "thought", "summary": [{"type": "text", "text": "a"}], "signature": "s"},
        [],
    ),
    (Reasoning(text="a", origin=FOREIGN), "assistant", None, ["dropped reasoning"]),
    (
        ToolCall(id="1", name="f", arguments={"x": 1}, signature="s", origin=FOREIGN),
        "assistant",
        {"type": "function_call", "id": "1", "name": "f", "arguments": {"x": 1}},
        ["lossy signature"],
    ),
    (
        InvalidToolCall(id="1", name="f", json="{"),
        "assistant",
        {"type": "function_call", "id": "1", "name": "f", "arguments": {}},
        ["lossy messages"],
    ),
    (ServerToolCall(id="1", name="web_search", origin=FOREIGN), "assistant", None, ["dropped messages"]),
    (Unknown(kind="x", origin=FOREIGN), "assistant", None, ["dropped messages"]),
    (Citation(url="u", origin=FOREIGN), "assistant", None, ["lossy citations"]),
    (Image(data=b"\x89PNG\r\n\x1a\n"), "user", {"type": "user_input", "content": [PNG]}, []),
    (
        Image(url="https://a/b.png", options={"gemini_interactions": {"resolution": "low"}}),
        "user",
        {"type": "user_input", "content": [{"type": "image", "uri": "https://a/b.png", "resolution": "low"}]},
        [],
    ),
    (
        Video(file_id="files/x", media_type="video/mp4"),
        "user",
        {"type": "user_input", "content": [{"type": "video", "uri": "files/x", "mime_type": "video/mp4"}]},
        [],
    ),
    (Video(file_id="files/x", origin=ELSEWHERE), "user", None, ["lossy messages"]),
    (
        Document(url="data:application/pdf;base64,JVBERg=="),
        "user",
        {"type": "user_input", "content": [{"type": "document", "data": "JVBERg==", "mime_type": "application/pdf"}]},
        [],
    ),
    (Document(text="words"), "user", {"type": "user_input", "content": [{"type": "text", "text": "words"}]}, []),
    (
        Audio(id="a", transcript="hm", origin=FOREIGN),
        "assistant",
        {"type": "model_output", "content": [{"type": "text", "text": "hm"}]},
        ["lossy messages"],
    ),
    (
        ToolResult(id="1", name="f", content=(Text(text="a"), Text(text="b"))),
        "tool",
        {"type": "function_result", "call_id": "1", "name": "f", "result": "a\nb"},
        [],
    ),
    (
        ToolResult(id="1", structured={"a": 1}, is_error=True),
        "tool",
        {"type": "function_result", "call_id": "1", "result": {"a": 1}, "is_error": True},
        [],
    ),
    (
        ToolResult(id="1", content=(Text(text="a"), Image(url="https://a/b"))),
        "tool",
        {"type": "function_result", "call_id": "1", "result": [{"type": "text", "text": "a"}, {"type": "image", "uri": "https://a/b"}]},
        [],
    ),
    (
        ToolResult(id="1", content=(Reasoning(text="a"),)),
        "tool",
        {"type": "function_result", "call_id": "1", "result": ""},
        ["dropped messages"],
    ),
    (Text(text="a", cache=CacheMark()), "user", {"type": "user_input", "content": [{"type": "text", "text": "a"}]}, ["dropped cache"]),
]


@pytest.mark.parametrize(("part", "role", "expected", "warned"), TYPED)
def test_every_part_is_said_or_left_out_with_a_warning(part: Part, role: str, expected: Any, warned: list[str]) -> None:
    steps, warnings = steps_of(part, role=role)

    assert ([] if expected is None else [expected]) == steps
    assert warned == warnings


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"temperature": 0.5, "top_p": 0.9, "seed": 1, "stop": ("a",), "max_tokens": 9},
        {"generation_config": {"temperature": 0.5, "top_p": 0.9, "seed": 1, "stop_sequences": ["a"], "max_output_tokens": 9}},
        [],
    ),
    (
        {"reasoning": ReasoningOptions(effort="high", visible=True)},
        {"generation_config": {"thinking_level": "high", "thinking_summaries": "auto"}},
        [],
    ),
    ({"reasoning": ReasoningOptions(effort="none")}, {"generation_config": {"thinking_level": "minimal"}}, ["clamped reasoning"]),
    ({"reasoning": ReasoningOptions(effort="max")}, {"generation_config": {"thinking_level": "xhigh"}}, ["clamped reasoning"]),
    (
        {"reasoning": ReasoningOptions(budget=2000, summary="none")},
        {"generation_config": {"thinking_level": "medium", "thinking_summaries": "none"}},
        ["emulated reasoning"],
    ),
    (
        {"output": OutputFormat(schema={"type": "object"})},
        {"response_format": {"type": "text", "mime_type": "application/json", "schema": {"type": "object"}}},
        [],
    ),
    (
        {"output": OutputFormat(kind="json_object"), "modalities": ("text", "image")},
        {"response_format": [{"type": "text", "mime_type": "application/json"}, {"type": "image"}]},
        [],
    ),
    (
        {"modalities": ("audio",), "voice": {"voice": "kore"}},
        {"generation_config": {"speech_config": {"voice": "kore"}}, "response_format": {"type": "audio"}},
        [],
    ),
    ({"modalities": ("text",)}, {}, []),
    ({"service_tier": "flex", "metadata": {"a": "b"}, "store": False}, {"service_tier": "flex", "labels": {"a": "b"}, "store": False}, []),
    (
        {"top_k": 1, "n": 2, "logprobs": True, "user": "u", "cache": CacheMark()},
        {},
        ["dropped cache", "dropped top_k", "dropped user", "dropped logprobs", "dropped n"],
    ),
    (
        {"options": {"gemini_interactions": {"previous_interaction_id": "v1", "background": True}}},
        {"previous_interaction_id": "v1", "background": True},
        [],
    ),
    (
        {"options": {"google": {"generation_config": {"thinking_level": "low"}}}, "seed": 1},
        {"generation_config": {"seed": 1, "thinking_level": "low"}},
        [],
    ),
]


@pytest.mark.parametrize(("fields", "expected", "warned"), SETTINGS)
def test_every_setting_is_sent_or_dropped_with_a_warning(fields: dict[str, Any], expected: dict[str, Any], warned: list[str]) -> None:
    body, warnings = encoded(**fields)

    assert {"model": "g", **expected} == {key: value for key, value in body.items() if key != "input"}
    assert "input" == list(body)[-1]
    assert warned == warnings


def test_an_agent_stands_in_the_place_of_the_model() -> None:
    body, warnings = encoded(seed=1, options={"gemini_interactions": {"agent": "deep-research"}})

    assert ["agent", "input"] == list(body)
    assert ["dropped generation_config"] == warnings


FUNCTION = Tool(name="f", description="d", parameters={"type": "object"})
CHOICES: list[tuple[dict[str, Any], Any, list[str]]] = [
    ({"tool_choice": ToolChoice()}, "auto", []),
    ({"tool_choice": ToolChoice(mode="none")}, "none", []),
    ({"tool_choice": ToolChoice(mode="required")}, "any", []),
    ({"tool_choice": ToolChoice(mode="required", names=("f",))}, {"allowed_tools": {"mode": "any", "tools": ["f"]}}, []),
    ({"tool_choice": ToolChoice(names=("f",))}, {"allowed_tools": {"mode": "validated", "tools": ["f"]}}, []),
    ({"tools": (FUNCTION.replace(strict=True),)}, "validated", ["emulated tools.strict"]),
    ({"tool_choice": ToolChoice(), "parallel_tool_calls": False}, "auto", ["dropped parallel_tool_calls"]),
]


@pytest.mark.parametrize(("fields", "expected", "warned"), CHOICES)
def test_how_to_choose_among_tools(fields: dict[str, Any], expected: Any, warned: list[str]) -> None:
    body, warnings = encoded(**{"tools": (FUNCTION,), **fields})

    assert expected == body["generation_config"]["tool_choice"]
    assert warned == warnings


def test_tools_are_functions_and_the_providers_own_by_type() -> None:
    tools = (FUNCTION, ServerTool(name="web_search", config={"search_types": ["web_search"]}), ServerTool(name="code_execution"))

    assert [
        {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}},
        {"type": "google_search", "search_types": ["web_search"]},
        {"type": "code_execution"},
    ] == encoded(tools=tools)[0]["tools"]


def test_instructions_go_to_the_front() -> None:
    body, warnings = encoded(Message.system("a", "b"), HELLO, Message(role="developer", content=(Text(text="c"),)))

    assert "a\n\nb\n\nc" == body["system_instruction"]
    assert ["lossy messages"] == warnings


def test_what_cannot_be_said_raises() -> None:
    with pytest.raises(InvalidRequest, match="no message"):
        encoded(Message.system("a"))
    with pytest.raises(InvalidRequest, match="media type"):
        steps_of(Image(data=b"?"), role="user")
    with pytest.raises(UnsupportedFeature, match="image input"):
        steps_of(Image(data=b"?"), role="user", profile=gemini_interactions.PROFILE.replace(images=False))


REPLAYS: list[tuple[str, tuple[Part, ...], int]] = [
    ("native", decoded(THOUGHT).content, 1),
    ("never", decoded(THOUGHT).content, 0),
    ("tool_calls", decoded(THOUGHT).content, 0),
    ("tool_calls", decoded(THOUGHT, CALL).content, 2),
]


@pytest.mark.parametrize(("replay", "parts", "expected"), REPLAYS)
def test_earlier_thinking_goes_back_as_the_profile_says(replay: Any, parts: tuple[Part, ...], expected: int) -> None:
    assert expected == len(steps_of(*parts, profile=gemini_interactions.PROFILE.replace(replay=replay))[0])


def test_the_path_of_an_interaction_that_the_provider_keeps() -> None:
    assert "/interactions/v1%2Fx" == gemini_interactions.resume_path("v1/x", stream=False)
    assert "/interactions/v1?stream=true&last_event_id=e+1" == gemini_interactions.resume_path("v1", stream=True, after="e 1")


def test_the_same_request_is_the_same_bytes() -> None:
    """Prompt caches depend on it."""
    fields: dict[str, Any] = {"tools": (FUNCTION,), "seed": 1, "options": {"google": {"store": True, "background": False}}}

    assert json.dumps(encoded(**fields)[0]) == json.dumps(encoded(**fields)[0])
    assert ORIGIN.dialect == gemini_interactions.NAME
