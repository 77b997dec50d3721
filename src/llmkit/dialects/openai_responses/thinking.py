"""How much the model thinks, and whether it tells."""

from __future__ import annotations

from llmkit.dialects.openai_chat.thinking import nearest_effort
from llmkit.dialects.openai_chat.wire import Object
from llmkit.dialects.openai_responses.draft import ResponsesDraft
from llmkit.types.requests import ReasoningOptions


def reasoning_field(wanted: ReasoningOptions | None, draft: ResponsesDraft) -> Object | None:
    """Return the `reasoning` field, None where there is nothing to say."""
    if wanted is None:
        return None
    control = draft.profile.reasoning
    if control == "none":
        if wanted.effort not in (None, "none") or wanted.budget:
            draft.warn("dropped", "reasoning", "This model does not think.")
        return None
    wire: Object = {}
    if wanted.effort is not None:
        wire["effort"] = wanted.effort
    if wanted.budget is not None:
        _budget(wanted, wire, draft)
    summary = wanted.summary if wanted.summary is not None or not wanted.visible else "auto"
    if summary is not None and wanted.visible is not False:
        wire["summary"] = summary
    return wire or None


def _budget(wanted: ReasoningOptions, wire: Object, draft: ResponsesDraft) -> None:
    assert wanted.budget is not None
    if draft.profile.reasoning == "level":  # Routers over many models take a budget beside the effort.
        wire["max_tokens"] = wanted.budget
    elif wanted.effort is not None:
        draft.warn("dropped", "reasoning.budget", "The model takes an effort, no budget.")
    else:
        wire["effort"] = nearest_effort(wanted.budget, draft.profile.efforts)
        draft.warn("emulated", "reasoning.budget", f"Sent as the effort {wire['effort']}: the model takes no budget.")
