"""Typed parts into wire blocks: as they came where this format made them, else from their fields."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.gemini.call_ids import wire_id
from llmkit.dialects.gemini.draft import Block, GeminiDraft, laid_over
from llmkit.dialects.gemini.media import media_block
from llmkit.dialects.gemini.server_tools import CALL_TYPES, CODE
from llmkit.dialects.gemini.tool_results import ToolResults
from llmkit.types.parts import (
    Audio,
    Citation,
    Compaction,
    Document,
    Image,
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
    Video,
)

_FOREIGN = "Another provider's state means nothing here."


def block_of(part: Part, draft: GeminiDraft, results: ToolResults) -> Block | None:
    """Return the wire block of `part`, None where nothing of it can be sent."""
    draft.mark(part.cache)
    if part.native and not draft.foreign(part) and part.origin is not None:
        return _stripped(part, draft) if draft.moved(part) else part.native
    block = _typed(part, draft, results)
    if block is None or not part.options:
        return block
    options = draft.options(part.options)
    if draft.moved(part) and options.pop("thoughtSignature", None) is not None:
        draft.warn("lossy", "signature", "Signatures of another account are left out.")
    return laid_over(block, options)


def _typed(part: Part, draft: GeminiDraft, results: ToolResults) -> dict[str, Any] | None:
    match part:
        case Text():
            return _text(part, draft)
        case Reasoning():
            return _reasoning(part, draft)
        case ToolCall() | InvalidToolCall():
            return _call(part, draft)
        case ToolResult():
            return results.block(part)
        case Image() | Audio() | Video() | Document():
            return _media(part, draft)
        case Refusal():
            draft.warn("lossy", "messages", "A refusal is sent as plain words.")
            return {"text": part.text}
        case ServerToolCall():
            return _server_call(part, draft)
        case Compaction(text=text) if text:
            draft.warn("lossy", "messages", "A summary of earlier turns is sent as plain words.")
            return {"text": text}
        case Citation():
            if draft.foreign(part):
                draft.warn("lossy", "citations", "Citations cannot be sent back.")
            return None
        case ServerToolResult() | Unknown() | Compaction():
            draft.warn("dropped", "messages", f"A block of the kind {_kind(part)} has no place here.")
            return None


def _text(part: Text, draft: GeminiDraft) -> dict[str, Any] | None:
    foreign = draft.foreign(part)
    if foreign and part.citations:
        draft.warn("lossy", "citations", "Citations cannot be sent back.")
    signature = _signature(part, part.signature, draft)
    if not part.text and signature is None and part.origin is not None:
        return None  # It says nothing, and the API may refuse it.
    return _signed({"text": part.text}, signature)


def _reasoning(part: Reasoning, draft: GeminiDraft) -> dict[str, Any] | None:
    if draft.foreign(part):
        draft.warn("dropped", "reasoning", f"Earlier thinking is left out. {_FOREIGN}")
        return None
    return _signed({"text": part.text, "thought": True}, _signature(part, part.signature, draft))


def _call(part: ToolCall | InvalidToolCall, draft: GeminiDraft) -> dict[str, Any]:
    call: dict[str, Any] = {}
    if (id_ := wire_id(part.id)) is not None:
        call["id"] = id_
    call["name"] = part.name
    if isinstance(part, InvalidToolCall):
        draft.warn("lossy", "messages", "A call whose arguments are no JSON object is sent without them.")
        call["args"] = {}
    else:
        text = arguments_json(part)
        call["args"] = msgspec.Raw(text.encode()) if text and not text.isspace() else {}
    return _signed({"functionCall": call}, _signature(part, part.signature, draft))


def _media(part: Image | Audio | Video | Document, draft: GeminiDraft) -> dict[str, Any] | None:
    if part.file_id is not None and draft.moved(part):
        draft.warn("lossy", "messages", "A file that another account uploaded is left out.")
        return None
    if isinstance(part, Audio) and part.data is None and part.url is None and draft.foreign(part):
        draft.warn("lossy", "messages", "Sound that only its provider holds is sent as its transcript.")
        return {"text": part.transcript} if part.transcript else None
    block = media_block(part, draft)
    return _signed(block, _signature(part, part.signature, draft)) if isinstance(part, Image) else block


def _server_call(part: ServerToolCall, draft: GeminiDraft) -> dict[str, Any] | None:
    if draft.foreign(part):
        draft.warn("dropped", "messages", f"A call of a tool of the provider's is left out. {_FOREIGN}")
        return None
    id_ = wire_id(part.id)
    call: dict[str, Any] = {} if id_ is None else {"id": id_}
    if part.name == CODE:
        return {"executableCode": {**call, **part.arguments}}
    return {"toolCall": {**call, "toolType": CALL_TYPES.get(part.name, part.name), "args": part.arguments}}


def _signature(part: Part, signature: str | None, draft: GeminiDraft) -> str | None:
    """Return the seal of a part where it is valid: made by this format and this account, or of no known origin."""
    if signature is None:
        return None
    if draft.foreign(part):
        draft.warn("lossy", "signature", f"Signatures are left out. {_FOREIGN}")
        return None
    if draft.moved(part):
        draft.warn("lossy", "signature", "Signatures of another account are left out.")
        return None
    return signature


def _signed(block: dict[str, Any], signature: str | None) -> dict[str, Any]:
    return block if signature is None else {**block, "thoughtSignature": signature}


def _stripped(part: Part, draft: GeminiDraft) -> Block | None:
    """Return a block of another account without what is bound to that account."""
    block = msgspec.json.decode(part.native)
    if not isinstance(block, dict) or "thoughtSignature" not in block:
        return part.native
    draft.warn("lossy", "signature", "Signatures of another account are left out.")
    del block["thoughtSignature"]
    empty = not any(value for name, value in block.items() if name != "thought")
    return None if empty else block


def _kind(part: Part) -> str:
    return part.kind if isinstance(part, Unknown) else type(part).__name__
