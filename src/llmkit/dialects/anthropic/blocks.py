"""Parts into wire blocks."""

from __future__ import annotations

from typing import Any, TypeAlias, assert_never

import msgspec

from llmkit.dialects.anthropic.betas import block_betas
from llmkit.dialects.anthropic.citations import encode_citation
from llmkit.dialects.anthropic.draft import AS_BLOCKS, AnthropicDraft
from llmkit.dialects.anthropic.media import document_block, image_block
from llmkit.errors import UnsupportedFeature
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

Block: TypeAlias = dict[str, Any] | msgspec.Raw
UNMARKABLE = frozenset({"thinking", "redacted_thinking"})
"""Blocks that cannot carry a cache mark."""
_BOUND = (Reasoning, ServerToolCall, ServerToolResult, Unknown)
"""Parts that mean something only to the format, or even the account, that made them."""


def block_of(part: Part, draft: AnthropicDraft, *, assistant: bool = False) -> Block | None:
    """Return the wire block of `part`, None where it cannot go (a warning says so)."""
    if isinstance(part, _BOUND) and _stays_behind(part, draft):
        return None
    options = draft.options(part.options)
    native = part.native if part.native and not draft.foreign(part) and part.origin is not None else None
    if native is not None:
        if isinstance(part, Unknown):
            draft.betas += block_betas(part.kind, bytes(part.native))
        if not options and part.cache is None:
            return native
        block: dict[str, Any] | None = msgspec.json.decode(native)
    else:
        block = _encode(part, draft, options, assistant)
    if block is None:
        return None
    return marked({**block, **options}, part, draft)


def marked(block: dict[str, Any], part: Part, draft: AnthropicDraft) -> dict[str, Any]:
    """Return `block` with the cache mark of `part`."""
    control = draft.cache_control(part.cache)
    if control is not None and str(block.get("type")) in UNMARKABLE:
        draft.warn("dropped", "cache", "Thinking cannot carry a cache mark.")
    elif control is not None:
        block.setdefault("cache_control", control)
    return block


def plain_text(block: Block) -> str | None:
    """Return the words of a block that says nothing else, None for any other block."""
    if isinstance(block, dict) and block.keys() == {"type", "text"} and isinstance(block["text"], str):
        return block["text"]
    return None


def _stays_behind(part: Part, draft: AnthropicDraft) -> bool:
    """Tell whether `part` must not be sent at all, with a warning where something is lost."""
    match part:
        case Reasoning():
            if draft.foreign(part):
                draft.warn("dropped", "reasoning", "Another format's thinking cannot be sent here.")
            elif draft.moved(part) and (part.signature or part.encrypted is not None):
                draft.warn("lossy", "reasoning", "Thinking is sealed for the account that produced it.")
            else:
                return draft.profile.replay == "never"
            return True
        case ServerToolCall() | ServerToolResult() if draft.foreign(part):
            draft.warn("dropped", "server_tool", "Another provider's tool calls and results cannot be sent here.")
            return True
        case Unknown() if draft.foreign(part) or not part.native or part.origin is None:
            draft.warn("dropped", part.kind, "A block of another format cannot be sent here.")
            return True
        case Unknown(kind="container_upload") if draft.moved(part):
            draft.warn("lossy", part.kind, "A file belongs to the account it was uploaded to.")
            return True
    return False


def _encode(part: Part, draft: AnthropicDraft, options: dict[str, Any], assistant: bool) -> dict[str, Any] | None:
    match part:
        case Text():
            return _text(part, draft)
        case Reasoning():
            return _reasoning(part)
        case Refusal():
            draft.warn("lossy", "refusal", "A refusal is sent as plain text.")
            return {"type": "text", "text": part.text}
        case Image() | Document() | Audio() | Video() if assistant and draft.foreign(part):
            draft.warn("dropped", "media", "The model's own turn cannot hold media here.")
            return None
        case Image():
            return image_block(part, draft, "source" in options)
        case Document():
            return document_block(part, draft, "source" in options)
        case Audio():
            raise UnsupportedFeature("audio input", where="The Messages format")
        case Video():
            raise UnsupportedFeature("video input", where="The Messages format")
        case ToolCall():
            return {"type": "tool_use", "id": draft.tool_id(part.id), "name": part.name, "input": part.arguments}
        case InvalidToolCall():
            draft.warn("lossy", "tool_call.arguments", "Arguments that are no JSON object are sent as a string inside one.")
            return {"type": "tool_use", "id": draft.tool_id(part.id), "name": part.name, "input": {"INVALID_JSON": part.json}}
        case ToolResult():
            return _tool_result(part, draft, options)
        case ServerToolCall():
            return {"type": "server_tool_use", "id": part.id, "name": part.name, "input": part.arguments}
        case ServerToolResult():
            draft.warn("dropped", "server_tool", "A result without its wire block cannot be sent.")
            return None
        case Citation():
            draft.warn("dropped", "citations", "A citation outside a text cannot be sent.")
            return None
        case Compaction():
            return _compaction(part, draft)
        case Unknown():
            return None
        case _:
            assert_never(part)


def _text(part: Text, draft: AnthropicDraft) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": part.text}
    if part.citations:
        citations = [encoded for citation in part.citations if (encoded := encode_citation(citation)) is not None]
        if len(citations) < len(part.citations):
            draft.warn("lossy", "citations", "Another format's citations are not sent.")
        if citations:
            block["citations"] = citations
    return block


def _reasoning(part: Reasoning) -> dict[str, Any]:
    if part.encrypted is not None:
        return {"type": "redacted_thinking", "data": part.encrypted}
    block = {"type": "thinking", "thinking": part.text}
    if part.signature is not None:
        block["signature"] = part.signature
    return block


def _compaction(part: Compaction, draft: AnthropicDraft) -> dict[str, Any] | None:
    if draft.foreign(part):
        draft.warn("lossy", "compaction", "Another provider's summary is sent as plain text, if it can be read.")
        return {"type": "text", "text": part.text} if part.text else None
    block: dict[str, Any] = {"type": "compaction", "content": part.text}
    if part.encrypted is not None:
        block["encrypted_content"] = part.encrypted
    return block


def _tool_result(part: ToolResult, draft: AnthropicDraft, options: dict[str, Any]) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": draft.tool_id(part.id)}
    as_blocks = options.pop(AS_BLOCKS, False)
    content = [found for item in part.content if (found := block_of(item, draft)) is not None]
    words = plain_text(content[0]) if len(content) == 1 else None
    if words is not None and not as_blocks:
        block["content"] = words
    elif content or as_blocks:
        block["content"] = content
    elif part.structured is not None:
        block["content"] = msgspec.json.encode(part.structured).decode()
    if part.is_error:
        block["is_error"] = True
        options.pop("is_error", None)
    return block
