"""A request is fitted to its model: what must go, goes with a warning."""

from __future__ import annotations

import pytest

from llmkit import CompletionRequest, Message, OutputFormat, ReasoningOptions, Tool
from llmkit.errors import UnsupportedFeature
from llmkit.models.families import facts
from llmkit.models.fit import fit
from llmkit.types.parts import Provenance, Text
from llmkit.types.profile import Profile


def request(**fields) -> CompletionRequest:
    return CompletionRequest(model="m", messages=(Message.user("hi"),), **fields)


def test_sampling_is_dropped_with_a_warning_each_where_the_model_refuses_it() -> None:
    fitted, warnings = fit(request(temperature=0.5, top_p=0.9, max_tokens=5), Profile(sampling=False))

    assert request(max_tokens=5) == fitted
    assert [("dropped", "temperature"), ("dropped", "top_p")] == [(warning.kind, warning.parameter) for warning in warnings]


def test_a_reasoning_model_keeps_its_tools_schema_and_effort() -> None:
    """The features that matter most must not vanish because a model reasons."""
    profile = Profile().merged(facts("gpt-5"))
    asked = request(tools=(Tool(name="f"),), output=OutputFormat(schema={"type": "object"}), reasoning=ReasoningOptions(effort="high"))

    fitted, warnings = fit(asked, profile)

    assert asked == fitted
    assert [] == warnings


@pytest.mark.parametrize(("wanted", "got"), [("xhigh", "high"), ("minimal", "low"), ("medium", "medium")])
def test_an_unknown_effort_snaps_to_the_nearest_lower_one(wanted, got: str) -> None:
    fitted, warnings = fit(request(reasoning=ReasoningOptions(effort=wanted)), Profile(efforts=("low", "medium", "high")))

    assert fitted.reasoning is not None
    assert got == fitted.reasoning.effort
    assert (wanted != got) == bool(warnings)


def test_a_turn_that_the_provider_paused_is_no_prefill() -> None:
    """It goes back as it came, also to models that take no beginning of an answer."""
    said = Text(text="Searching", origin=Provenance(provider="p", dialect="anthropic", model="m"))
    paused = request().replace(messages=(Message.user("a"), Message(role="assistant", content=(said,))))

    assert (paused, []) == fit(paused, Profile(prefill=False))


def test_an_unknown_model_gets_everything() -> None:
    asked = request(temperature=1.9, top_k=3, stop=("a",) * 9, tools=(Tool(name="f"),))

    assert (asked, []) == fit(asked, Profile().merged(facts("brand-new-model-7")))


@pytest.mark.parametrize(
    ("fields", "profile"),
    [
        ({"tools": (Tool(name="f"),)}, Profile(tools=False)),
        ({"output": OutputFormat(schema={})}, Profile(json_schema=False, json_object=False)),
        ({"messages": (Message.user("a"), Message.assistant("b"))}, Profile(prefill=False)),
    ],
)
def test_a_feature_the_model_lacks_is_an_error(fields, profile: Profile) -> None:
    with pytest.raises(UnsupportedFeature):
        fit(request().replace(**fields), profile)


@pytest.mark.parametrize(
    ("model", "fact", "value"),
    [
        ("gpt-5-mini", "sampling", False),
        ("openai/o3", "max_tokens_field", "max_completion_tokens"),
        ("claude-opus-4-7", "sampling", False),
        ("claude-opus-4-6", "reasoning", "adaptive"),
        ("anthropic/claude-sonnet-4-5", "min_budget", 1024),
        ("gemini-3-pro", "reasoning", "level"),
        ("gemini-2.5-pro", "min_budget", 128),
        ("gpt-5-chat-latest", "sampling", True),
    ],
)
def test_a_family_has_its_facts(model: str, fact: str, value) -> None:
    assert value == facts(model)[fact]


def test_refusals_of_provider_and_family_add_up() -> None:
    profile = Profile(unsupported=("a",)).merged({"unsupported": ("b",)}, {"unsupported": ("c", "a")})

    assert ("a", "b", "c") == profile.unsupported
