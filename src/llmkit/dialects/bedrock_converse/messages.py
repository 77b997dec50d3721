"""The conversation: instructions to the top, tool results into user turns, the rest turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmkit.dialects.bedrock_converse.blocks import Block, blocks_of
from llmkit.dialects.bedrock_converse.draft import SEPARATE, ConverseDraft
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message, begins_an_answer
from llmkit.types.parts import Audio, Document, Image, Part, Text, ToolResult, Video

_INSTRUCTIONS = ("system", "developer")
_MEDIA = (Image, Document, Audio, Video)
_BESIDE = ("toolResult", "cachePoint")


def split_system(messages: Sequence[Message], draft: ConverseDraft) -> tuple[Sequence[Message], Sequence[Message]]:
    """Return the instructions at the head, and the turns after them."""
    head = 0
    while head < len(messages) and messages[head].role in _INSTRUCTIONS and "role" not in draft.options(messages[head].options):
        head += 1
    return (messages[:head], messages[head:]) if draft.profile.system_role != "user" else ((), messages)


def encode_system(messages: Sequence[Message], draft: ConverseDraft) -> list[Block] | None:
    """Return the `system` field."""
    blocks: list[Block] = []
    for message in messages:
        blocks += _blocks(message, draft)
    return blocks or None


def encode_turns(messages: Sequence[Message], draft: ConverseDraft) -> list[dict[str, Any]]:
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
    for turn in turns:
        _add_words(turn, draft)
    return turns


def _add(message: Message, turns: list[dict[str, Any]], draft: ConverseDraft, joinable: bool) -> bool:
    """Add a message to `turns`; tell whether a user's turn that follows belongs into the same one."""
    options = draft.options(message.options)
    separate = options.pop(SEPARATE, False)
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
    if joinable and role == "user" and not separate:
        content: list[Block] = turns[-1]["content"]
        place = sum(1 for block in content if _is_result(block)) if message.role == "tool" else len(content)
        content[place:place] = blocks
        turns[-1].update(options)
        return message.role != "user"
    turns.append({"role": role, "content": blocks, **options})
    return message.role == "tool" or wrapped


def _role(message: Message, draft: ConverseDraft) -> str:
    if message.role == "assistant":
        return "assistant"
    return "system" if message.role in _INSTRUCTIONS and draft.profile.system_role == "system" else "user"


def _blocks(message: Message, draft: ConverseDraft) -> list[Block]:
    assistant = message.role == "assistant"
    blocks = [block for part in _hoisted(message, draft) for block in blocks_of(part, draft, assistant=assistant)]
    point = draft.cache_point(message.cache)
    return blocks if point is None or not blocks else [*blocks, point]


def _hoisted(message: Message, draft: ConverseDraft) -> list[Part]:
    """Return the parts; where results hold no media, those stand behind the results, and each result says so."""
    if draft.profile.media_in_results or not any(isinstance(part, ToolResult) for part in message.content):
        return list(message.content)
    parts: list[Part] = []
    media: list[Part] = []
    for part in message.content:
        found = [item for item in part.content if isinstance(item, _MEDIA)] if isinstance(part, ToolResult) else []
        if isinstance(part, ToolResult) and found:
            draft.warn("emulated", "tool_result", "Media in a tool's result are sent behind it.")
            rest = tuple([item for item in part.content if not isinstance(item, _MEDIA)])
            part = part.replace(content=rest or (Text(text="See the media below."),))
        parts.append(part)
        media += found
    return [*parts, *media]


def _add_words(turn: dict[str, Any], draft: ConverseDraft) -> None:
    """A turn with a document must have a text beside it, the API says."""
    content = turn["content"]
    if any(_has(block, "document") for block in content) and not any(_has(block, "text") for block in content):
        draft.warn("emulated", "messages", "A document needs a text beside it; its name is sent.")
        names = [block["document"].get("name", "") for block in content if isinstance(block, dict) and "document" in block]
        content.append({"text": ", ".join(names) or "Document"})


def _has(block: Block, kind: str) -> bool:
    return kind in block if isinstance(block, dict) else bytes(block).lstrip(b'{ "').startswith(kind.encode())


def _wrapped(block: Block) -> Block:
    words = block.get("text") if isinstance(block, dict) else None
    return {"text": f"<system>\n{words}\n</system>"} if isinstance(words, str) else block


def _is_result(block: Block) -> bool:
    return isinstance(block, dict) and any(kind in block for kind in _BESIDE)
