"""What each family of models is sent: its own way to think, nothing it refuses, and a warning for every edit."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit import LLMKit, Tool
from llmkit.errors import UnsupportedFeature
from llmkit.models.families import FAMILIES, facts
from llmkit.testing import Answer, FakeProvider
from llmkit.types.profile import Profile
from tests.faces import FACES, ask, client_of
from tests.rows import ROWS

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
WEATHER = Tool(name="weather", parameters=SCHEMA)
REASONING_MODELS = (
    ("openai_chat", "openai/gpt-5"),
    ("openai_chat", "openai/o3"),
    ("openai_chat", "openai/gpt-5.6-sol"),
    ("openai_chat", "openai/gpt-6-luna"),
    ("anthropic", "anthropic/claude-opus-5"),
    ("anthropic", "anthropic/claude-sonnet-5-5"),
    ("gemini", "google/gemini-3.1-pro-preview"),
)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("dialect", "model"), REASONING_MODELS, ids=[model for _, model in REASONING_MODELS])
def test_a_reasoning_model_is_sent_its_tools_its_schema_and_its_effort(face: str, dialect: str, model: str) -> None:
    """Clients have been seen to drop all three in silence because a model reasons."""
    with FakeProvider(dialect) as fake:
        fake.add(Answer(text="{}"))

        reply = ask(face, client_of(fake), model, "hi", tools=[WEATHER], output=SCHEMA, reasoning="high")

    sent = str(fake.requests[0].json)
    assert "weather" in sent
    assert sent.count("'city'") >= 4  # twice in the tool's schema, twice in the answer's
    assert "high" in sent
    assert () == reply.warnings


SPOKEN = {"openai": "openai_chat", "anthropic": "anthropic", "google": "gemini"}
# Model, options, what must be on the wire, what must not, and the parameters of the warnings.
CASES: tuple[tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ("openai/gpt-4.1", {"temperature": 0.5}, {"temperature": 0.5}, (), ()),
    ("openai/gpt-4.1", {"reasoning": "high"}, {}, ("reasoning_effort",), ("reasoning",)),
    ("openai/gpt-5", {"temperature": 0.5, "stop": "x"}, {}, ("temperature", "stop"), ("stop", "temperature")),
    ("openai/gpt-5", {"max_tokens": 9}, {"max_completion_tokens": 9}, ("max_tokens",), ()),
    ("openai/gpt-5", {"reasoning": "max"}, {"reasoning_effort": "high"}, (), ("reasoning",)),
    ("openai/gpt-5", {"reasoning": 9000}, {"reasoning_effort": "medium"}, ("thinking",), ("reasoning.budget",)),
    ("openai/gpt-5.4", {"temperature": 0.5}, {"temperature": 0.5}, (), ()),
    ("openai/gpt-5.4", {"temperature": 0.5, "reasoning": "none"}, {"temperature": 0.5, "reasoning_effort": "none"}, (), ()),
    ("openai/gpt-5.4", {"temperature": 0.5, "reasoning": "low"}, {"reasoning_effort": "low"}, ("temperature",), ("temperature",)),
    ("openai/gpt-5.6-sol", {"reasoning": "max"}, {"reasoning_effort": "max"}, (), ()),
    ("openai/gpt-6.1-sol", {"reasoning": "none"}, {"reasoning_effort": "low"}, (), ("reasoning",)),
    ("anthropic/claude-sonnet-4-5", {"reasoning": 2000}, {"thinking": {"type": "enabled", "budget_tokens": 2000}}, (), ()),
    ("anthropic/claude-sonnet-4-5", {"max_tokens": 999_999}, {"max_tokens": 64_000}, (), ("max_tokens",)),
    (
        "anthropic/claude-opus-4-6",
        {"reasoning": "high"},
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "high"}},
        (),
        (),
    ),
    ("anthropic/claude-opus-4-8", {"temperature": 1.0, "top_k": 3}, {}, ("temperature", "top_k"), ("temperature", "top_k")),
    ("anthropic/claude-opus-4-8", {"reasoning": 2000}, {"thinking": {"type": "adaptive"}}, (), ("reasoning.budget",)),
    ("anthropic/claude-sonnet-5-5", {"reasoning": "none"}, {"output_config": {"effort": "low"}}, (), ("reasoning",)),
    ("google/gemini-2.0-flash", {"reasoning": "high"}, {}, ("generationConfig.thinkingConfig",), ("reasoning",)),
    ("google/gemini-2.5-flash", {"reasoning": 1000}, {"generationConfig.thinkingConfig": {"thinkingBudget": 1000}}, (), ()),
    ("google/gemini-2.5-pro", {"reasoning": 1}, {"generationConfig.thinkingConfig": {"thinkingBudget": 128}}, (), ("reasoning",)),
    ("google/gemini-2.5-pro", {"reasoning": "none"}, {}, ("generationConfig.thinkingConfig",), ("reasoning",)),
    ("google/gemini-3.5-flash", {"reasoning": "minimal"}, {"generationConfig.thinkingConfig": {"thinkingLevel": "minimal"}}, (), ()),
    (
        "google/gemini-3.8-flash",
        {"reasoning": "minimal"},
        {"generationConfig.thinkingConfig": {"thinkingLevel": "low"}},
        (),
        ("reasoning",),
    ),
    (
        "openai/some-model-of-tomorrow",
        {"temperature": 0.1, "reasoning": "xhigh"},
        {"temperature": 0.1, "reasoning_effort": "xhigh"},
        (),
        (),
    ),
)


@pytest.mark.parametrize(("model", "options", "sent", "absent", "warned"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES])
def test_the_wire_follows_the_models_profile(
    model: str, options: dict[str, Any], sent: dict[str, Any], absent: tuple[str, ...], warned: tuple[str, ...]
) -> None:
    with FakeProvider(SPOKEN[model.partition("/")[0]]) as fake, LLMKit(**client_of(fake)) as kit:
        fake.add(Answer(text="ok"))

        reply = kit.complete(model, "hi", **options)

    body = fake.requests[0].json
    assert sent == {place: at(body, place) for place in sent}
    assert [] == [place for place in absent if at(body, place) is not None]
    assert sorted(warned) == sorted(warning.parameter for warning in reply.warnings if warning.parameter != "cost")


def at(body: Any, place: str) -> Any:
    """Return what stands in `body` at a dotted place."""
    for name in place.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


@pytest.mark.parametrize("face", FACES)
def test_a_feature_the_model_lacks_is_refused_before_anything_is_sent(face: str) -> None:
    with FakeProvider("anthropic") as fake, pytest.raises(UnsupportedFeature, match="assistant"):
        ask(face, client_of(fake), "anthropic/claude-opus-5", [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])

    assert [] == fake.requests


@pytest.mark.parametrize(
    ("model", "content", "capability"),
    [
        ("openai/gpt-3.5-turbo", {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}, "image"),
        ("openai/gpt-5.4", {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "audio"),
    ],
)
def test_what_a_model_cannot_take_in_is_refused_with_models_that_can(model: str, content: dict[str, Any], capability: str) -> None:
    with FakeProvider("openai_chat") as fake, LLMKit(**client_of(fake)) as kit, pytest.raises(UnsupportedFeature) as caught:
        kit.complete(model, [{"role": "user", "content": [content]}])

    assert capability in caught.value.feature
    assert "google/gemini-3.5-flash" in str(caught.value)
    assert [] == fake.requests


@pytest.mark.parametrize(
    "model",
    ["claude-opus-4-7", "us.anthropic.claude-opus-4-7-v1:0", "anthropic/claude-opus-4-7", "claude-opus-4-7@20260101", "Claude-Opus-4-7"],
)
def test_a_family_is_known_by_every_spelling_of_its_models(model: str) -> None:
    assert "adaptive" == facts(model)["reasoning"]


def test_every_fact_is_one_that_profiles_have() -> None:
    rows = [(row.name, row.profile) for row in ROWS] + [(f"{row.name} {way.dialect}", way.profile) for row in ROWS for way in row.routes]

    unknown = {name: set(known) - set(Profile.__struct_fields__) for name, known in (*FAMILIES, *rows)}

    assert {} == {name: odd for name, odd in unknown.items() if odd}
    for _, known in FAMILIES:
        Profile.from_dict(known)


def test_the_row_spells_what_the_family_can_do() -> None:
    """A family's facts must not undo how a host wants things named."""
    row = {"reasoning": "level", "system_role": "system"}

    profile = Profile().fitted(row, facts("gpt-5"), {})

    assert ("level", "system", False) == (profile.reasoning, profile.system_role, profile.sampling)


def test_what_the_user_says_stands_above_everything() -> None:
    assert Profile().fitted({"reasoning": "level"}, facts("gpt-5"), {"sampling": True, "reasoning": "toggle"}).sampling
