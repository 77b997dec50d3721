"""Requests into generateContent bodies: path, settings, thinking, tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from llmkit.dialects import gemini
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import CacheMark
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ServerTool, Tool, ToolChoice
from tests.dialects.gemini_cases import HELLO, LEVELS, TARGET, encoded

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = Tool(name="f", description="does", parameters=SCHEMA)
JSON = "application/json"


def test_the_smallest_request_is_its_contents() -> None:
    assert ({"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}, []) == encoded()


PATHS = [
    ("gemini-3-pro", "/models/gemini-3-pro:generateContent"),
    ("models/gemini-3-pro", "/models/gemini-3-pro:generateContent"),
    ("tunedModels/mine-1", "/tunedModels/mine-1:generateContent"),
    ("publishers/google/models/gemini-3-pro", "/publishers/google/models/gemini-3-pro:generateContent"),
    ("claude-x@20250101", "/models/claude-x@20250101:generateContent"),
    ("vendor/name:tag", "/models/vendor%2Fname%3Atag:generateContent"),
]


@pytest.mark.parametrize(("model", "path"), PATHS)
def test_the_model_is_one_segment_of_the_path_unless_it_is_a_resource_name(model: str, path: str) -> None:
    request = CompletionRequest(model=model, messages=HELLO)

    assert path == gemini.encode(request, model=model, target=TARGET, profile=gemini.PROFILE, stream=False).path


def test_a_stream_has_its_own_method_and_asks_for_events() -> None:
    request = CompletionRequest(model="m", messages=HELLO)

    encoded_ = gemini.encode(request, model="m", target=TARGET, profile=gemini.PROFILE, stream=True)

    assert "/models/m:streamGenerateContent?alt=sse" == encoded_.path


@pytest.mark.parametrize(
    "model",
    ["", "../x", "models/../../x", "a/./b", "a?b", "a#b", "a b", "a\nb", "a\x00", "a\\b", "%2e%2e", "/a", "a/", "models//x", "modèle"],
)
def test_a_model_id_that_would_lead_elsewhere_is_refused(model: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        encoded(model=model)

    assert "model" == caught.value.parameter


SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"temperature": 0.0, "top_p": 0.5, "top_k": 3}, {"temperature": 0.0, "topP": 0.5, "topK": 3}, []),
    ({"max_tokens": 7, "seed": 0, "n": 2}, {"candidateCount": 2, "seed": 0, "maxOutputTokens": 7}, []),
    ({"stop": ("a", "b")}, {"stopSequences": ["a", "b"]}, []),
    ({"stop": tuple("abcdef")}, {"stopSequences": list("abcde")}, ["clamped stop"]),
    ({"frequency_penalty": 0.1, "presence_penalty": 0.0}, {"presencePenalty": 0.0, "frequencyPenalty": 0.1}, []),
    ({"logprobs": True, "top_logprobs": 3}, {"responseLogprobs": True, "logprobs": 3}, []),
    ({"modalities": ("text", "image")}, {"responseModalities": ["TEXT", "IMAGE"]}, []),
    ({"voice": {"voiceConfig": {}}}, {"speechConfig": {"voiceConfig": {}}}, []),
    ({"output": OutputFormat(schema=SCHEMA, name="x")}, {"responseMimeType": JSON, "responseJsonSchema": SCHEMA}, []),
    ({"output": OutputFormat(kind="json_object")}, {"responseMimeType": JSON}, []),
    ({"output": OutputFormat(kind="text")}, {"responseMimeType": "text/plain"}, []),
    (
        {"output": OutputFormat(schema=SCHEMA, strict=False, description="d")},
        {"responseMimeType": JSON, "responseJsonSchema": SCHEMA},
        ["dropped output.description", "dropped output.strict"],
    ),
    ({"min_p": 0.1}, {}, ["dropped min_p"]),
    ({"repetition_penalty": 1.0}, {}, ["dropped repetition_penalty"]),
    ({"logit_bias": {"1": 1.0}}, {}, ["dropped logit_bias"]),
    ({"user": "u"}, {}, ["dropped user"]),
    ({"metadata": {"k": "v"}}, {}, ["dropped metadata"]),
    ({"verbosity": "low"}, {}, ["dropped verbosity"]),
    ({"parallel_tool_calls": False}, {}, ["dropped parallel_tool_calls"]),
    ({"parallel_tool_calls": True}, {}, []),
    ({"cache": CacheMark()}, {}, []),
    ({"cache": CacheMark(ttl="1h")}, {}, ["dropped cache"]),
]


@pytest.mark.parametrize(("fields", "config", "warnings"), SETTINGS, ids=lambda value: str(value)[:40])
def test_a_setting_has_its_place_or_a_warning(fields: dict[str, Any], config: dict[str, Any], warnings: list[str]) -> None:
    body, found = encoded(**fields)

    assert (config, warnings) == (body.get("generationConfig", {}), found)


THINKING: list[tuple[ReasoningOptions, dict[str, Any], dict[str, Any], list[str]]] = [
    (ReasoningOptions(budget=100), {}, {"thinkingBudget": 100}, []),
    (ReasoningOptions(budget=-1, visible=True), {"min_budget": 128}, {"includeThoughts": True, "thinkingBudget": -1}, []),
    (ReasoningOptions(budget=10), {"min_budget": 128}, {"thinkingBudget": 128}, ["clamped reasoning"]),
    (ReasoningOptions(budget=99999), {"max_budget": 24576}, {"thinkingBudget": 24576}, ["clamped reasoning"]),
    (ReasoningOptions(effort="none"), {}, {"thinkingBudget": 0}, ["emulated reasoning"]),
    (ReasoningOptions(effort="low"), {}, {"thinkingBudget": 1024}, ["emulated reasoning"]),
    (ReasoningOptions(effort="max"), {"max_budget": 32768}, {"thinkingBudget": 32768}, ["emulated reasoning"]),
    (ReasoningOptions(visible=False), {}, {"includeThoughts": False}, []),
    (ReasoningOptions(summary="auto"), {}, {"includeThoughts": True}, []),
    (ReasoningOptions(effort="high"), {"reasoning": "level"}, {"thinkingLevel": "high"}, []),
    (ReasoningOptions(effort="none"), {"reasoning": "level"}, {"thinkingLevel": "minimal"}, ["clamped reasoning"]),
    (ReasoningOptions(effort="max"), {"reasoning": "level"}, {"thinkingLevel": "high"}, ["clamped reasoning"]),
    (
        ReasoningOptions(effort="max"),
        {"reasoning": "level", "efforts": ("high", "xhigh")},
        {"thinkingLevel": "xhigh"},
        ["clamped reasoning"],
    ),
    (ReasoningOptions(effort="none"), {"reasoning": "level", "efforts": ("low", "high")}, {"thinkingLevel": "low"}, ["clamped reasoning"]),
    (ReasoningOptions(budget=2000), {"reasoning": "level"}, {"thinkingLevel": "medium"}, ["emulated reasoning"]),
    (ReasoningOptions(budget=-1), {"reasoning": "level"}, {}, []),
    (ReasoningOptions(effort="high", visible=True), {"reasoning": "none"}, {}, ["dropped reasoning"]),
    (ReasoningOptions(effort="none"), {"reasoning": "none"}, {}, []),
]


@pytest.mark.parametrize(("reasoning", "facts", "config", "warnings"), THINKING)
def test_thinking_is_said_as_the_model_family_has_it(
    reasoning: ReasoningOptions, facts: dict[str, Any], config: dict[str, Any], warnings: list[str]
) -> None:
    body, found = encoded(reasoning=reasoning, profile=gemini.PROFILE.replace(**facts))

    assert (config, warnings) == (body.get("generationConfig", {}).get("thinkingConfig", {}), found)


def test_a_level_in_the_options_wins_and_needs_no_warning() -> None:
    options = {"gemini": {"generationConfig": {"thinkingConfig": {"thinkingLevel": "HIGH"}}}}

    body, warnings = encoded(reasoning=ReasoningOptions(effort="high", visible=True), options=options)

    assert ({"includeThoughts": True, "thinkingLevel": "HIGH"}, []) == (body["generationConfig"]["thinkingConfig"], warnings)


def test_functions_that_follow_each_other_share_an_object_and_server_tools_have_their_own() -> None:
    tools = (TOOL, Tool(name="g"), ServerTool(name="web_search"), ServerTool(name="fileSearch", config={"topK": 1}), Tool(name="h"))

    body, warnings = encoded(tools=tools)

    assert [] == warnings
    assert [
        {"functionDeclarations": [{"name": "f", "description": "does", "parametersJsonSchema": SCHEMA}, {"name": "g"}]},
        {"googleSearch": {}},
        {"fileSearch": {"topK": 1}},
        {"functionDeclarations": [{"name": "h"}]},
    ] == body["tools"]


@pytest.mark.parametrize(
    ("name", "key"),
    [("code_execution", "codeExecution"), ("url_context", "urlContext"), ("web_fetch", "urlContext"), ("newTool", "newTool")],
)
def test_a_server_tool_is_known_by_our_name_or_the_wires(name: str, key: str) -> None:
    assert [{key: {"a": 1}}] == encoded(tools=(ServerTool(name=name, config={"a": 1}),))[0]["tools"]


CHOICES: list[tuple[ToolChoice | None, dict[str, Any], dict[str, Any] | None, list[str]]] = [
    (None, {}, None, []),
    (ToolChoice(), {}, {"mode": "AUTO"}, []),
    (ToolChoice(mode="none"), {}, {"mode": "NONE"}, []),
    (ToolChoice(mode="required"), {}, {"mode": "ANY"}, []),
    (ToolChoice(mode="required", names=("f",)), {}, {"mode": "ANY", "allowedFunctionNames": ["f"]}, []),
    (ToolChoice(names=("f",)), {}, {"mode": "VALIDATED", "allowedFunctionNames": ["f"]}, []),
    (ToolChoice(mode="required"), {"forced_tools": False}, {"mode": "AUTO"}, ["dropped tool_choice"]),
]


@pytest.mark.parametrize(("choice", "facts", "config", "warnings"), CHOICES)
def test_a_choice_among_tools_is_a_mode(
    choice: ToolChoice | None, facts: dict[str, Any], config: dict[str, Any] | None, warnings: list[str]
) -> None:
    body, found = encoded(tools=(TOOL,), tool_choice=choice, profile=gemini.PROFILE.replace(**facts))

    assert (config, warnings) == (body.get("toolConfig", {}).get("functionCallingConfig"), found)


def test_a_strict_tool_asks_for_validated_calls() -> None:
    body, warnings = encoded(tools=(TOOL.replace(strict=True),))

    assert ({"functionCallingConfig": {"mode": "VALIDATED"}}, ["emulated tools.strict"]) == (body["toolConfig"], warnings)


def test_the_older_schema_fields_are_an_option() -> None:
    tool = TOOL.replace(options={"gemini": {"openapi": True, "behavior": "BLOCKING"}})
    options = {"gemini": {"generationConfig": {"openapi": True}}}

    body, _ = encoded(tools=(tool,), output=OutputFormat(schema=SCHEMA), options=options)

    declaration = {"name": "f", "description": "does", "parameters": SCHEMA, "behavior": "BLOCKING"}
    assert [{"functionDeclarations": [declaration]}] == body["tools"]
    assert {"responseMimeType": JSON, "responseSchema": SCHEMA} == body["generationConfig"]


def test_options_of_the_dialect_and_of_the_provider_are_laid_over_and_others_ignored() -> None:
    options = {
        "gemini": {"safetySettings": [], "generationConfig": {"topK": 9, "mediaResolution": "LOW"}},
        "google": {"cachedContent": "c"},
        "openai_chat": {"x": 1},
    }

    body, _ = encoded(top_k=1, temperature=0.5, options=options)

    assert {"temperature": 0.5, "topK": 9, "mediaResolution": "LOW"} == body["generationConfig"]
    assert ([], "c", False) == (body["safetySettings"], body["cachedContent"], "x" in body)


@pytest.mark.parametrize(
    ("tier", "sent", "warnings"), [("flex", "flex", []), ("default", "standard", ["renamed service_tier"]), ("auto", None, [])]
)
def test_a_service_tier_goes_by_this_apis_word(tier: str, sent: str | None, warnings: list[str]) -> None:
    body, found = encoded(service_tier=tier)

    assert (sent, warnings) == (body.get("serviceTier"), found)


REFUSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"tools": (TOOL,)}, {"tools": False}),
    ({"output": OutputFormat(schema=SCHEMA)}, {"json_schema": False, "json_object": False}),
    ({"output": OutputFormat(kind="json_object")}, {"json_schema": False, "json_object": False}),
]


@pytest.mark.parametrize(("fields", "facts"), REFUSED)
def test_a_feature_the_model_lacks_is_an_error_before_anything_is_sent(fields: dict[str, Any], facts: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(profile=gemini.PROFILE.replace(**facts), **fields)


def test_a_schema_for_a_model_with_plain_json_only_is_json_with_a_warning() -> None:
    body, warnings = encoded(output=OutputFormat(schema=SCHEMA), profile=gemini.PROFILE.replace(json_schema=False))

    assert ({"responseMimeType": JSON}, ["emulated output"]) == (body["generationConfig"], warnings)


def test_a_last_word_of_the_assistant_is_refused_where_the_model_takes_none() -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(Message.user("a"), Message.assistant("b"), profile=gemini.PROFILE.replace(prefill=False))


def test_the_default_limit_of_the_profile_is_sent_where_the_caller_gave_none() -> None:
    profile = gemini.PROFILE.replace(default_max_tokens=9)

    assert {"maxOutputTokens": 9} == encoded(profile=profile)[0]["generationConfig"]
    assert {"maxOutputTokens": 3} == encoded(profile=profile, max_tokens=3)[0]["generationConfig"]


def _everything() -> CompletionRequest:
    return CompletionRequest(
        model="m",
        messages=(Message.system("S"), Message.user("U")),
        tools=(TOOL, ServerTool(name="web_search")),
        tool_choice=ToolChoice(mode="required", names=("f",)),
        temperature=0.1,
        stop=("a",),
        reasoning=ReasoningOptions(effort="low", visible=True),
        options={"gemini": {"safetySettings": [], "labels": {"b": "1", "a": "2"}}},
    )


def _bytes() -> bytes:
    return json.dumps(gemini.encode(_everything(), model="m", target=TARGET, profile=LEVELS, stream=False).body).encode()


def test_the_body_is_in_the_order_of_the_prompt_cache() -> None:
    assert ["systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "labels", "contents"] == list(
        json.loads(_bytes())
    )


def test_the_body_is_the_same_under_every_hash_seed() -> None:
    """Providers' prompt caches compare bytes."""
    code = "import sys; from tests.dialects.test_gemini_encode import _bytes; sys.stdout.buffer.write(_bytes())"
    paths = os.pathsep.join(["src", "."])

    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert {_bytes()} == found
