"""A conversation as the wire's list of messages."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.cohere.blocks import block
from llmkit.dialects.cohere.citations import wire_citations
from llmkit.dialects.cohere.draft import CohereDraft
from llmkit.dialects.openai_chat.blocks import content
from llmkit.dialects.openai_chat.wire import Object, object_of, text_of
from llmkit.types.messages import Message
from llmkit.types.parts import Citation, Image, InvalidToolCall, Part, Reasoning, Text, ToolCall, ToolResult

PLAN = "tool_plan"
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def messages(conversation: tuple[Message, ...], draft: CohereDraft) -> list[Object]:
    """Return the wire's messages, each tool result as one of its own. Pictures in results follow in a user's message."""
    found: list[Object] = []
    pending: list[Any] = []
    for message in conversation:
        results = [part for part in message.content if isinstance(part, ToolResult)]
        if pending and not results:
            found.append({"role": "user", "content": pending})
            pending = []
        if message.role == "assistant":
            found.append(_assistant(message, draft))
            continue
        found.extend([_tool(result, message, draft, pending) for result in results])
        rest = tuple([part for part in message.content if not isinstance(part, ToolResult)])
        if rest or not results:
            blocks, pending = [*pending, *_blocks(rest, message, draft)], []
            found.append(_finished({"role": _role(message, draft), "content": content(blocks) if blocks else ""}, message, draft))
    if pending:
        found.append({"role": "user", "content": pending})
    return found


def _role(message: Message, draft: CohereDraft) -> str:
    if message.role in ("system", "developer"):
        if draft.profile.system_role == "user":
            draft.warn("emulated", "messages", f"a {message.role} message is sent as a user's")
        return draft.profile.system_role or "system"
    return "user" if message.role == "tool" else message.role


def _blocks(parts: tuple[Part, ...], message: Message, draft: CohereDraft) -> list[Any]:
    found = [wire for part in parts if (wire := block(part, draft, beside=message.role == "user")) is not None]
    if any(isinstance(part, Text) and part.citations for part in parts):
        draft.warn("lossy", "messages", "citations are sent back in the assistant's messages only")
    return found


def _finished(wire: Object, message: Message, draft: CohereDraft) -> Object:
    if message.name is not None:
        draft.warn("dropped", "messages.name", "messages have no name here")
    draft.unmarked(message.cache)
    wire.update(draft.options(message.options))
    return wire


def _assistant(message: Message, draft: CohereDraft) -> Object:
    blocks: list[Any] = []
    calls: list[Any] = []
    plan: list[str] = []
    cited: list[Citation] = []
    for part in message.content:
        match part:
            case Reasoning():
                _think(part, blocks, plan, draft)
            case ToolCall() | InvalidToolCall():
                calls.append(_call(part, draft))
            case Citation():
                cited.append(part)
            case _:
                if isinstance(part, Text):
                    cited += part.citations
                wire = block(part, draft, beside=False)
                if wire is not None:
                    blocks.append(wire)
    found: Object = {"role": "assistant"}
    if blocks or not (calls or plan):
        found["content"] = content(blocks) if blocks else ""
    if plan:
        found[PLAN] = "".join(plan)
    if calls:
        found["tool_calls"] = calls
    citations = wire_citations(cited, draft)
    if citations:
        found["citations"] = citations
    return _finished(found, message, draft)


def _think(part: Reasoning, blocks: list[Any], plan: list[str], draft: CohereDraft) -> None:
    """Send earlier thinking back: as a block, or as the plan that it was."""
    if draft.profile.replay == "never":
        return
    if draft.foreign(part):
        draft.warn("dropped", "messages", "thinking of another format cannot be sent")
        return
    fields = _fields(part.native) if draft.is_native(part) else {}
    if PLAN in fields:
        plan.append(text_of(msgspec.json.decode(fields[PLAN])))
    elif "type" in fields:
        blocks.append(part.native)
    elif part.text:
        blocks.append({"type": "thinking", "thinking": part.text})


def _call(part: ToolCall | InvalidToolCall, draft: CohereDraft) -> Any:
    if draft.is_native(part):
        return part.native
    if part.signature is not None:
        draft.warn("lossy", "messages", "the signature of a tool call is not sent")
    draft.unmarked(part.cache)
    options = draft.options(part.options)
    function = {"name": part.name, "arguments": arguments_json(part) or "{}", **object_of(options.pop("function", None))}
    return {"id": part.id, "type": "function", "function": function, **options}


def _tool(result: ToolResult, message: Message, draft: CohereDraft, pending: list[Any]) -> Object:
    blocks: list[Any] = []
    for part in result.content:
        wire = block(part, draft, beside=False)
        if isinstance(part, Image) and not draft.profile.media_in_results and "type" not in draft.options(part.options):
            draft.warn("emulated", "messages", "pictures of a tool result follow in a user message")
            if not pending:
                pending.append({"type": "text", "text": "What the tool returned:"})
            pending.append(wire)
        elif wire is not None:
            blocks.append(wire)
    if result.is_error:
        draft.warn("lossy", "messages", "a tool message cannot say that its result is an error")
    if not result.content and result.structured is not None:
        blocks = [{"type": "document", "document": {"data": result.structured}}]
    draft.unmarked(result.cache)
    found: Object = {"role": "tool", "tool_call_id": result.id, "content": content(blocks) if blocks else ""}
    found.update(draft.options(result.options))
    return _finished(found, message, draft)
