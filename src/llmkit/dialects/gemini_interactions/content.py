"""The blocks inside a step of output: words, pictures, sound, films, documents."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.content import bytes_of, media_class, place_of
from llmkit.dialects.gemini.wire import Fields, string_of
from llmkit.dialects.gemini_interactions.dialect_profile import NAME
from llmkit.dialects.gemini_interactions.sources import citations_of
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Audio, Document, Image, Part, Provenance, Text, Unknown, Video

MEDIA: dict[str, type[Image | Audio | Video | Document]] = {"image": Image, "audio": Audio, "video": Video, "document": Document}


def content_part(block: Any, origin: Provenance) -> Part | None:
    """Return the part in a block of content, None for words that say nothing."""
    if not isinstance(block, dict):
        return Unknown(kind=type(block).__name__, origin=origin, native=output_step(block))
    kind = str(block.get("type"))
    if kind == "text" and isinstance(block.get("text", ""), str):
        return _text(block, origin)
    if kind in MEDIA and (part := _media(kind, block, origin)) is not None:
        return part
    return Unknown(kind=kind, origin=origin, native=output_step(block))


def output_step(block: Any) -> msgspec.Raw:
    """Return a step of output with `block` alone, so that a block of an unknown kind can be sent back as a step."""
    return msgspec.Raw(msgspec.json.encode({"type": "model_output", "content": [block]}))


def _text(block: Fields, origin: Provenance) -> Text | None:
    words: str = block.get("text", "")
    beside = {name for name, value in block.items() if value not in (None, [], "")} - {"type", "text"}
    if not beside:
        return Text(text=words, origin=origin) if words else None
    native = msgspec.Raw(msgspec.json.encode(block))
    return Text(text=words, citations=citations_of(words, block.get("annotations"), origin), origin=origin, native=native)


def _media(kind: str, block: Fields, origin: Provenance) -> Part | None:
    media_type = string_of(block.get("mime_type"))
    fields: Fields = {"media_type": media_type, "name": string_of(block.get("name")), "origin": origin}
    if block.get("data") is not None:
        fields["data"] = bytes_of(block["data"])
        if fields["data"] is None:
            return None
    elif uri := string_of(block.get("uri")):
        fields |= place_of(uri)
    else:
        return None
    beside = {
        name: value for name, value in block.items() if name not in ("type", "mime_type", "data", "uri", "name") and value is not None
    }
    if beside:
        fields["options"] = {NAME: beside}
    # A picture may come as a document and the other way round: the type of its bytes decides, and the block says how it came.
    made = MEDIA[kind] if media_type is None else media_class(media_type)
    return made(**fields, native=NO_NATIVE if made is MEDIA[kind] else msgspec.Raw(msgspec.json.encode(block)))
