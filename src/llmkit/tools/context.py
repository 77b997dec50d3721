"""What a tool may know of the run it is called in."""

from __future__ import annotations

from typing import Any

from llmkit.types.messages import Message
from llmkit.types.model import Model
from llmkit.types.parts import ToolCall


class ToolContext(Model, frozen=True, kw_only=True, gc=True):
    """A parameter with this annotation is filled in by the run and not shown to the model.

    `messages` is the conversation up to and with the turn that calls; `step` counts the model's turns from 1; `state` is what
    was given to `run(state=...)`.
    """

    call: ToolCall
    messages: tuple[Message, ...] = ()
    step: int = 1
    state: Any = None
