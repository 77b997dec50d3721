"""From what users write as messages to checked `Message` values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmkit.errors import InvalidRequest
from llmkit.types.messages import Message
from llmkit.types.parts import Document, MediaFields, Text, ToolResult

LARGEST_ATTACHMENT = 100 * 2**20
"""Bytes of one attachment; no provider takes more inline."""


def messages_of(messages: Any) -> tuple[Message, ...]:
    """Return `messages` (a text, a `Message`, or a list of messages or of dicts in OpenAI's shape) as `Message` values."""
    if isinstance(messages, str):
        return (Message.user(messages),)
    if isinstance(messages, Message):
        return (messages,)
    if isinstance(messages, bytes | Mapping) or not hasattr(messages, "__iter__"):
        raise InvalidRequest(
            f"messages must be text, a Message or a list, not {type(messages).__name__}.",
            parameter="messages",
            hint="Write messages=[Message.user('...')].",
        )
    given = list(messages)
    if all(isinstance(message, Message) for message in given):
        return tuple(given)
    found: list[Message] = []
    for place, message in enumerate(given):
        if isinstance(message, Message):
            found.append(message)
        elif isinstance(message, str):
            found.append(Message.user(message))
        elif isinstance(message, Mapping):
            found.extend(_from_dict(place, dict(message)))
        else:
            raise InvalidRequest(
                f"messages[{place}] must be a Message, text or a dict, not {type(message).__name__}.", parameter=f"messages[{place}]"
            )
    return tuple(found)


def _from_dict(place: int, message: dict[str, Any]) -> tuple[Message, ...]:
    from llmkit.serving import openai_chat  # Only users of dicts pay for the parser.

    problem: str | None = None
    try:
        return openai_chat.parse_request({"model": "", "messages": [message]}).messages
    except InvalidRequest as error:
        problem = error.message
    raise InvalidRequest(f"messages[{place}]: {problem}", parameter=f"messages[{place}]")


def check_messages(messages: tuple[Message, ...]) -> None:
    """Raise `InvalidRequest` for a conversation that no model can answer."""
    if not messages:
        raise InvalidRequest("messages is empty.", parameter="messages", hint="Ask something.")
    for place, message in enumerate(messages):
        if not message.content and message.role != "assistant":
            raise InvalidRequest(f"messages[{place}] is empty.", parameter=f"messages[{place}]", hint="Give it content.")
        for index, part in enumerate(message.content):
            if type(part) is Text:
                continue
            if isinstance(part, MediaFields):
                _check_media(f"messages[{place}].content[{index}]", part)
            elif isinstance(part, ToolResult):
                for inner in part.content:
                    if isinstance(inner, MediaFields):
                        _check_media(f"messages[{place}].content[{index}]", inner)
    first = messages[0]
    if len(messages) == 1 and first.role == "user" and all(getattr(part, "text", None) == "" for part in first.content):
        raise InvalidRequest("The message is empty.", parameter="messages", hint="Ask something.")


def _check_media(place: str, part: MediaFields) -> None:
    sources = [name for name in ("data", "url", "file_id") if getattr(part, name) is not None]
    if isinstance(part, Document) and part.text is not None:
        sources.append("text")
    if len(sources) != 1 and not part.native and not getattr(part, "id", None):
        got = " and ".join(sources) or "none"
        raise InvalidRequest(f"{place} needs exactly one of data, url, file_id; it has {got}.", parameter=place)
    if part.data is not None and len(part.data) > LARGEST_ATTACHMENT:
        raise InvalidRequest(
            f"{place} has {len(part.data):,} bytes; the most is {LARGEST_ATTACHMENT:,}.",
            parameter=place,
            hint="Upload it and pass the file's id, or make it smaller.",
        )
