"""Typed parts into steps and blocks: as they came where this format made them, else from their fields."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.gemini.draft import laid_over
from llmkit.dialects.gemini_interactions.content import MEDIA
from llmkit.dialects.gemini_interactions.draft import WHERE, InteractionsDraft
from llmkit.dialects.media_types import data_url, media_type_of
from llmkit.errors import InvalidRequest, UnsupportedFeature
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
    InvalidToolCall,
    Media,
    Part,
    PartFields,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
    Video,
)

Block = Any
"""A wire block: a dict, or raw JSON that goes out as it came."""
_FOREIGN = "Another provider's state means nothing here."
_KINDS = {kind: name for name, kind in MEDIA.items()}


def content_block(part: Part, draft: InteractionsDraft) -> Block | None:
    """Return the block of a part that stands inside a step (words, media), None for any other or one that cannot be sent."""
    draft.mark(part.cache)
    if part.native and isinstance(part, Text | Image | Audio | Video | Document) and not draft.foreign(part) and part.origin is not None:
        return part.native
    match part:
        case Text():
            if draft.foreign(part) and part.citations:
                draft.warn("lossy", "citations", "Citations cannot be sent back.")
            return laid_over({"type": "text", "text": part.text}, draft.options(part.options)) if part.text or not part.origin else None
        case Refusal():
            draft.warn("lossy", "messages", "A refusal is sent as plain words.")
            return {"type": "text", "text": part.text}
        case Compaction(text=text) if text:
            draft.warn("lossy", "messages", "A summary of earlier turns is sent as plain words.")
            return {"type": "text", "text": text}
        case Image() | Audio() | Video() | Document():
            return _media(part, draft)
    return None


def step_block(part: Part, draft: InteractionsDraft) -> Block | None:
    """Return the step that `part` is by itself, None where nothing of it can be sent."""
    if part.native and not draft.foreign(part) and part.origin is not None:
        return _moved(part, draft) if draft.moved(part) else part.native
    match part:
        case Reasoning():
            return _thought(part, draft)
        case ToolCall() | InvalidToolCall():
            return _signed(_call(part, draft), part, part.signature, draft)
        case ToolResult():
            return _result(part, draft)
        case Citation():
            if draft.foreign(part):
                draft.warn("lossy", "citations", "Citations cannot be sent back.")
        case ServerToolCall() | ServerToolResult() | Unknown() | Compaction():
            kind = part.kind if isinstance(part, Unknown) else type(part).__name__
            draft.warn("dropped", "messages", f"A block of the kind {kind} has no place here. {_FOREIGN}")
    return None


def _thought(part: Reasoning, draft: InteractionsDraft) -> dict[str, Any] | None:
    if draft.foreign(part):
        draft.warn("dropped", "reasoning", f"Earlier thinking is left out. {_FOREIGN}")
        return None
    step: dict[str, Any] = {"type": "thought"}
    if part.text:
        step["summary"] = [{"type": "text", "text": part.text}]
    return _signed(step, part, part.signature, draft)


def _call(part: ToolCall | InvalidToolCall, draft: InteractionsDraft) -> dict[str, Any]:
    step: dict[str, Any] = {"type": "function_call", "id": part.id, "name": part.name, "arguments": {}}
    if isinstance(part, InvalidToolCall):
        draft.warn("lossy", "messages", "A call whose arguments are no JSON object is sent without them.")
    elif (text := arguments_json(part)) and not text.isspace():
        step["arguments"] = msgspec.Raw(text.encode())
    return laid_over(step, draft.options(part.options))


def _result(part: ToolResult, draft: InteractionsDraft) -> dict[str, Any]:
    step: dict[str, Any] = {"type": "function_result", "call_id": part.id}
    if part.name is not None:
        step["name"] = part.name
    step["result"] = part.structured if part.structured is not None else _answer(part, draft)
    if part.is_error:
        step["is_error"] = True
    return laid_over(step, draft.options(part.options))


def _answer(part: ToolResult, draft: InteractionsDraft) -> Any:
    blocks: list[Block] = []
    for item in part.content:
        block = content_block(item, draft)
        if block is None:
            draft.warn("dropped", "messages", f"A {type(item).__name__} has no place in a tool result here.")
        else:
            blocks.append(block)
    if all(isinstance(block, dict) and block.keys() == {"type", "text"} for block in blocks):
        return "\n".join([block["text"] for block in blocks])
    return blocks


def _media(part: Media, draft: InteractionsDraft) -> dict[str, Any] | None:
    kind = _KINDS[type(part)]
    allowed = {"image": "images", "audio": "audio", "video": "video", "document": "documents"}[kind]
    if not getattr(draft.profile, allowed):
        raise UnsupportedFeature(f"{kind} input", where="This model")
    if part.file_id is not None and draft.moved(part):
        draft.warn("lossy", "messages", "A file that another account uploaded is left out.")
        return None
    if isinstance(part, Document) and part.text is not None and part.data is None:
        return {"type": "text", "text": part.text}
    if isinstance(part, Audio) and part.data is None and part.url is None and part.file_id is None:
        draft.warn("lossy", "messages", "Sound that only its provider holds is sent as its transcript.")
        return {"type": "text", "text": part.transcript} if part.transcript else None
    return laid_over({"type": kind, **_place(part)}, draft.options(part.options))


def _place(part: Media) -> dict[str, Any]:
    media_type, data = part.media_type, part.data
    if data is None and part.url is not None and (found := data_url(part.url)) is not None:
        media_type, data = media_type or found[0], found[1]
    if data is not None:
        media_type = media_type or media_type_of(data)
        if media_type is None:
            raise InvalidRequest(f"{WHERE} needs the media type of these bytes.", parameter="messages", hint="Give media_type.")
        return {"data": b64encode(data).decode(), "mime_type": media_type}
    fields: dict[str, Any] = {"uri": part.file_id or part.url}
    if media_type is not None:
        fields["mime_type"] = media_type
    return fields


def _signed(step: dict[str, Any], part: PartFields, signature: str | None, draft: InteractionsDraft) -> dict[str, Any] | None:
    """Return a step with its seal, where that is valid; a thought that is nothing but a seal goes with it."""
    if signature is not None and (draft.foreign(part) or draft.moved(part)):
        draft.warn("lossy", "signature", f"Signatures made elsewhere are left out. {_FOREIGN}")
        signature = None
    if signature is not None:
        return {**step, "signature": signature}
    return None if step == {"type": "thought"} else step


def _moved(part: PartFields, draft: InteractionsDraft) -> Block | None:
    """Return a step of another account without what is bound to that account."""
    step = msgspec.json.decode(part.native)
    if not isinstance(step, dict) or "signature" not in step:
        return part.native
    draft.warn("lossy", "signature", "Signatures of another account are left out.")
    del step["signature"]
    return None if step.get("type") == "thought" and not step.get("summary") else step
