"""Requests as Chat Completions bodies: what is sent, what is warned of, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import UnsupportedFeature
from llmkit.types.dialect import CompletionDialect
from llmkit.types.messages import Message
from llmkit.types.parts import (
    CacheMark,
    Text,
)
from llmkit.types.profile import Profile
from llmkit.types.requests import OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.openai_chat_cases import ORIGIN
from tests.dialects.openai_chat_encode_cases import HELLO, request, sent, warned

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def test_the_module_is_a_dialect() -> None:
    dialect: CompletionDialect = openai_chat

    assert ("openai_chat", "/chat/completions") == (dialect.NAME, sent(request()).path)


SETTINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"temperature": 0.5, "top_p": 0.9, "top_k": 4, "min_p": 0.1}, {"temperature": 0.5, "top_p": 0.9, "top_k": 4, "min_p": 0.1}),
    ({"temperature": 0, "seed": 0, "n": 1, "logprobs": False}, {"temperature": 0, "seed": 0, "n": 1, "logprobs": False}),
    ({"max_tokens": 5}, {"max_tokens": 5}),
    ({"stop": ("a", "b")}, {"stop": ["a", "b"]}),
    (
        {"frequency_penalty": 1.0, "presence_penalty": -1.0, "repetition_penalty": 1.1},
        {"frequency_penalty": 1.0, "presence_penalty": -1.0, "repetition_penalty": 1.1},
    ),
    ({"logit_bias": {"50256": -100.0}, "top_logprobs": 3}, {"logit_bias": {"50256": -100.0}, "top_logprobs": 3}),
    ({"user": "u", "metadata": {"a": "b"}, "store": True}, {"user": "u", "metadata": {"a": "b"}, "store": True}),
    ({"service_tier": "flex", "verbosity": "low"}, {"service_tier": "flex", "verbosity": "low"}),
    (
        {"modalities": ("text", "audio"), "voice": {"voice": "alloy", "format": "wav"}},
        {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}},
    ),
    ({"output": OutputFormat(kind="text")}, {"response_format": {"type": "text"}}),
    ({"output": OutputFormat(kind="json_object")}, {"response_format": {"type": "json_object"}}),
    (
        {"output": OutputFormat(schema=SCHEMA, name="n", description="d", strict=True)},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "description": "d", "schema": SCHEMA, "strict": True}}},
    ),
    (
        {"output": OutputFormat(schema=SCHEMA)},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "output", "schema": SCHEMA}}},
    ),
    (
        {"tools": (Tool(name="f", description="d", parameters=SCHEMA, strict=False),)},
        {"tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA, "strict": False}}]},
    ),
    (
        {"tools": (Tool(name="f"),)},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]},
    ),
    ({"tools": (ServerTool(name="web_search", config={"x": 1}),)}, {"tools": [{"type": "web_search", "x": 1}]}),
    (
        {
            "tools": (
                Tool(name="c", description="d", options={"openai_chat": {"type": "custom", "custom": {"format": {"type": "text"}}}}),
            ),
            "tool_choice": ToolChoice(mode="required", names=("c",)),
        },
        {
            "tools": [{"type": "custom", "custom": {"name": "c", "description": "d", "format": {"type": "text"}}}],
            "tool_choice": {"type": "custom", "custom": {"name": "c"}},
        },
    ),
    ({"tool_choice": ToolChoice()}, {"tool_choice": "auto"}),
    ({"tool_choice": ToolChoice(mode="none")}, {"tool_choice": "none"}),
    ({"tool_choice": ToolChoice(mode="required")}, {"tool_choice": "required"}),
    ({"tool_choice": ToolChoice(mode="required", names=("f",))}, {"tool_choice": {"type": "function", "function": {"name": "f"}}}),
    (
        {"tool_choice": ToolChoice(names=("f",))},
        {
            "tool_choice": {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
            }
        },
    ),
    ({"parallel_tool_calls": False}, {"parallel_tool_calls": False}),
    ({"options": {"openai_chat": {"a": 1}, "example": {"b": 2}, "anthropic": {"c": 3}}}, {"a": 1, "b": 2}),
]


@pytest.mark.parametrize(("settings", "expected"), SETTINGS, ids=range(len(SETTINGS)))
def test_a_setting_is_sent_without_a_warning(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    encoded = sent(request(**settings))

    assert {"model": "m", "messages": [{"role": "user", "content": "Hello"}], **expected} == encoded.body
    assert [] == encoded.warnings


THINKING: list[tuple[ReasoningOptions, str, dict[str, Any], list[str]]] = [
    (ReasoningOptions(effort="high"), "effort", {"reasoning_effort": "high"}, []),
    (ReasoningOptions(budget=15_000), "effort", {"reasoning_effort": "high"}, ["emulated"]),
    (ReasoningOptions(budget=900), "effort", {"reasoning_effort": "low"}, ["emulated"]),
    (ReasoningOptions(budget=0), "effort", {"reasoning_effort": "none"}, ["emulated"]),
    (ReasoningOptions(effort="low", budget=9), "effort", {"reasoning_effort": "low"}, ["dropped"]),
    (ReasoningOptions(effort="none"), "toggle", {"thinking": {"type": "disabled"}}, []),
    (ReasoningOptions(effort="high"), "toggle", {"thinking": {"type": "enabled"}}, ["emulated"]),
    (ReasoningOptions(budget=99), "toggle", {"thinking": {"type": "enabled"}}, ["emulated"]),
    (ReasoningOptions(budget=0), "toggle", {"thinking": {"type": "disabled"}}, []),
    (ReasoningOptions(budget=2000), "budget", {"thinking": {"type": "enabled", "budget_tokens": 2000}}, []),
    (ReasoningOptions(budget=20), "budget", {"thinking": {"type": "enabled", "budget_tokens": 1000}}, ["clamped"]),
    (ReasoningOptions(budget=99_999), "budget", {"thinking": {"type": "enabled", "budget_tokens": 30_000}}, ["clamped"]),
    (ReasoningOptions(effort="low"), "budget", {"thinking": {"type": "enabled", "budget_tokens": 1024}}, ["emulated"]),
    (ReasoningOptions(effort="none"), "budget", {"thinking": {"type": "disabled"}}, []),
    (ReasoningOptions(effort="low", visible=False), "level", {"reasoning": {"effort": "low", "exclude": True}}, []),
    (ReasoningOptions(budget=7), "level", {"reasoning": {"max_tokens": 7}}, []),
    (ReasoningOptions(effort="low"), "none", {}, ["dropped"]),
    (ReasoningOptions(effort="low", visible=True, summary="auto"), "effort", {"reasoning_effort": "low"}, ["dropped", "dropped"]),
]


@pytest.mark.parametrize(("wanted", "control", "expected", "kinds"), THINKING, ids=range(len(THINKING)))
def test_thinking_is_spelled_as_the_profile_says(
    wanted: ReasoningOptions, control: str, expected: dict[str, Any], kinds: list[str]
) -> None:
    encoded = sent(request(reasoning=wanted), reasoning=control, min_budget=1000, max_budget=30_000)

    assert {"model": "m", **expected, "messages": [{"role": "user", "content": "Hello"}]} == encoded.body
    assert kinds == [warning.kind for warning in encoded.warnings]


def test_a_budget_becomes_an_effort_that_the_model_knows() -> None:
    assert "minimal" == sent(request(reasoning=ReasoningOptions(budget=9000)), efforts=("minimal", "max")).body["reasoning_effort"]


def test_the_profile_names_the_limit_and_gives_one_where_the_api_demands_it() -> None:
    assert 9 == sent(request(max_tokens=9), max_tokens_field="max_completion_tokens").body["max_completion_tokens"]
    assert 7 == sent(request(), default_max_tokens=7).body["max_tokens"]
    assert 9 == sent(request(max_tokens=9), default_max_tokens=7).body["max_tokens"]
    assert "max_tokens" in openai_chat.encode(request(max_tokens=1), model="m", target=ORIGIN, profile=Profile(), stream=False).body


def test_a_stream_asks_for_usage_unless_the_api_refuses() -> None:
    assert {"include_usage": True} == sent(request(), stream=True).body["stream_options"]
    assert "stream_options" not in sent(request(), stream=True, stream_usage=False).body
    assert "stream" not in sent(request()).body


def test_the_order_of_keys_puts_what_changes_last() -> None:
    """Providers cache by prefix: what stays the same between turns must come first."""
    everything = request(
        tools=(Tool(name="f"),), temperature=1.0, max_tokens=3, options={"example": {"z": 1}}, reasoning=ReasoningOptions(effort="low")
    )

    keys = list(sent(everything, stream=True).body)

    assert ["model", "stream", "stream_options", "tools", "reasoning_effort", "max_tokens", "temperature", "z", "messages"] == keys


ROLES = [
    ("", "system", "system"),
    ("", "developer", "developer"),
    ("developer", "system", "developer"),
    ("system", "developer", "system"),
    ("user", "system", "user"),
]


@pytest.mark.parametrize(("fact", "role", "expected"), ROLES)
def test_instructions_take_the_role_of_the_profile(fact: str, role: Any, expected: str) -> None:
    encoded = sent(request(Message(role=role, content=(Text(text="Be brief"),))), system_role=fact)

    assert [{"role": expected, "content": "Be brief"}] == encoded.body["messages"]
    assert ([("emulated", "messages")] if expected == "user" else []) == warned(encoded)


def test_tools_and_schemas_that_the_model_lacks_are_refused() -> None:
    with pytest.raises(UnsupportedFeature):
        sent(request(tools=(Tool(name="f"),)), tools=False)
    with pytest.raises(UnsupportedFeature):
        sent(request(output=OutputFormat(kind="json_object")), json_object=False)
    with pytest.raises(UnsupportedFeature):
        sent(request(output=OutputFormat(schema=SCHEMA)), json_schema=False, json_object=False)


def test_a_schema_is_put_into_words_where_the_api_only_knows_json() -> None:
    encoded = sent(request(Message.system("Be brief"), *HELLO, output=OutputFormat(schema=SCHEMA)), json_schema=False)

    assert {"type": "json_object"} == encoded.body["response_format"]
    assert '{"type":"object","properties":{"a":{"type":"string"}}}' in json.dumps(encoded.body["messages"][0]).replace("\\", "")
    assert [("emulated", "output")] == warned(encoded)
    assert "system" == sent(request(output=OutputFormat(schema=SCHEMA)), json_schema=False).body["messages"][0]["role"]


def test_forced_and_parallel_calls_that_the_model_lacks_are_dropped_with_a_warning() -> None:
    encoded = sent(request(tool_choice=ToolChoice(mode="required"), parallel_tool_calls=True), forced_tools=False, parallel_tools=False)

    assert ("auto", False) == (encoded.body["tool_choice"], "parallel_tool_calls" in encoded.body)
    assert [("dropped", "tool_choice"), ("dropped", "parallel_tool_calls")] == warned(encoded)


def test_cache_marks_are_sent_where_the_api_takes_them() -> None:
    mark = CacheMark(ttl="1h")
    marked = request(
        Message(role="system", content=(Text(text="a"),), cache=CacheMark()),
        Message.user(Text(text="b", cache=mark)),
        tools=(Tool(name="f", cache=mark),),
        cache=mark,
    )

    body = sent(marked, cache="explicit").body
    plain = sent(marked)

    long = {"type": "ephemeral", "ttl": "1h"}
    assert [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}] == body["messages"][0]["content"]
    assert [{"type": "text", "text": "b", "cache_control": long}] == body["messages"][1]["content"]
    assert (long, long) == (body["tools"][0]["cache_control"], body["cache_control"])
    assert "cache_control" not in json.dumps(plain.body)
    assert [("dropped", "cache")] == warned(plain)


def test_options_of_messages_and_tools_are_merged() -> None:
    options = {"openai_chat": {"a": 1}, "anthropic": {"b": 2}}
    body = sent(
        request(Message(role="user", content=(Text(text="x"),), name="N", options=options), tools=(Tool(name="f", options=options),))
    ).body

    assert {"role": "user", "content": "x", "name": "N", "a": 1} == body["messages"][0]
    assert 1 == body["tools"][0]["a"]


SCRIPT = """
import msgspec
from llmkit.dialects import openai_chat
from llmkit.serving.openai_chat import parse_request
from llmkit.types.parts import Provenance
function = {"name": "f", "parameters": {"properties": {"b": {}, "a": {}}}, "q": 1, "p": 2}
body = {"model": "m", "zeta": 1, "alpha": 2, "metadata": {"b": "1", "a": "2"}}
body["tools"] = [{"type": "function", "function": function, "k": 1, "j": 2}]
body["messages"] = [{"role": "user", "content": "x", "y": 1, "x": 2}]
target = Provenance(provider="p", dialect="openai_chat")
profile = openai_chat.PROFILE
encoded = openai_chat.encode(parse_request(body), model="m", target=target, profile=profile, stream=True)
print(msgspec.json.encode(encoded.body).decode())
"""


def test_bytes_are_the_same_in_every_process() -> None:
    """A provider's prompt cache sees bytes: a set's order must not reach them."""
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert 1 == len(found)
