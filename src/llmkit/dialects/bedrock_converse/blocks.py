"""Parts into wire blocks."""

from __future__ import annotations

from typing import Any, TypeAlias, assert_never

import msgspec

from llmkit.dialects.bedrock_converse.citations import encode_citation
from llmkit.dialects.bedrock_converse.content import SERVER_USE
from llmkit.dialects.bedrock_converse.draft import ConverseDraft
from llmkit.dialects.bedrock_converse.media import media_block
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
GUARDED = "guardContent"
_BOUND = (Reasoning, ServerToolCall, ServerToolResult, Unknown)
"""Parts that mean something only to the format, or even the account, that made them."""


def blocks_of(part: Part, draft: ConverseDraft, *, assistant: bool = False) -> list[Block]:
    """Return the wire block of `part` and the cache point behind it; nothing where it cannot go (a warning says so)."""
    block = _block(part, draft, assistant)
    if block is None:
        return []
    point = draft.cache_point(part.cache)
    return [block] if point is None else [block, point]


def _block(part: Part, draft: ConverseDraft, assistant: bool) -> Block | None:
    if isinstance(part, Reasoning) and draft.foreign(part) and draft.profile.think_tags is not None and part.text:
        draft.warn("lossy", "reasoning", "Another format's thinking is sent as text between tags.")
        return {"text": part.text.join(draft.profile.think_tags)}
    if isinstance(part, _BOUND) and _stays_behind(part, draft):
        return None
    options = draft.options(part.options)
    if part.native and part.origin is not None and not draft.foreign(part):
        if not options:
            return part.native
        block: dict[str, Any] = msgspec.json.decode(part.native)
        kind = next(iter(block), "")
        return {kind: {**block[kind], **options}} if isinstance(block.get(kind), dict) else block
    if isinstance(part, Text) and not part.text and not part.citations and GUARDED not in options:
        draft.warn("dropped", "messages", "Empty texts are refused.")
        return None
    return _encode(part, draft, options, assistant)


def _stays_behind(part: Part, draft: ConverseDraft) -> bool:
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
    return False


def _encode(part: Part, draft: ConverseDraft, options: dict[str, Any], assistant: bool) -> Block | None:
    match part:
        case Text():
            return _text(part, draft, options)
        case Reasoning():
            return _reasoning(part)
        case Refusal():
            draft.warn("lossy", "refusal", "A refusal is sent as plain text.")
            return {"text": part.text} if part.text else None
        case Image() | Document() | Audio() | Video() if assistant and draft.foreign(part):
            draft.warn("dropped", "media", "The model's own turn cannot hold media here.")
            return None
        case Image() | Document() | Audio() | Video():
            return media_block(part, draft, options)
        case ToolCall():
            return {"toolUse": {"toolUseId": draft.tool_id(part.id), "name": part.name, "input": part.arguments, **options}}
        case InvalidToolCall():
            draft.warn("lossy", "tool_call.arguments", "Arguments that are no JSON object are sent as a string inside one.")
            return {"toolUse": {"toolUseId": draft.tool_id(part.id), "name": part.name, "input": {"INVALID_JSON": part.json}}}
        case ToolResult():
            return _tool_result(part, draft, options)
        case ServerToolCall():
            call = {"toolUseId": draft.tool_id(part.id), "name": part.name, "input": part.arguments, "type": SERVER_USE}
            return {"toolUse": {**call, **options}}
        case ServerToolResult():
            draft.warn("dropped", "server_tool", "A result without its wire block cannot be sent.")
            return None
        case Citation():
            draft.warn("dropped", "citations", "A citation outside a text cannot be sent.")
            return None
        case Compaction():
            draft.warn("lossy", "compaction", "A summary is sent as plain text, if it can be read.")
            return {"text": part.text} if part.text else None
        case Unknown():
            return None
        case _:
            assert_never(part)


def _text(part: Text, draft: ConverseDraft, options: dict[str, Any]) -> dict[str, Any]:
    if GUARDED in options:
        more = options[GUARDED] if isinstance(options[GUARDED], dict) else {}
        return {GUARDED: {"text": {"text": part.text, **more}}}
    citations = [wire for citation in part.citations if (wire := encode_citation(citation)) is not None]
    if len(citations) < len(part.citations):
        draft.warn("lossy", "citations", "Another format's citations are not sent.")
    if citations:
        return {"citationsContent": {"content": [{"text": part.text}], "citations": citations}}
    return {"text": part.text, **options}


def _reasoning(part: Reasoning) -> dict[str, Any]:
    if part.encrypted is not None:
        return {"reasoningContent": {"redactedContent": part.encrypted}}
    said = {"text": part.text}
    if part.signature is not None:
        said["signature"] = part.signature
    return {"reasoningContent": {"reasoningText": said}}


def _tool_result(part: ToolResult, draft: ConverseDraft, options: dict[str, Any]) -> dict[str, Any]:
    content: list[Block] = []
    for item in part.content:
        if isinstance(item, Text) and not item.citations and not item.native:
            content.append({"text": item.text, **draft.options(item.options)})  # here an empty text is taken (recorded)
        else:
            found = _block(item, draft, assistant=False)
            content += [] if found is None else [found]
    if part.structured is not None and not part.content:
        content = [{"json": part.structured}]
    block: dict[str, Any] = {"toolUseId": draft.tool_id(part.id), "content": content}
    if part.is_error:
        block["status"] = "error"
    return {"toolResult": {**block, **options}}
