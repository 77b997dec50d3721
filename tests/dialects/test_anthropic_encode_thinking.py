"""Thinking as each family of models wants it asked for."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.types.requests import ReasoningOptions
from llmkit.types.tools import ToolChoice
from tests.dialects.anthropic_cases import encoded, request
from tests.dialects.anthropic_encode_cases import TOOL

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
