"""How much to think: in tokens (`thinkingBudget`) or in levels (`thinkingLevel`), as the model family has it."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.draft import GeminiDraft
from llmkit.types.requests import EFFORTS, Effort, ReasoningOptions

# What the API's own OpenAI-compatible endpoint makes of `reasoning_effort` (docs, read 2026-11); `minimal` is the least that
# every model with budgets takes.
BUDGETS: dict[Effort, int] = {"none": 0, "minimal": 512, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576, "max": 24576}
DYNAMIC = -1
"""The budget that leaves it to the model."""


def encode_thinking(reasoning: ReasoningOptions | None, draft: GeminiDraft, *, given: bool) -> dict[str, Any] | None:
    """Return `thinkingConfig`. `given`: the options say how much to think in the wire's words, so nothing is to be warned of."""
    if reasoning is None:
        return None
    control = draft.profile.reasoning
    if control == "none":
        if reasoning.effort not in (None, "none") or reasoning.budget not in (None, 0):
            draft.warn("dropped", "reasoning", "The model does not think.")
        return None
    config: dict[str, Any] = {}
    visible = reasoning.visible if reasoning.visible is not None or reasoning.summary is None else reasoning.summary != "none"
    if visible is not None:
        config["includeThoughts"] = visible
    if not given:
        config |= _budget(reasoning, draft) if control in (None, "budget") else _level(reasoning, draft)
    return config or None


def _budget(reasoning: ReasoningOptions, draft: GeminiDraft) -> dict[str, Any]:
    if reasoning.budget is not None:
        return {"thinkingBudget": _clamped(reasoning.budget, draft)}
    effort = reasoning.effort
    if effort is None:
        return {}
    most = draft.profile.max_budget
    wanted = most if effort in ("xhigh", "max") and most is not None else BUDGETS[effort]
    budget = _within(wanted, draft)
    draft.warn("emulated", "reasoning", f"The model knows no efforts; {effort} is a budget of {budget} tokens.")
    return {"thinkingBudget": budget}


def _clamped(budget: int, draft: GeminiDraft) -> int:
    fitting = _within(budget, draft)
    if fitting != budget:
        draft.warn("clamped", "reasoning", f"The budget {budget} is out of the model's range; sent as {fitting}.")
    return fitting


def _within(budget: int, draft: GeminiDraft) -> int:
    if budget == DYNAMIC:
        return budget
    most = draft.profile.max_budget
    fitting = max(budget, draft.profile.min_budget)
    return fitting if most is None else min(fitting, most)


def _level(reasoning: ReasoningOptions, draft: GeminiDraft) -> dict[str, Any]:
    effort = reasoning.effort
    if effort is None:
        if reasoning.budget is None or reasoning.budget == DYNAMIC:
            return {}
        effort = _nearest(reasoning.budget, draft)
        draft.warn("emulated", "reasoning", f"The model knows no budgets; {reasoning.budget} tokens are the level {effort}.")
    level = {"none": "minimal", "max": "xhigh" if "xhigh" in draft.profile.efforts else "high"}.get(effort, effort)
    if draft.profile.efforts and level not in draft.profile.efforts:
        rank = EFFORTS.index(effort)
        known = sorted((name for name in draft.profile.efforts if name in EFFORTS), key=lambda name: abs(EFFORTS.index(name) - rank))
        level = known[0] if known else level
    if level != effort:
        draft.warn("clamped", "reasoning", f"The model has no level {effort}; sent as {level}.")
    return {"thinkingLevel": level}


def _nearest(budget: int, draft: GeminiDraft) -> Effort:
    levels: tuple[Effort, ...] = ("minimal", "low", "medium", "high")
    known = [level for level in levels if not draft.profile.efforts or level in draft.profile.efforts] or list(levels)
    return next((level for level in known if budget <= BUDGETS[level]), known[-1])
