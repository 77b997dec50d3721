"""Parts of an answer as the wire writes them, whole or in a stream."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.dialects.openai_chat.media import address_of
from llmkit.dialects.openai_chat.wire import Object
from llmkit.serving.losses import Losses
from llmkit.serving.origins import is_native, is_own
from llmkit.types.parts import (
    Audio,
    Citation,
    Image,
    InvalidToolCall,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    Unknown,
)

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
BESIDE = {"search_result": "search_results", "citation": "citations"}
"""Sources that this format lists beside the answer: our name of the kind, and the body's field."""


def is_block(part: Part) -> bool:
    """Tell whether `part` came as a block of the content, and must be one again."""
    if not is_native(part, NAME):
        return False
    if isinstance(part, Reasoning):
        return "type" in _fields(part.native)
    if isinstance(part, Citation):
        return part.location == "reference"
    return isinstance(part, Text | Unknown)


def reasoning_fields(part: Reasoning, losses: Losses) -> dict[str, Any]:
    """Return the message's fields that hold the thinking."""
    if is_native(part, NAME):
        return dict(_fields(part.native))
    if not is_own(part, NAME) and (part.signature or part.encrypted is not None):
        losses.add("lossy", "reasoning", "the seal on another format's thinking has no place here")
    return {"reasoning_content": part.text} if part.text else {}


def joined_fields(fields: dict[str, Any], more: dict[str, Any]) -> None:
    """Go on with the thinking of an earlier part: texts and lists are continued."""
    for name, value in more.items():
        if name not in fields:
            fields[name] = value
            continue
        before, after = _plain(fields[name]), _plain(value)
        fields[name] = before + after if type(before) is type(after) and isinstance(before, str | list) else value


def _plain(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value


def call_wire(part: ToolCall | InvalidToolCall, losses: Losses) -> Any:
    """Return an element of `tool_calls`."""
    if is_native(part, NAME):
        return part.native
    note_seal(part, losses)
    if is_custom(part) and isinstance(part, ToolCall):
        return {"id": part.id, "type": "custom", "custom": {"name": part.name, "input": str(part.arguments.get("input", ""))}}
    return {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": arguments_of(part)}}


def legacy_fields(part: ToolCall | InvalidToolCall) -> dict[str, Any] | None:
    """Return the message's `function_call`, the older way to call, where the call came so."""
    fields = _fields(part.native) if is_native(part, NAME) else {}
    return dict(fields) if "function_call" in fields else None


def is_custom(part: Part) -> bool:
    """Tell whether a call gives free text to its tool."""
    return part.options.get(NAME, {}).get("type") == "custom"


def arguments_of(part: ToolCall | InvalidToolCall) -> str:
    """Return the arguments as text: clients of this format read JSON, so that no arguments are `{}` unless the wire itself said nothing."""
    own = is_own(part, NAME)
    text = part.json if own and not part.json and not (isinstance(part, ToolCall) and part.arguments) else arguments_json(part)
    return text if text or own or isinstance(part, InvalidToolCall) else "{}"


def note_seal(part: ToolCall | InvalidToolCall, losses: Losses) -> None:
    """Note the loss of a call's signature."""
    if part.signature is not None and not is_own(part, NAME):
        losses.add("lossy", "signature", "the signature on a tool call has no place here")


def annotation(citation: Citation, begin: int, length: int) -> Any:
    """Return an element of `annotations`.

    `begin` is where the cited text begins in the whole answer, `length` how long it is: another format's citation without a place
    of its own is of that text.
    """
    if is_native(citation, NAME):
        return citation.native
    start, end = citation.start, citation.end
    if not is_own(citation, NAME) and (start is None or end is None):
        start, end = 0, length
    source: Object = {
        "start_index": None if start is None else begin + start,
        "end_index": None if end is None else begin + end,
        "url": citation.url or "",
        "title": citation.title or "",
    }
    if citation.quote is not None:
        source["content"] = citation.quote
    return {"type": "url_citation", "url_citation": source}


def source_beside(citation: Citation) -> tuple[str, Any] | None:
    """Return the body's field and the element that list a source beside the answer, None for any other citation."""
    if not is_own(citation, NAME) or citation.location not in BESIDE:
        return None
    field = BESIDE[citation.location]
    if field == "citations":
        return field, citation.url
    if citation.native:
        return field, citation.native
    fields = {"title": citation.title, "url": citation.url, "snippet": citation.quote}
    return field, {name: value for name, value in fields.items() if value is not None}


def image_wire(part: Image, losses: Losses) -> Object | None:
    """Return an element of `images`."""
    if part.signature is not None:
        losses.add("lossy", "signature", "the signature on a picture has no place here")
    address = part.url if part.data is None else address_of(part.data, part.media_type or "image/png")
    if address is None:
        losses.add("dropped", "image", "a picture that only its provider holds has no place here")
        return None
    place: Object = {"url": address}
    if part.detail is not None:
        place["detail"] = part.detail
    return {"type": "image_url", "image_url": place}


def audio_wire(part: Audio) -> Object:
    """Return the message's `audio`."""
    fields = {
        "id": part.id,
        "data": None if part.data is None else b64encode(part.data).decode(),
        "transcript": part.transcript,
    }
    return {name: value for name, value in fields.items() if value is not None}


def executed_wire(part: ServerToolCall | ServerToolResult, number: int) -> Any:
    """Return an element of `executed_tools`: the server's own tool, or what it answered as JSON text."""
    if is_native(part, NAME):
        return part.native
    wire: Object = {"index": number, "type": part.name}
    if isinstance(part, ServerToolCall):
        return {**wire, "arguments": msgspec.json.encode(part.arguments).decode()}
    return {**wire, "output": bytes(part.native).decode() if part.native else ""}


def dropped(part: Part, losses: Losses) -> None:
    """Note a part that the format cannot say."""
    kind = part.kind if isinstance(part, Unknown) else type(part).__name__
    losses.add("dropped", "content", f"a part of the kind {kind} has no place in this format")
