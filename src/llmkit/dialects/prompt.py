"""A conversation as one prompt, for APIs that know no turns."""

from __future__ import annotations

from collections.abc import Sequence

from llmkit.dialects.draft import Draft
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Citation,
    Compaction,
    Media,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    Unknown,
)

_NAMES = {"system": "System", "developer": "System", "user": "User", "assistant": "Assistant"}
_LEFT_OUT = (Reasoning, ServerToolCall, ServerToolResult, Unknown, Citation)


class Prompt:
    """The words of a conversation, and the media that go beside them."""

    __slots__ = ("media", "text")

    def __init__(self, text: str, media: list[Media]) -> None:
        self.text = text
        self.media = media


def prompt_of(messages: Sequence[Message], draft: Draft, *, where: str) -> Prompt:
    """Return a single user's text as it is; several turns line by line, each behind the name of its role, with a warning.

    Raises `UnsupportedFeature` for tool calls and their results, `InvalidRequest` where there is nothing to answer.
    """
    if not messages:
        raise InvalidRequest("There is no message to answer.", parameter="messages", hint="Add a user message.")
    media: list[Media] = []
    turns = [(message.role, _words(message, draft, media, where)) for message in messages]
    if len(turns) == 1 and turns[0][0] == "user":
        return Prompt(turns[0][1], media)
    draft.warn("emulated", "messages", f"{where} knows no turns; they are sent as one text with the names of the roles.")
    lines = [f"{_NAMES.get(role, 'User')}: {words}" for role, words in turns]
    if turns[-1][0] != "assistant":
        lines.append("Assistant:")
    return Prompt("\n\n".join(lines), media)


def words_of(message: Message, draft: Draft, where: str) -> str:
    """Return the words of one turn. Raises `UnsupportedFeature` for media, tool calls and their results."""
    media: list[Media] = []
    words = _words(message, draft, media, where)
    if media:
        raise UnsupportedFeature(f"{type(media[0]).__name__.lower()} input", where=where)
    return words


def _words(message: Message, draft: Draft, media: list[Media], where: str) -> str:
    if message.cache is not None or any(part.cache is not None for part in message.content):
        draft.warn("dropped", "cache", f"{where} takes no cache marks.")
    return "".join([_said(part, draft, media, where) for part in message.content])


def _said(part: Part, draft: Draft, media: list[Media], where: str) -> str:
    if isinstance(part, Text | Refusal | Compaction):
        return part.text
    if isinstance(part, _LEFT_OUT):
        draft.warn("dropped", "messages", f"{where} is words alone: a {type(part).__name__} is left out.")
        return ""
    if isinstance(part, Media):
        media.append(part)
        return ""
    raise UnsupportedFeature("tools", where=where)
