"""Wire blocks of an answer into parts. A block is an object with one field, whose name is its kind."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

import msgspec

from llmkit.dialects.arguments import tool_call
from llmkit.dialects.bedrock_converse.citations import decode_citation
from llmkit.dialects.bedrock_converse.fields import Fields, fields_of, inner, mapping, string, value
from llmkit.dialects.bedrock_converse.formats import MEDIA_TYPES
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Audio, Document, Image, Part, Provenance, Reasoning, ServerToolCall, ServerToolResult, Text, Unknown, Video

SERVER_USE = "server_tool_use"
_RESULT = "_result"
_KINDS = ("text", "toolUse", "reasoningContent", "citationsContent", "toolResult", "image", "audio", "video", "document")
_MEDIA: dict[str, type[Image] | type[Audio] | type[Video] | type[Document]] = {
    "image": Image,
    "audio": Audio,
    "video": Video,
    "document": Document,
}
_SAID = frozenset({"toolUseId", "name", "input"})
"""What a typed call says back exactly; one with more keeps its wire form."""


def decode_block(block: msgspec.Raw, origin: Provenance) -> Part:
    """Return the part in one block. Raises `msgspec.DecodeError` unless it is an object."""
    fields = fields_of(block)
    kind = next((name for name in _KINDS if name in fields), None) or next((name for name in fields if name != "type"), "")
    match kind:
        case "text":
            text = string(fields, "text")
            return Text(text=text or "", origin=origin, native=NO_NATIVE if text is not None and len(fields) == 1 else block)
        case "reasoningContent":
            return _reasoning(inner(fields, kind), block, origin)
        case "toolUse":
            return _call(inner(fields, kind), block, origin, exact=len(fields) == 1)
        case "citationsContent":
            return _cited(mapping(value(fields, kind)), block, origin)
        case "toolResult":
            return _result(mapping(value(fields, kind)), block, origin)
        case _ if kind in _MEDIA:
            return _media(kind, mapping(value(fields, kind)), block, origin)
    return Unknown(kind=kind, origin=origin, native=block)


def _reasoning(fields: Fields, block: msgspec.Raw, origin: Provenance) -> Reasoning:
    words = inner(fields, "reasoningText")
    return Reasoning(
        text=string(words, "text") or "",
        signature=string(words, "signature") or None,
        encrypted=string(fields, "redactedContent"),
        origin=origin,
        native=block,
    )


def _call(fields: Fields, block: msgspec.Raw, origin: Provenance, *, exact: bool) -> Part:
    identity, name, kind = string(fields, "toolUseId") or "", string(fields, "name") or "", string(fields, "type")
    if kind == SERVER_USE:
        return ServerToolCall(id=identity, name=name, arguments=mapping(value(fields, "input")), origin=origin, native=block)
    kept = NO_NATIVE if exact and fields.keys() <= _SAID else block
    part = tool_call(identity, name, bytes(fields.get("input", b"")).decode(), origin=origin, native=kept)
    return part


def _cited(wire: dict[str, Any], block: msgspec.Raw, origin: Provenance) -> Text:
    pieces = wire.get("content")
    words = [piece.get("text") for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []
    found = wire.get("citations")
    citations = [decode_citation(item, origin) for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return Text(text="".join([word for word in words if isinstance(word, str)]), citations=tuple(citations), origin=origin, native=block)


def _result(wire: dict[str, Any], block: msgspec.Raw, origin: Provenance) -> ServerToolResult:
    identity, kind = wire.get("toolUseId"), wire.get("type")
    name = kind.removesuffix(_RESULT) if isinstance(kind, str) else ""
    failed = wire.get("status") == "error"
    return ServerToolResult(id=identity if isinstance(identity, str) else "", name=name, is_error=failed, origin=origin, native=block)


def _media(kind: str, wire: dict[str, Any], block: msgspec.Raw, origin: Provenance) -> Part:
    source = mapping(wire.get("source"))
    data, place = _bytes(source.get("bytes")), mapping(source.get("s3Location")).get("uri")
    if data is None and not isinstance(place, str):
        return Unknown(kind=kind, origin=origin, native=block)
    where: dict[str, Any] = {"data": data} if data is not None else {"url": place}
    name = wire.get("name")
    if isinstance(name, str):
        where["name"] = name
    return _MEDIA[kind](media_type=MEDIA_TYPES.get(str(wire.get("format"))), origin=origin, native=block, **where)


def _bytes(text: Any) -> bytes | None:
    try:
        return b64decode(text, validate=True) if isinstance(text, str) else None
    except (NotBase64, ValueError):
        return None
