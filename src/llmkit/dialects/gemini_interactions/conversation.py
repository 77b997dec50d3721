"""The conversation: instructions to `system_instruction`, the rest step by step."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.gemini_interactions.blocks import Block, content_block, step_block
from llmkit.dialects.gemini_interactions.draft import InteractionsDraft
from llmkit.errors import InvalidRequest
from llmkit.types.messages import Message
from llmkit.types.parts import InvalidToolCall, Reasoning, Text, ToolCall

_INSTRUCTIONS = ("system", "developer")


def encode_conversation(messages: Sequence[Message], draft: InteractionsDraft) -> tuple[str | None, list[Block]]:
    """Return `system_instruction` and the steps of `input`. Raises `InvalidRequest` when there is no turn to answer."""
    system: list[str] = []
    steps: list[Block] = []
    for message in messages:
        draft.mark(message.cache)
        if message.name is not None:
            draft.warn("dropped", "messages.name", "Messages have no name here.")
        if message.role in _INSTRUCTIONS and draft.profile.system_role != "user":
            if steps:
                draft.warn("lossy", "messages", "An instruction inside the conversation is moved to its beginning.")
            system += _instruction(message, draft)
        else:
            steps += _steps(message, draft)
    if not steps:
        raise InvalidRequest("There is no message to answer.", parameter="messages", hint="Add a user message.")
    return ("\n\n".join(system) or None), steps


def _instruction(message: Message, draft: InteractionsDraft) -> list[str]:
    if any(not isinstance(part, Text) for part in message.content):
        draft.warn("dropped", "messages", "Instructions are words alone here.")
    for part in message.content:
        draft.mark(part.cache)
    return [part.text for part in message.content if isinstance(part, Text)]


def _steps(message: Message, draft: InteractionsDraft) -> list[Block]:
    """Return the steps of a message; words and media that follow each other stand in one step."""
    kind = "model_output" if message.role == "assistant" else "user_input"
    if message.role in _INSTRUCTIONS:
        draft.warn("emulated", "messages", "The model takes no instructions; they are sent as the user's words.")
    steps: list[Block] = []
    content: list[Block] | None = None
    for part in message.content:
        if isinstance(part, Reasoning) and not _replayed(message, draft):
            continue
        if (block := content_block(part, draft)) is not None:
            if content is None:
                content = []
                steps.append(laid_over({"type": kind, "content": content}, draft.options(message.options)))
                content = steps[-1]["content"]
            content.append(block)
        elif not isinstance(part, Text) and (step := step_block(part, draft)) is not None:
            steps.append(step)
            content = None
    return steps


def _replayed(message: Message, draft: InteractionsDraft) -> bool:
    """Tell whether the model family wants the thinking of an earlier turn back."""
    match draft.profile.replay:
        case "never":
            return False
        case "tool_calls":
            return any(isinstance(part, ToolCall | InvalidToolCall) for part in message.content)
        case _:
            return True
