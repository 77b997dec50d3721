"""The conversation: instructions to `systemInstruction`, the rest turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmkit.dialects.gemini.blocks import block_of
from llmkit.dialects.gemini.draft import Block, GeminiDraft, laid_over
from llmkit.dialects.gemini.tool_results import ToolResults
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import InvalidToolCall, Part, Reasoning, ToolCall

UNSIGNED = "skip_thought_signature_validator"
"""The documented stand-in for the signature of a call that this API did not make (docs, read 2026-11)."""
_INSTRUCTIONS = ("system", "developer")


def encode_conversation(messages: Sequence[Message], draft: GeminiDraft) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return `systemInstruction` and `contents`. Raises `InvalidRequest` when there is no turn to answer."""
    results = ToolResults(draft)
    system: dict[str, Any] = {"parts": []}
    turns: list[dict[str, Any]] = []
    joinable = False
    for message in messages:
        if message.role in _INSTRUCTIONS and draft.profile.system_role != "user":
            if turns:
                draft.warn("lossy", "messages", "An instruction inside the conversation is moved to its beginning.")
            parts = _parts(message, draft, results)
            system = laid_over({**system, "parts": system["parts"] + parts}, draft.options(message.options))
        else:
            joinable = _add(message, turns, draft, results, joinable=joinable)
    if not turns:
        raise InvalidRequest("There is no message to answer.", parameter="messages", hint="Add a user message.")
    if not draft.profile.prefill and turns[-1].get("role") == "model":
        raise UnsupportedFeature("a last message of the assistant", where="This model", hint="End with a user message.")
    return (system if system["parts"] else None), turns


def _add(message: Message, turns: list[dict[str, Any]], draft: GeminiDraft, results: ToolResults, *, joinable: bool) -> bool:
    """Add a message to `turns`; tell whether tool results that follow belong into the same turn."""
    results.note(message)
    options = draft.options(message.options)
    if message.role in _INSTRUCTIONS:
        draft.warn("emulated", "messages", "The model takes no instructions; they are sent as the user's words.")
    parts = _parts(message, draft, results)
    if message.content and not parts:
        return joinable  # All of it stays behind, as the warnings say: an empty turn would be refused.
    if joinable and message.role == "tool" and "role" not in options:
        # The answers to calls made in parallel belong into one turn (docs, read 2026-11).
        turns[-1]["parts"] += parts
        return True
    turns.append(laid_over({"role": "model" if message.role == "assistant" else "user", "parts": parts}, options))
    return message.role == "tool"


def _parts(message: Message, draft: GeminiDraft, results: ToolResults) -> list[Block]:
    draft.mark(message.cache)
    if message.name is not None:
        draft.warn("dropped", "messages.name", "Messages have no name here.")
    content = [part for part in message.content if _replayed(part, message, draft)]
    sealed = _seal(content, message, draft)
    return [block for part in sealed if (block := block_of(part, draft, results)) is not None]


def _replayed(part: Part, message: Message, draft: GeminiDraft) -> bool:
    """Tell whether the model family wants `part` back: all but thinking always, thinking as its profile says."""
    if not isinstance(part, Reasoning) or message.role != "assistant":
        return True
    match draft.profile.replay:
        case "never":
            return False
        case "tool_calls":
            return any(isinstance(other, ToolCall | InvalidToolCall) for other in message.content)
        case _:
            return True


def _seal(content: list[Part], message: Message, draft: GeminiDraft) -> list[Part]:
    """Give the first call of a turn that was made elsewhere the documented stand-in: models with levels refuse one without."""
    if message.role != "assistant" or draft.profile.reasoning != "level":
        return content
    first = next((number for number, part in enumerate(content) if isinstance(part, ToolCall | InvalidToolCall)), None)
    if first is None:
        return content
    call = content[first]
    assert isinstance(call, ToolCall | InvalidToolCall)
    if not draft.foreign(call) and not draft.moved(call):
        return content
    draft.warn("emulated", "signature", "A call made elsewhere carries the documented stand-in for its signature.")
    return [*content[:first], call.replace(origin=None, native=NO_NATIVE, signature=UNSIGNED), *content[first + 1 :]]
