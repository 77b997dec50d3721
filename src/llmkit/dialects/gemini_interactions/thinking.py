"""How much to think: levels alone, whatever the model."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.thinking import BUDGETS
from llmkit.dialects.gemini_interactions.draft import InteractionsDraft
from llmkit.types.requests import EFFORTS, Effort, ReasoningOptions

_LEVELS: tuple[Effort, ...] = ("minimal", "low", "medium", "high", "xhigh")


def encode_thinking(reasoning: ReasoningOptions | None, draft: InteractionsDraft) -> dict[str, Any]:
    """Return `thinking_level` and `thinking_summaries`."""
    if reasoning is None:
        return {}
    if draft.profile.reasoning == "none":
        if reasoning.effort not in (None, "none") or reasoning.budget not in (None, 0):
            draft.warn("dropped", "reasoning", "The model does not think.")
        return {}
    fields: dict[str, Any] = {}
    if (effort := _effort(reasoning, draft)) is not None:
        fields["thinking_level"] = _level(effort, draft)
    visible = reasoning.visible if reasoning.visible is not None or reasoning.summary is None else reasoning.summary != "none"
    if visible is not None:
        fields["thinking_summaries"] = "auto" if visible else "none"
    return fields


def _effort(reasoning: ReasoningOptions, draft: InteractionsDraft) -> Effort | None:
    budget = reasoning.budget
    if reasoning.effort is not None or budget is None or budget < 0:
        return reasoning.effort
    effort = next((level for level in _LEVELS if budget <= BUDGETS[level]), _LEVELS[-1])
    draft.warn("emulated", "reasoning", f"The format knows no budgets; {budget} tokens are the level {effort}.")
    return effort


def _level(effort: Effort, draft: InteractionsDraft) -> Effort:
    known = [level for level in _LEVELS if not draft.profile.efforts or level in draft.profile.efforts] or list(_LEVELS)
    rank = EFFORTS.index(effort)
    level = effort if effort in known else min(known, key=lambda name: abs(EFFORTS.index(name) - rank))
    if level != effort:
        draft.warn("clamped", "reasoning", f"There is no level {effort} here; sent as {level}.")
    return level
