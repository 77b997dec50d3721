"""Parts of an answer as the wire's parts."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.gemini.call_ids import wire_id
from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.gemini.server_tools import CALL_TYPES, CODE
from llmkit.dialects.media_types import media_type_of
from llmkit.serving.losses import Losses
from llmkit.serving.origins import is_native, is_own
from llmkit.types.parts import (
    Audio,
    Citation,
    Document,
    Image,
    InvalidToolCall,
    Media,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    Unknown,
    Video,
)

_INVALID = "INVALID_JSON"
_OCTETS = "application/octet-stream"


def part_wire(part: Part, losses: Losses) -> Any:
    """Return the wire's part, None where it has no place here (and `losses` knows)."""
    if is_native(part, NAME):
        return part.native
    match part:
        case Text():
            return words_wire(part, part.text, losses)
        case Reasoning():
            return words_wire(part, part.text, losses)
        case Refusal():
            return {"text": part.text}
        case ToolCall() | InvalidToolCall():
            return signed(_call(part, losses), part, losses)
        case Image() | Audio() | Video() | Document():
            return _media(part, losses)
        case ServerToolCall() if is_own(part, NAME):
            return _server_call(part)
        case Citation():
            return None  # It stands in the grounding.
    kind = part.kind if isinstance(part, Unknown) else type(part).__name__
    losses.add("dropped", "content", f"a part of the kind {kind} has no place in this format")
    return None


def words_wire(part: Text | Reasoning, words: str, losses: Losses) -> dict[str, Any] | None:
    """Return `words` of a text or of thinking, with its signature."""
    if isinstance(part, Reasoning) and part.encrypted is not None and not is_own(part, NAME):
        losses.add("lossy", "reasoning", "thinking that only another format's provider can read has no place here")
    wire: dict[str, Any] = {"text": words, "thought": True} if isinstance(part, Reasoning) else {"text": words}
    wire = signed(wire, part, losses)
    return wire if words or len(wire) > 1 + isinstance(part, Reasoning) else None


def signed(wire: dict[str, Any], part: Text | Reasoning | ToolCall | InvalidToolCall | Image, losses: Losses) -> dict[str, Any]:
    """Return `wire` with the signature of `part`, where this format made it."""
    if part.signature is None:
        return wire
    if not is_own(part, NAME):
        losses.add("lossy", "signature", "another format's signature has no place here")
        return wire
    return {**wire, "thoughtSignature": part.signature}


def _call(part: ToolCall | InvalidToolCall, losses: Losses) -> dict[str, Any]:
    id_ = wire_id(part.id)
    call: dict[str, Any] = {} if id_ is None else {"id": id_}
    call["name"] = part.name
    if isinstance(part, InvalidToolCall):
        losses.add("lossy", "tool_call.arguments", "arguments that are no JSON object stand as a string inside one")
        call["args"] = {_INVALID: part.json}
        return {"functionCall": call}
    text = arguments_json(part)
    if text and not text.isspace():
        call["args"] = msgspec.Raw(text.encode())
    elif not is_own(part, NAME):
        call["args"] = {}
    return {"functionCall": call}


def _media(part: Media, losses: Losses) -> dict[str, Any] | None:
    kind = part.media_type or (media_type_of(part.data) if part.data else None)
    named = {} if part.name is None else {"displayName": part.name}
    if part.data is not None:
        wire: dict[str, Any] = {"inlineData": {"mimeType": kind or _OCTETS, "data": b64encode(part.data).decode(), **named}}
    else:
        address = part.url or (part.file_id if is_own(part, NAME) else None)
        if address is None:
            return _unseen(part, losses)
        wire = {"fileData": {**({} if kind is None else {"mimeType": kind}), "fileUri": address, **named}}
    if isinstance(part, Audio) and part.transcript:
        losses.add("lossy", "audio", "the transcript of a sound has no place here")
    wire = laid_over(wire, part.options.get(NAME, {}))
    return signed(wire, part, losses) if isinstance(part, Image) else wire


def _unseen(part: Media, losses: Losses) -> dict[str, Any] | None:
    said = part.transcript if isinstance(part, Audio) else part.text if isinstance(part, Document) else None
    losses.add("lossy" if said else "dropped", "content", f"a {type(part).__name__} that only its provider holds has no place here")
    return {"text": said} if said else None


def _server_call(part: ServerToolCall) -> dict[str, Any]:
    id_ = wire_id(part.id)
    call: dict[str, Any] = {} if id_ is None else {"id": id_}
    if part.name == CODE:
        return {"executableCode": {**call, **part.arguments}}
    return {"toolCall": {**call, "toolType": CALL_TYPES.get(part.name, part.name), "args": part.arguments}}
