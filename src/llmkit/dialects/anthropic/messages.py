"""The conversation: instructions to the top, tool results into user turns, the rest turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from llmkit.dialects.anthropic.blocks import UNMARKABLE, Block, block_of, plain_text
from llmkit.dialects.anthropic.draft import AS_BLOCKS, SEPARATE, AnthropicDraft
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message, begins_an_answer

_INSTRUCTIONS = ("system", "developer")


def split_system(messages: Sequence[Message], draft: AnthropicDraft) -> tuple[Sequence[Message], Sequence[Message]]:
    """Return the instructions at the head, and the turns after them."""
    head = 0
    while head < len(messages) and messages[head].role in _INSTRUCTIONS and "role" not in draft.options(messages[head].options):
        head += 1
    return messages[:head], messages[head:]


def encode_system(messages: Sequence[Message], draft: AnthropicDraft) -> str | list[Block] | None:
    """Return the `system` field: a string where a single plain text is all there is."""
    blocks: list[Block] = []
    as_blocks = False
    for message in messages:
        as_blocks = bool(draft.options(message.options).get(AS_BLOCKS)) or as_blocks
        blocks += _marked(_blocks(message, draft), message, draft)
    words = plain_text(blocks[0]) if len(blocks) == 1 else None
    if words is not None and not as_blocks:
        return words
    return blocks if blocks or as_blocks else None


def encode_turns(messages: Sequence[Message], draft: AnthropicDraft) -> list[dict[str, Any]]:
    """Return the `messages` field. Raises `InvalidRequest` when there is no turn to answer."""
    if not messages:
        raise InvalidRequest("There is no message to answer.", parameter="messages", hint="Add a user message.")
    if not draft.profile.prefill and messages[-1].content and begins_an_answer(messages[-1], draft.dialect):
        raise UnsupportedFeature("a last message of the assistant", where="This model", hint="End with a user message.")
    turns: list[dict[str, Any]] = []
    joinable = False
    for message in messages:
        joinable = _add(message, turns, draft, joinable)
    if not turns:
        raise InvalidRequest("Nothing of the messages can be sent here.", parameter="messages")
    return turns


def _add(message: Message, turns: list[dict[str, Any]], draft: AnthropicDraft, joinable: bool) -> bool:
    """Add a message to `turns`; tell whether a user's turn that follows belongs into the same one."""
    options = draft.options(message.options)
    as_blocks, separate = options.pop(AS_BLOCKS, False), options.pop(SEPARATE, False)
    role = options.pop("role", None) or _role(message, draft)
    blocks = _blocks(message, draft)
    if message.content and not blocks:
        return joinable  # All of it stays behind, as the warnings say: an empty turn would be refused.
    wrapped = message.role in _INSTRUCTIONS and role == "user"
    if wrapped:
        draft.warn("emulated", "messages", "An instruction inside the conversation is sent as the user's words.")
        blocks = [_wrapped(block) for block in blocks]
    if message.name is not None:
        draft.warn("dropped", "messages.name", "Messages have no name here.")
    blocks = _marked(blocks, message, draft)
    if joinable and role == "user" and not separate:
        content: list[Block] = turns[-1]["content"]
        # Results must come first in the turn that answers the calls (docs, read 2026-11-22).
        place = sum(1 for block in content if _is_result(block)) if message.role == "tool" else len(content)
        content[place:place] = blocks
        turns[-1].update(options)
        return message.role != "user"
    words = plain_text(blocks[0]) if len(blocks) == 1 and not as_blocks and not wrapped else None
    turns.append({"role": role, "content": blocks if words is None else words, **options})
    return message.role == "tool" or wrapped


def _role(message: Message, draft: AnthropicDraft) -> str:
    if message.role == "assistant":
        return "assistant"
    return "system" if message.role in _INSTRUCTIONS and draft.profile.system_role == "system" else "user"


def _blocks(message: Message, draft: AnthropicDraft) -> list[Block]:
    assistant = message.role == "assistant"
    blocks = [block for part in message.content if (block := block_of(part, draft, assistant=assistant)) is not None]
    if len(blocks) > 1 and any(plain_text(block) == "" for block in blocks):
        draft.warn("dropped", "messages", "Empty texts are refused.")
        blocks = [block for block in blocks if plain_text(block) != ""] or blocks[:1]
    return blocks


def _wrapped(block: Block) -> Block:
    words = plain_text(block)
    return block if words is None else {"type": "text", "text": f"<system>\n{words}\n</system>"}


def _is_result(block: Block) -> bool:
    return isinstance(block, dict) and block.get("type") == "tool_result"


def _marked(blocks: list[Block], message: Message, draft: AnthropicDraft) -> list[Block]:
    control = draft.cache_control(message.cache)
    if control is None:
        return blocks
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        whole: dict[str, Any] = block if isinstance(block, dict) else msgspec.json.decode(block)
        if str(whole.get("type")) not in UNMARKABLE:
            return [*blocks[:place], {**whole, "cache_control": control}, *blocks[place + 1 :]]
    draft.warn("dropped", "cache", "No block of the message can carry a cache mark.")
    return blocks
