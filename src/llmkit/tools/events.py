"""What a run's stream says beside the events of the model's answers."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.tools.outcome import AnyCall, Step
from llmkit.types.events import Event, EventFields
from llmkit.types.parts import ToolResult


class ToolStarted(EventFields, frozen=True, kw_only=True, tag="tool_started"):
    """A call of a tool begins."""

    call: AnyCall


class ToolFinished(EventFields, frozen=True, kw_only=True, tag="tool_finished"):
    """A call was answered; such events come in the order in which the calls end."""

    call: AnyCall
    result: ToolResult
    seconds: float


class ToolHeld(EventFields, frozen=True, kw_only=True, tag="tool_held"):
    """A policy held a call back; `why` says why, `outcome` what was decided. It comes before the call's other events."""

    call: AnyCall
    why: str
    outcome: Literal["approved", "refused", "pending"]


class StepFinished(EventFields, frozen=True, kw_only=True, tag="step_finished"):
    """The model's turn and all its calls are over."""

    step: Step


RunEvent: TypeAlias = Event | ToolHeld | ToolStarted | ToolFinished | StepFinished
