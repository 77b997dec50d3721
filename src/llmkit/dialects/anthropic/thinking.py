"""How much the model thinks: a budget in tokens, or an effort."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.anthropic.draft import AnthropicDraft
from llmkit.types.profile import ReasoningControl
from llmkit.types.requests import CompletionRequest, Effort, ReasoningOptions

SHARES: dict[str, float] = {"minimal": 0.1, "low": 0.2, "medium": 0.5, "high": 0.8, "xhigh": 0.95, "max": 0.95}
"""Effort to share of the output limit, where only a budget can be said."""
_BUDGETS: tuple[tuple[int, Effort], ...] = ((2_048, "low"), (8_192, "medium"), (24_576, "high"))
"""Budgets up to so many tokens are this effort, where only an effort can be said."""
_INTERLEAVED = "interleaved-thinking-2025-05-14"


class Thinking(msgspec.Struct, frozen=True, kw_only=True):
    """What of the body depends on thinking."""

    thinking: dict[str, Any] | None = None
    effort: str | None = None
    max_tokens: int

    @property
    def active(self) -> bool:
        """Tell whether the model is asked to think."""
        return self.thinking is not None and self.thinking.get("type") != "disabled"


def encode_thinking(request: CompletionRequest, draft: AnthropicDraft, given: Any, betas: list[str]) -> Thinking:
    """Return the fields for `request`; `given` is a `thinking` object from its options, which wins."""
    limit = request.max_tokens if request.max_tokens is not None else draft.profile.default_max_tokens or 4096
    wanted = request.reasoning
    control: ReasoningControl = draft.profile.reasoning or "budget"
    if isinstance(given, dict) and given.get("type") == "adaptive":
        control = "adaptive"
    if wanted is None or control == "none":
        if wanted is not None:
            draft.warn("dropped", "reasoning", "This model does not think.")
        return Thinking(max_tokens=limit)
    if wanted.effort == "none":
        return Thinking(thinking={"type": "disabled"}, max_tokens=limit)
    if _forced(request, draft) and control in ("adaptive", "toggle", "budget"):
        draft.warn("dropped", "reasoning", "Thinking is refused while a tool call is forced.")
        return Thinking(max_tokens=limit)
    if wanted.summary is not None:
        draft.warn("dropped", "reasoning.summary", "The kind of summary cannot be chosen.")
    match control:
        case "budget":
            return _by_budget(request, wanted, draft, limit, _INTERLEAVED in betas)
        case "toggle":
            draft.warn("emulated", "reasoning", "Thinking can only be switched on or off.")
            return Thinking(thinking=_shown({"type": "enabled"}, wanted), max_tokens=limit)
        case "adaptive":
            return Thinking(thinking=_shown({"type": "adaptive"}, wanted), effort=_effort(wanted, draft), max_tokens=limit)
        case _:
            return Thinking(effort=_effort(wanted, draft), max_tokens=limit)


def _by_budget(request: CompletionRequest, wanted: ReasoningOptions, draft: AnthropicDraft, limit: int, interleaved: bool) -> Thinking:
    floor = draft.profile.min_budget or 1024
    budget = wanted.budget
    if budget is None:
        if wanted.effort is None:
            return Thinking(max_tokens=limit)
        budget = int(limit * SHARES[wanted.effort])
        draft.warn("emulated", "reasoning.effort", f"Sent as a budget of {max(budget, floor)} tokens.")
    allowed = max(floor, min(budget, draft.profile.max_budget or budget))
    if allowed != budget and wanted.budget is not None:
        draft.warn("clamped", "reasoning.budget", f"The budget is {allowed} tokens.")
    if allowed >= limit and not interleaved:
        if request.max_tokens is None:
            limit += allowed
        elif limit > floor:
            allowed = limit - 1
            draft.warn("clamped", "reasoning.budget", f"The budget must be below max_tokens: {allowed} tokens.")
        else:
            limit += allowed
            draft.warn("clamped", "max_tokens", f"Raised to {limit}: the limit counts the thinking too.")
    return Thinking(thinking=_shown({"type": "enabled", "budget_tokens": allowed}, wanted), max_tokens=limit)


def _forced(request: CompletionRequest, draft: AnthropicDraft) -> bool:
    choice = request.tool_choice
    return choice is not None and choice.mode == "required" and draft.profile.forced_tools


def _effort(wanted: ReasoningOptions, draft: AnthropicDraft) -> str | None:
    if wanted.effort == "minimal":
        draft.warn("clamped", "reasoning.effort", "The lowest effort is low.")
        return "low"
    if wanted.effort is not None or wanted.budget is None:
        return wanted.effort
    effort = next((effort for most, effort in _BUDGETS if wanted.budget <= most), "max")
    draft.warn("emulated", "reasoning.budget", f"Sent as the effort {effort}.")
    return effort


def _shown(thinking: dict[str, Any], wanted: ReasoningOptions) -> dict[str, Any]:
    visible = wanted.visible if wanted.visible is not None or wanted.summary is None else True
    return thinking if visible is None else {**thinking, "display": "summarized" if visible else "omitted"}
