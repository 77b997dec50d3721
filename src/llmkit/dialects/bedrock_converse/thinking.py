"""How much the model thinks. Each vendor's models take it in fields of their own, which this format passes on."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.dialects.bedrock_converse.vendors import vendor_of
from llmkit.types.profile import ReasoningControl
from llmkit.types.requests import CompletionRequest, ReasoningOptions

_SHARES: dict[str, float] = {"minimal": 0.1, "low": 0.2, "medium": 0.5, "high": 0.8, "xhigh": 0.95, "max": 0.95}
"""Effort to share of the output limit, where only a budget can be said."""
_BUDGETS = ((2_048, "low"), (8_192, "medium"), (24_576, "high"))
"""Budgets up to so many tokens are this effort, where only an effort can be said."""
_LIMIT = 4096
_FLOOR = 1024
_NEXT: dict[str, str] = {"minimal": "low", "xhigh": "high", "max": "high"}
_THREE = ("low", "medium", "high")


class Thinking(msgspec.Struct, frozen=True, kw_only=True):
    """What of the body depends on thinking: the model's own fields, the effort, the output limit."""

    fields: dict[str, Any] = {}
    effort: str | None = None
    max_tokens: int | None = None

    @property
    def active(self) -> bool:
        """Tell whether the model is asked to think in the way that rules out sampling."""
        thinking = self.fields.get("thinking")
        return isinstance(thinking, dict) and thinking.get("type") != "disabled"


def encode_thinking(request: CompletionRequest, model: str, draft: ConverseDraft) -> Thinking:
    """Return the fields for `request`."""
    limit, wanted = request.max_tokens, request.reasoning
    vendor = vendor_of(model)
    control: ReasoningControl = draft.profile.reasoning or ("budget" if vendor == "anthropic" else "effort")
    if wanted is None:
        return Thinking(max_tokens=limit)
    if control == "none":
        draft.warn("dropped", "reasoning", "This model does not think.")
        return Thinking(max_tokens=limit)
    if wanted.summary is not None:
        draft.warn("dropped", "reasoning.summary", "The kind of summary cannot be chosen.")
    if control in ("budget", "adaptive", "toggle"):
        return _claude(request, wanted, control, draft)
    if vendor == "amazon":
        return Thinking(fields=_nova(wanted, draft), max_tokens=limit)
    effort = _effort(wanted, draft)
    if vendor == "openai":
        return Thinking(fields={} if effort in (None, "none") else {"reasoning_effort": _nearest(effort, draft)}, max_tokens=limit)
    if vendor == "qwen":
        return Thinking(fields={} if effort in (None, "none") else {"reasoning_config": _nearest(effort, draft)}, max_tokens=limit)
    return Thinking(effort=effort, max_tokens=limit)


def _claude(request: CompletionRequest, wanted: ReasoningOptions, control: str, draft: ConverseDraft) -> Thinking:
    limit = request.max_tokens
    if wanted.effort == "none":
        return Thinking(fields={"thinking": {"type": "disabled"}}, max_tokens=limit)
    choice = request.tool_choice
    if choice is not None and choice.mode == "required" and draft.profile.forced_tools:
        draft.warn("dropped", "reasoning", "Thinking is refused while a tool call is forced.")
        return Thinking(max_tokens=limit)
    if control == "adaptive":
        return Thinking(fields={"thinking": _shown({"type": "adaptive"}, wanted)}, effort=_effort(wanted, draft), max_tokens=limit)
    if control == "toggle":
        draft.warn("emulated", "reasoning", "Thinking can only be switched on or off.")
        return Thinking(fields={"thinking": _shown({"type": "enabled"}, wanted)}, max_tokens=limit)
    return _by_budget(request, wanted, draft)


def _by_budget(request: CompletionRequest, wanted: ReasoningOptions, draft: ConverseDraft) -> Thinking:
    profile = draft.profile
    limit = request.max_tokens if request.max_tokens is not None else profile.default_max_tokens or _LIMIT
    floor = profile.min_budget or _FLOOR
    budget = wanted.budget
    if budget is None:
        if wanted.effort is None:
            return Thinking(max_tokens=request.max_tokens)
        budget = int(limit * _SHARES[wanted.effort])
        draft.warn("emulated", "reasoning.effort", f"Sent as a budget of {max(budget, floor)} tokens.")
    allowed = max(floor, min(budget, profile.max_budget or budget))
    if allowed != budget and wanted.budget is not None:
        draft.warn("clamped", "reasoning.budget", f"The budget is {allowed} tokens.")
    if allowed >= limit:
        if request.max_tokens is not None and limit > floor:
            allowed = limit - 1
            draft.warn("clamped", "reasoning.budget", f"The budget must be below max_tokens: {allowed} tokens.")
        else:
            limit += allowed
            if request.max_tokens is not None:
                draft.warn("clamped", "max_tokens", f"Raised to {limit}: the limit counts the thinking too.")
    return Thinking(fields={"thinking": _shown({"type": "enabled", "budget_tokens": allowed}, wanted)}, max_tokens=limit)


def _nova(wanted: ReasoningOptions, draft: ConverseDraft) -> dict[str, Any]:
    """Return the fields of Amazon's own models (user guide of Nova 2, read 2026-11-22)."""
    effort = _effort(wanted, draft)
    if effort == "none":
        return {"reasoningConfig": {"type": "disabled"}}
    config = {"type": "enabled"} if effort is None else {"type": "enabled", "maxReasoningEffort": _nearest(effort, draft)}
    return {"reasoningConfig": config}


def _effort(wanted: ReasoningOptions, draft: ConverseDraft) -> str | None:
    if wanted.effort is not None or wanted.budget is None:
        return wanted.effort
    effort = next((effort for most, effort in _BUDGETS if wanted.budget <= most), "max")
    draft.warn("emulated", "reasoning.budget", f"Sent as the effort {effort}.")
    return effort


def _nearest(effort: str | None, draft: ConverseDraft) -> str:
    nearest = _NEXT.get(effort or "", effort or "medium")
    if nearest != effort:
        draft.warn("clamped", "reasoning.effort", f"The efforts are {', '.join(_THREE)}: sent as {nearest}.")
    return nearest


def _shown(thinking: dict[str, Any], wanted: ReasoningOptions) -> dict[str, Any]:
    return thinking if wanted.visible is None else {**thinking, "display": "summarized" if wanted.visible else "omitted"}
