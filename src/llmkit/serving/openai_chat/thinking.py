"""Parse how much the model should think, from the ways clients of this format spell it."""

from __future__ import annotations

from typing import Any

from llmkit.serving.openai_chat.reading import Object
from llmkit.types.requests import EFFORTS, ReasoningOptions

_LEVEL = frozenset({"effort", "max_tokens", "exclude"})


def thinking(rest: Object) -> ReasoningOptions | None:
    """Take the first spelling that can be read out of `rest`; what cannot be read stays there."""
    for name, read in (("reasoning_effort", _effort), ("reasoning", _level), ("thinking", _switch)):
        found = read(rest.get(name))
        if found is not None:
            del rest[name]
            return found
    return None


def _effort(value: Any) -> ReasoningOptions | None:
    return ReasoningOptions(effort=value) if isinstance(value, str) and value in EFFORTS else None


def _level(value: Any) -> ReasoningOptions | None:
    if not isinstance(value, dict) or not value or value.keys() - _LEVEL:
        return None
    effort, budget, exclude = value.get("effort"), value.get("max_tokens"), value.get("exclude")
    known = (
        (effort is None or effort in EFFORTS) and (budget is None or _is_count(budget)) and (exclude is None or isinstance(exclude, bool))
    )
    return ReasoningOptions(effort=effort, budget=budget, visible=None if exclude is None else not exclude) if known else None


def _switch(value: Any) -> ReasoningOptions | None:
    match value:
        case {"type": "disabled", **more} if not more:
            return ReasoningOptions(effort="none")
        case {"type": "enabled", **more} if not more:
            return ReasoningOptions(effort="medium")
        case {"type": "enabled", "budget_tokens": budget, **more} if not more and _is_count(budget):
            return ReasoningOptions(budget=budget)
    return None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
