"""Wire blocks of an answer into parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from llmkit.dialects.anthropic.citations import decode_citation
from llmkit.dialects.arguments import tool_call
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import (
    Citation,
    Compaction,
    Part,
    Provenance,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    Unknown,
)

Fields: TypeAlias = dict[str, msgspec.Raw]
"""A wire object whose values are still JSON text."""
fields_of: Callable[[bytes | msgspec.Raw], Fields] = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_value: Callable[[bytes | msgspec.Raw], Any] = msgspec.json.Decoder().decode
_CALLS = frozenset({"server_tool_use", "mcp_tool_use"})
_RESULT = "_tool_result"
_SAID = {
    "text": frozenset({"type", "text", "citations"}),
    "tool_use": frozenset({"type", "id", "name", "input"}),
}
"""What the typed part says back exactly; a block with more keeps its wire form."""


def decode_block(block: msgspec.Raw, origin: Provenance) -> Part:
    """Return the part in one block of a response. Raises `msgspec.DecodeError` unless it is an object."""
    return part_of(fields_of(block), block, origin)


def part_of(fields: Fields, native: msgspec.Raw, origin: Provenance) -> Part:
    """Return the part that `fields` say; `native` is the same block as JSON text."""
    kind = string(fields, "type") or ""
    match kind:
        case "text":
            return _text(fields, native, origin)
        case "thinking":
            signature = string(fields, "signature") or None
            return Reasoning(text=string(fields, "thinking") or "", signature=signature, origin=origin, native=native)
        case "redacted_thinking":
            return Reasoning(encrypted=string(fields, "data") or "", origin=origin, native=native)
        case "tool_use":
            kept = native if fields.keys() - _SAID[kind] else NO_NATIVE
            text = bytes(fields.get("input", b"")).decode()
            return tool_call(string(fields, "id") or "", string(fields, "name") or "", text, origin=origin, native=kept)
        case "compaction":
            encrypted = string(fields, "encrypted_content")
            return Compaction(text=string(fields, "content") or "", encrypted=encrypted, origin=origin, native=native)
        case _ if kind in _CALLS:
            arguments = value(fields, "input")
            return ServerToolCall(
                id=string(fields, "id") or "",
                name=string(fields, "name") or "",
                arguments=arguments if isinstance(arguments, dict) else {},
                origin=origin,
                native=native,
            )
        case _ if kind.endswith(_RESULT):
            call = string(fields, "tool_use_id") or ""
            return ServerToolResult(id=call, name=kind.removesuffix(_RESULT), is_error=_failed(fields), origin=origin, native=native)
    return Unknown(kind=kind, origin=origin, native=native)


def value(fields: Fields, name: str) -> Any:
    """Return a field decoded, None if it is not there."""
    raw = fields.get(name)
    return _value(raw) if raw else None


def string(fields: Fields, name: str) -> str | None:
    """Return a field that is a string, None for anything else."""
    found = value(fields, name)
    return found if isinstance(found, str) else None


def listed(fields: Fields, name: str) -> list[Any]:
    """Return a field that is a list, an empty one for anything else."""
    found = value(fields, name)
    return found if isinstance(found, list) else []


def _text(fields: Fields, native: msgspec.Raw, origin: Provenance) -> Text:
    found = listed(fields, "citations")
    citations: tuple[Citation, ...] = tuple([decode_citation(item, origin) for item in found if isinstance(item, dict)])
    text = string(fields, "text")
    exact = not found and not value(fields, "citations") and text is not None and fields.keys() <= _SAID["text"]
    return Text(text=text or "", citations=citations, origin=origin, native=NO_NATIVE if exact else native)


def _failed(fields: Fields) -> bool:
    match value(fields, "content"):
        case {"error_code": _}:
            return True
        case {"type": str(kind)} if kind.endswith("_error"):
            return True
    return value(fields, "is_error") is True
