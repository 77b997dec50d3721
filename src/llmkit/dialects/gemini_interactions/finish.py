"""Why an interaction ended: its status into our words."""

from __future__ import annotations

from collections.abc import Iterable

from llmkit.types.parts import InvalidToolCall, Part, ToolCall
from llmkit.types.responses import FinishReason, UnifiedFinish

FINISH: dict[str, UnifiedFinish] = {
    "budget_exceeded": "length",
    "cancelled": "other",
    "completed": "stop",
    "failed": "error",
    "incomplete": "length",
    "in_progress": "other",
    "queued": "other",
    "requires_action": "tool_calls",
    "requires_continuation": "pause",
}
RUNNING = ("in_progress", "queued")
"""Statuses of an interaction that goes on in the background."""


def finish_of(status: str | None, content: Iterable[Part]) -> FinishReason:
    """Return the reason; `completed` with calls of the caller's functions is `tool_calls`."""
    unified = FINISH.get(status or "", "other")
    if unified == "stop" and any(isinstance(part, ToolCall | InvalidToolCall) for part in content):
        unified = "tool_calls"
    return FinishReason(unified=unified, raw=status)
