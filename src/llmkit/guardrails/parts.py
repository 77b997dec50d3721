"""Where words stand in parts, messages and requests, and how to put others in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)

Change: TypeAlias = Callable[[str], str]
AnyPart = TypeVar("AnyPart", bound=Part)
_LONG_NUMBER = 7
"""Digits from which on a JSON number may be an account's or a card's."""


def changed_message(message: Message, change: Change) -> Message:
    """Return `message` with the words that `change` makes of its words; the same object where nothing changes."""
    content = changed_parts(message.content, change)
    return message if content is message.content else message.replace(content=content)


def changed_parts(content: tuple[Part, ...], change: Change) -> tuple[Part, ...]:
    """Return `content` changed; the same tuple where nothing changes."""
    parts = tuple([changed_part(part, change) for part in content])
    return content if all(new is old for new, old in zip(parts, content, strict=True)) else parts


def changed_part(part: AnyPart, change: Change) -> AnyPart:
    """Return `part` changed, then without its wire block; the same object where nothing changes."""
    fields = {name: value for name, value in _fields(part, change).items() if value != getattr(part, name)}
    if not fields:
        return part
    return cast(AnyPart, part.replace(**({"native": NO_NATIVE} | fields)))


def _fields(part: Part, change: Change) -> dict[str, Any]:
    match part:
        case Text():
            return {"text": change(part.text), "citations": tuple([changed_part(one, change) for one in part.citations])}
        case Reasoning() | Refusal() | Compaction():
            return {"text": change(part.text)}
        case Document():
            words = {name: change(value) for name in ("text", "title", "context") if (value := getattr(part, name))}
            return {**words, **_file_fields(part, change)}
        case Audio():
            return {"transcript": change(part.transcript)} if part.transcript else {}
        case ToolCall():
            return _call_fields(part, change)
        case InvalidToolCall():
            return {"json": change(part.json)}
        case ToolResult():
            structured = part.structured if part.structured is None else changed_json(part.structured, change)
            return {"content": changed_parts(part.content, change), "structured": structured}
        case ServerToolCall():
            return {"arguments": changed_json(part.arguments, change), **_native_fields(part.native, change)}
        case Citation():
            return {name: change(value) for name in ("quote", "title", "url") if (value := getattr(part, name))}
        case ServerToolResult() | Unknown():
            return _native_fields(part.native, change)
        case _:
            return {}


def _call_fields(part: ToolCall, change: Change) -> dict[str, Any]:
    arguments = changed_json(part.arguments, change)
    if arguments == part.arguments:
        return {}
    return {"arguments": arguments, "json": msgspec.json.encode(arguments).decode() if part.json else ""}


def _file_fields(part: Document, change: Change) -> dict[str, Any]:
    """A text file's bytes are words; of other files nothing can be read here."""
    if not part.data or not (part.media_type or "").startswith("text/"):
        return {}
    try:
        text = part.data.decode()
    except UnicodeDecodeError:
        return {}
    return {"data": change(text).encode()}


def _native_fields(native: msgspec.Raw, change: Change) -> dict[str, Any]:
    if not bytes(native):
        return {}
    try:
        value = msgspec.json.decode(native)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    new = changed_json(value, change)
    return {} if new == value else {"native": msgspec.Raw(msgspec.json.encode(new))}


def changed_json(value: Any, change: Change) -> Any:
    """Return a JSON value with all its strings changed, names too; a long number that changes becomes a string."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): changed_json(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [changed_json(one, change) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10 ** (_LONG_NUMBER - 1):
        words = str(value)
        new = change(words)
        return value if new == words else new
    return value


def texts_of(content: tuple[Part, ...]) -> list[str]:
    """Return all words of `content`."""
    seen: list[str] = []

    def see(text: str) -> str:
        seen.append(text)
        return text

    changed_parts(content, see)
    return seen
