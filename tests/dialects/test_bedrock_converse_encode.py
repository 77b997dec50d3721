"""Requests into Converse bodies."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.dialects import bedrock_converse
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.requests import CompletionRequest, OutputFormat, ReasoningOptions
from llmkit.types.tools import ToolChoice
from tests.dialects.bedrock_converse_cases import CLAUDE, HELLO, TARGET, encoded, request
from tests.dialects.bedrock_converse_encode_cases import MARK, POINT, PROFILE, SPEC, WEATHER


def test_the_fields_come_in_the_order_of_the_prompt_cache() -> None:
    asked = request(
        Message.system("Be brief"),
        Message.user("Hi"),
        tools=(WEATHER,),
        max_tokens=9,
        temperature=0.5,
        top_p=0.9,
        top_k=3,
        stop=("END",),
        metadata={"a": "b"},
        service_tier="flex",
        output=OutputFormat(schema={"type": "object"}, name="n", description="d"),
        options={
            "bedrock_converse": {"guardrailConfig": {"guardrailIdentifier": "g"}},
            "bedrock": {"performanceConfig": {"latency": "optimized"}},
        },
    )

    body, warnings = encoded(asked)

    assert ([], list(EXPECTED)) == (warnings, list(body))
    assert EXPECTED == body


EXPECTED: dict[str, Any] = {
    "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
    "toolConfig": {"tools": [SPEC]},
    "system": [{"text": "Be brief"}],
    "outputConfig": {
        "textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": '{"type":"object"}', "name": "n", "description": "d"}}}
    },
    "additionalModelRequestFields": {"top_k": 3},
    "serviceTier": {"type": "flex"},
    "requestMetadata": {"a": "b"},
    "guardrailConfig": {"guardrailIdentifier": "g"},
    "performanceConfig": {"latency": "optimized"},
    "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
}


@pytest.mark.parametrize(
    ("model", "stream", "path"),
    [
        (CLAUDE, False, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/a",
            True,
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fa/converse-stream",
        ),
        ("a/../b?c#d", False, "/model/a%2F..%2Fb%3Fc%23d/converse"),
    ],
)
def test_the_model_stands_encoded_in_the_path(model: str, stream: bool, path: str) -> None:
    """Ids hold colons and slashes; and no id may lead to another path."""
    assert path == bedrock_converse.encode(request(), model=model, target=TARGET, profile=PROFILE, stream=stream).path


def test_the_provider_cannot_choose_so_both_ends_are_marked() -> None:
    body, warnings = encoded(request(Message.system("S"), *HELLO, cache=MARK))
    without, said = encoded(request(*HELLO, cache=MARK), profile=PROFILE.replace(cache="none"))

    assert ([{"text": "S"}, POINT], [{"text": "Hello"}, POINT]) == (body["system"], body["messages"][0]["content"])
    assert (["emulated cache"], ["dropped cache"]) == (warnings, said)
    assert [{"text": "Hello"}] == without["messages"][0]["content"]


THINK = "additionalModelRequestFields"


CLAMPED, EMULATED = "clamped reasoning.budget", "emulated reasoning.effort"


@pytest.mark.parametrize(
    ("model", "profile", "wanted", "fields", "warnings"),
    [
        (CLAUDE, {}, {"budget": 2000}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 2000}}, "max": 10_000}, []),
        (CLAUDE, {}, {"budget": 10}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 1024}}, "max": 10_000}, [CLAMPED]),
        (CLAUDE, {}, {"budget": 10_000}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 9999}}, "max": 10_000}, [CLAMPED]),
        (CLAUDE, {}, {"effort": "medium"}, {THINK: {"thinking": {"type": "enabled", "budget_tokens": 5000}}, "max": 10_000}, [EMULATED]),
        (CLAUDE, {}, {"effort": "none"}, {THINK: {"thinking": {"type": "disabled"}}, "max": 10_000}, []),
        (
            CLAUDE,
            {"reasoning": "adaptive"},
            {"effort": "high", "visible": True},
            {THINK: {"thinking": {"type": "adaptive", "display": "summarized"}}, "outputConfig": {"effort": "high"}, "max": 10_000},
            [],
        ),
        (CLAUDE, {"reasoning": "none"}, {"effort": "high"}, {"max": 10_000}, ["dropped reasoning"]),
        (
            "us.amazon.nova-2-lite-v1:0",
            {},
            {"effort": "max"},
            {THINK: {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}}, "max": 10_000},
            ["clamped reasoning.effort"],
        ),
        ("amazon.nova-2-lite-v1:0", {}, {"effort": "none"}, {THINK: {"reasoningConfig": {"type": "disabled"}}, "max": 10_000}, []),
        ("openai.gpt-oss-120b-1:0", {}, {"effort": "medium"}, {THINK: {"reasoning_effort": "medium"}, "max": 10_000}, []),
        ("qwen.qwen3-32b-v1:0", {}, {"budget": 9000}, {THINK: {"reasoning_config": "high"}, "max": 10_000}, ["emulated reasoning.budget"]),
        (
            "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
            {},
            {"effort": "low"},
            {"outputConfig": {"effort": "low"}, "max": 10_000},
            [],
        ),
    ],
)
def test_thinking_is_asked_for_in_each_vendors_words(
    model: str, profile: dict[str, Any], wanted: dict[str, Any], fields: dict[str, Any], warnings: list[str]
) -> None:
    body, said = encoded(request(reasoning=ReasoningOptions(**wanted), max_tokens=10_000), model=model, profile=PROFILE.merged(profile))

    found = {name: body[name] for name in (THINK, "outputConfig") if name in body}
    assert ({**found, "max": body["inferenceConfig"]["maxTokens"]}, said) == (fields, warnings)


def test_while_claude_thinks_sampling_is_dropped_and_the_limit_makes_room() -> None:
    body, warnings = encoded(request(reasoning=ReasoningOptions(budget=5000), temperature=0.3, top_p=0.5, top_k=4))

    assert {"maxTokens": 9096} == body["inferenceConfig"]
    assert ["dropped temperature", "dropped top_p", "dropped top_k"] == warnings


def test_forced_calls_and_thinking_exclude_each_other() -> None:
    asked = request(tools=(WEATHER,), tool_choice=ToolChoice(mode="required"), reasoning=ReasoningOptions(budget=2000))

    body, warnings = encoded(asked)

    assert (False, ["dropped reasoning"]) == (THINK in body, warnings)


def test_nova_has_its_own_place_for_top_k() -> None:
    body, _ = encoded(request(top_k=7), model="eu.amazon.nova-lite-v1:0")

    assert {"inferenceConfig": {"topK": 7}} == body[THINK]


@pytest.mark.parametrize(
    ("fields", "warnings"),
    [
        ({"seed": 1}, ["dropped seed"]),
        ({"user": "u"}, ["dropped user"]),
        ({"n": 2}, ["dropped n"]),
        ({"logprobs": True}, ["dropped logprobs"]),
        ({"temperature": 1.5}, ["clamped temperature"]),
        ({"service_tier": "auto"}, ["dropped service_tier"]),
        ({"service_tier": "standard"}, ["renamed service_tier"]),
        ({"tools": (WEATHER,), "parallel_tool_calls": False}, ["dropped parallel_tool_calls"]),
        ({"output": OutputFormat(schema={}, strict=False)}, ["dropped output.strict"]),
    ],
)
def test_what_cannot_be_said_is_a_warning(fields: dict[str, Any], warnings: list[str]) -> None:
    assert warnings == encoded(request(**fields))[1]


@pytest.mark.parametrize("fields", [{"output": OutputFormat(kind="json_object")}, {"modalities": ("audio",)}])
def test_what_the_request_depends_on_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFeature):
        encoded(request(**fields))


def test_options_are_laid_over_what_is_computed() -> None:
    asked = request(max_tokens=9, options={"bedrock_converse": {"inferenceConfig": {"topP": 0.1}, THINK: {"a": 1}}}, top_k=2)

    body, _ = encoded(asked)

    assert ({"maxTokens": 9, "topP": 0.1}, {"top_k": 2, "a": 1}) == (body["inferenceConfig"], body[THINK])


def test_a_conversation_of_nothing_is_refused() -> None:
    for messages in ((), (Message.user(""),), (Message.system("x"),)):
        with pytest.raises(InvalidRequest):
            encoded(CompletionRequest(model=CLAUDE, messages=messages))
