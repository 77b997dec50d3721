"""Parts of an answer as content blocks."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.anthropic.citations import encode_citation
from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.dialects.arguments import arguments_json
from llmkit.serving.losses import Losses
from llmkit.serving.origins import is_native, is_own
from llmkit.types.parts import (
    Citation,
    Compaction,
    InvalidToolCall,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    Unknown,
)

NO_SEAL = ""
"""The signature on thinking that this format did not make: empty, for none of ours would be valid. See `parse_request`."""
NO_INDEX = ""
"""The `encrypted_index` of a citation that this format did not make."""
_INVALID = "INVALID_JSON"


def block_of(part: Part, losses: Losses) -> Any:
    """Return the block that says `part`, None where it has no place here (and `losses` knows)."""
    if is_native(part, NAME):
        return part.native
    match part:
        case Text():
            return _text(part, losses)
        case Reasoning():
            return _thinking(part, losses)
        case Refusal():
            return {"type": "text", "text": part.text}
        case ToolCall() | InvalidToolCall():
            note_seal(part, losses)
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": msgspec.Raw(input_json(part, losses).encode())}
        case Citation():
            return {"type": "text", "text": "", "citations": [citation_of(part)]}
        case ServerToolCall() if is_own(part, NAME):
            return {"type": "server_tool_use", "id": part.id, "name": part.name, "input": part.arguments}
        case Compaction() if is_own(part, NAME):
            return {"type": "compaction", "content": part.text}
    dropped(part, losses)
    return None


def citation_of(citation: Citation) -> dict[str, Any]:
    """Return a citation; one of another format is shown as a search result, the one kind that has an address."""
    if is_own(citation, NAME):
        wire = encode_citation(citation)
        if wire is not None:
            return wire
    return {
        "type": "web_search_result_location",
        "cited_text": citation.quote or "",
        "url": citation.url or "",
        "title": citation.title,
        "encrypted_index": NO_INDEX,
    }


def input_json(part: ToolCall | InvalidToolCall, losses: Losses) -> str:
    """Return the arguments as JSON text: the format takes objects only, so text that is none stands inside one."""
    if isinstance(part, ToolCall):
        text = arguments_json(part)
        return text if text and not text.isspace() else "{}"
    if is_own(part, NAME):
        try:
            msgspec.json.decode(part.json)
            return part.json
        except (msgspec.DecodeError, RecursionError):
            pass
    losses.add("lossy", "tool_call.arguments", "arguments that are no JSON object stand as a string inside one")
    return msgspec.json.encode({_INVALID: part.json}).decode()


def note_seal(part: Text | ToolCall | InvalidToolCall, losses: Losses) -> None:
    """Note the loss of a part's signature."""
    if part.signature is not None and not is_own(part, NAME):
        losses.add("lossy", "signature", "the signature on a part that is no thinking has no place here")


def seen_thinking(part: Reasoning, losses: Losses) -> bool:
    """Tell whether thinking of another format can be shown, and note what it loses."""
    if is_own(part, NAME):
        return True
    if part.text and (part.signature or part.encrypted is not None):
        losses.add("lossy", "reasoning", "the seal on another format's thinking has no place here")
    elif not part.text:
        losses.add("dropped", "reasoning", "thinking that only another format's provider can read has no place here")
    return bool(part.text)


def dropped(part: Part, losses: Losses) -> None:
    """Note a part that the format cannot say."""
    kind = part.kind if isinstance(part, Unknown) else type(part).__name__
    losses.add("dropped", "content", f"a part of the kind {kind} has no place in this format")


def _text(part: Text, losses: Losses) -> dict[str, Any] | None:
    note_seal(part, losses)
    if not part.text and not part.citations and not is_own(part, NAME):
        return None
    block: dict[str, Any] = {"type": "text", "text": part.text}
    if part.citations:
        block["citations"] = [citation_of(citation) for citation in part.citations]
    return block


def _thinking(part: Reasoning, losses: Losses) -> dict[str, Any] | None:
    if not seen_thinking(part, losses):
        return None
    if part.encrypted is not None and is_own(part, NAME):
        return {"type": "redacted_thinking", "data": part.encrypted}
    return {"type": "thinking", "thinking": part.text, "signature": (part.signature or NO_SEAL) if is_own(part, NAME) else NO_SEAL}
