"""How much to think, in the many ways that servers of this format spell it."""

from __future__ import annotations

from llmkit.dialects.openai_chat.setting import Setting
from llmkit.dialects.openai_chat.wire import Object
from llmkit.types.requests import ReasoningOptions

BUDGETS: dict[str, int] = {"minimal": 512, "low": 1024, "medium": 8192, "high": 16384, "xhigh": 24576, "max": 32768}
"""Tokens for an effort where only a budget can be said. The providers publish no common table; these are ours."""


def thinking(wanted: ReasoningOptions, setting: Setting) -> Object:
    """Return the fields of the body that say how much to think."""
    control = setting.profile.reasoning or "effort"
    if wanted.summary is not None:
        setting.warn("dropped", "reasoning.summary", "the format has no place for it")
    if wanted.visible is not None and control != "level":
        setting.warn("dropped", "reasoning.visible", "the format has no place for it")
    match control:
        case "none":
            setting.warn("dropped", "reasoning", "the model's thinking cannot be controlled")
            return {}
        case "toggle":
            return _toggle(wanted, setting)
        case "toggle_effort":  # Both: the one to switch it off, the other to say how much.
            return _toggle_effort(wanted, setting)
        case "switch":
            return _switch(wanted, setting)
        case "template":  # Open servers hand this to the model's chat template.
            switched = _switched(wanted)
            _only_on_and_off(wanted, setting)
            return {} if switched is None else {"chat_template_kwargs": {"enable_thinking": switched}}
        case "enabled":
            switched = _switched(wanted)
            _only_on_and_off(wanted, setting)
            return {} if switched is None else {"reasoning": {"enabled": switched}}
        case "budget":
            return _budget(wanted, setting)
        case "level":  # One `reasoning` object for effort, budget and visibility, as routers over many models spell it.
            return _level(wanted)
        case _:
            return _effort(wanted, setting)


def _effort(wanted: ReasoningOptions, setting: Setting) -> Object:
    effort: str | None = wanted.effort
    if wanted.budget is not None:
        if effort is None:
            effort = nearest_effort(wanted.budget, setting.profile.efforts)
            setting.warn("emulated", "reasoning.budget", f"sent as the effort {effort}: the model takes no budget")
        else:
            setting.warn("dropped", "reasoning.budget", "the model takes an effort, no budget")
    return {"reasoning_effort": effort} if effort is not None else {}


def _toggle(wanted: ReasoningOptions, setting: Setting) -> Object:
    switched = _switched(wanted)
    if switched is None:
        return {}
    _only_on_and_off(wanted, setting)
    return {"thinking": {"type": "enabled" if switched else "disabled"}}


def _toggle_effort(wanted: ReasoningOptions, setting: Setting) -> Object:
    fields = _effort(wanted, setting)
    if not fields:
        return {}
    if fields["reasoning_effort"] == "none":
        return {"thinking": {"type": "disabled"}}
    return {"thinking": {"type": "enabled"}, **fields}


def _switch(wanted: ReasoningOptions, setting: Setting) -> Object:
    switched = _switched(wanted)
    if switched is None:
        return {}
    if switched and wanted.budget:
        return {"enable_thinking": True, "thinking_budget": _within(wanted.budget, setting)}
    if switched and wanted.effort is not None and setting.profile.max_budget is not None:
        budget = _within(BUDGETS[wanted.effort], setting)
        setting.warn("emulated", "reasoning.effort", f"sent as a budget of {budget} tokens: the API takes no effort")
        return {"enable_thinking": True, "thinking_budget": budget}
    _only_on_and_off(wanted, setting)
    return {"enable_thinking": switched}


def _switched(wanted: ReasoningOptions) -> bool | None:
    """Return whether thinking is asked for; None where nothing is said."""
    if wanted.effort is None:
        return None if wanted.budget is None else wanted.budget > 0
    return wanted.effort != "none"


def _only_on_and_off(wanted: ReasoningOptions, setting: Setting) -> None:
    if wanted.budget or wanted.effort not in (None, "none"):
        setting.warn("emulated", "reasoning", "sent as thinking on: the model knows only on and off")


def _within(budget: int, setting: Setting) -> int:
    fitted = max(budget, setting.profile.min_budget)
    if setting.profile.max_budget is not None:
        fitted = min(fitted, setting.profile.max_budget)
    if fitted != budget:
        setting.warn("clamped", "reasoning.budget", f"{budget} became {fitted}")
    return fitted


def _budget(wanted: ReasoningOptions, setting: Setting) -> Object:
    budget = wanted.budget
    if budget is None and wanted.effort is not None and wanted.effort != "none":
        budget = BUDGETS[wanted.effort]
        setting.warn("emulated", "reasoning.effort", f"sent as a budget of {budget} tokens: the model takes no effort")
    if wanted.effort == "none" or budget == 0:
        return {"thinking": {"type": "disabled"}}
    if budget is None:
        return {}
    fitted = _within(budget, setting)
    return {"thinking": {"type": "enabled", "budget_tokens": fitted}}


def _level(wanted: ReasoningOptions) -> Object:
    found: Object = {}
    if wanted.effort is not None:
        found["effort"] = wanted.effort
    if wanted.budget is not None:
        found["max_tokens"] = wanted.budget
    if wanted.visible is not None:
        found["exclude"] = not wanted.visible
    return {"reasoning": found} if found else {}


def nearest_effort(budget: int, known: tuple[str, ...]) -> str:
    """Return the effort whose budget is nearest to `budget`, among those that are `known`, if any are named."""
    if budget == 0 and (not known or "none" in known):
        return "none"
    levels = [level for level in BUDGETS if level in known] if known else ["low", "medium", "high"]
    return min(levels or ["medium"], key=lambda level: abs(BUDGETS[level] - budget))
