"""A conversation as the wire's list of messages: one text each, pictures beside it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from llmkit.dialects.media_types import data_url
from llmkit.dialects.ollama.draft import OllamaDraft
from llmkit.dialects.openai_chat.wire import Object, dumps
from llmkit.types.messages import Message
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


def messages(conversation: tuple[Message, ...], draft: OllamaDraft) -> list[Object]:
    """Return the wire's messages, each tool result as one of its own."""
    found: list[Object] = []
    pending: list[str] = []
    for message in conversation:
        results = [part for part in message.content if isinstance(part, ToolResult)]
        if pending and not results:
            found.append(_pictures(pending))
            pending = []
        found.extend([_tool(result, message, draft, pending) for result in results])
        rest = tuple([part for part in message.content if not isinstance(part, ToolResult)])
        if rest or not results:
            if pending:
                found.append(_pictures(pending))
                pending = []
            found.append(_plain(message, rest, draft))
    if pending:
        found.append(_pictures(pending))
    return found


def _pictures(images: list[str]) -> Object:
    return {"role": "user", "content": "What the tool returned:", "images": images}


def _plain(message: Message, parts: tuple[Part, ...], draft: OllamaDraft) -> Object:
    texts: list[str] = []
    images: list[str] = []
    thoughts: list[str] = []
    calls: list[Any] = []
    calling = any(isinstance(part, ToolCall) for part in parts)
    for part in parts:
        match part:
            case Reasoning():
                thoughts += _thought(part, draft, calling=calling)
            case ToolCall() | InvalidToolCall():
                calls.append(_call(part, draft))
            case _:
                _say(part, texts, images, draft)
    # The pieces of one answer follow each other; what a user adds together are things apart.
    wire: Object = {"role": _role(message, draft), "content": ("" if message.role == "assistant" else "\n\n").join(texts)}
    if thoughts:
        wire["thinking"] = "".join(thoughts)
    if images:
        wire["images"] = images
    if calls:
        wire["tool_calls"] = calls
    return _finished(wire, message, draft)


def _role(message: Message, draft: OllamaDraft) -> str:
    if message.role in ("system", "developer"):
        if draft.profile.system_role == "user":
            draft.warn("emulated", "messages", f"a {message.role} message is sent as a user's")
        return draft.profile.system_role or "system"
    return "user" if message.role == "tool" else message.role


def _finished(wire: Object, message: Message, draft: OllamaDraft) -> Object:
    if message.name is not None and message.role != "tool":
        draft.warn("dropped", "messages.name", "messages have no name here")
    draft.unmarked(message.cache)
    wire.update(draft.options(message.options))
    return wire


def _thought(part: Reasoning, draft: OllamaDraft, *, calling: bool) -> list[str]:
    policy = draft.profile.replay
    if policy == "never" or (policy == "tool_calls" and not calling):
        return []
    if draft.foreign(part):
        draft.warn("dropped", "messages", "thinking of another format cannot be sent")
        return []
    if part.signature or part.encrypted:
        draft.warn("lossy", "messages", "sealed thinking is sent without its seal")
    return [part.text] if part.text else []


def _call(part: ToolCall | InvalidToolCall, draft: OllamaDraft) -> Any:
    if part.native and part.origin is not None and not draft.foreign(part):
        return part.native
    if part.signature is not None:
        draft.warn("lossy", "messages", "the signature of a tool call is not sent")
    arguments: dict[str, Any] = {}
    if isinstance(part, ToolCall):
        arguments = part.arguments
    else:
        draft.warn("lossy", "messages", "arguments that are no JSON object are sent as an empty one")
    draft.unmarked(part.cache)
    options = draft.options(part.options)
    inner = options.pop("function", None)
    function = {"name": part.name, "arguments": arguments, **(inner if isinstance(inner, dict) else {})}
    return {**({"id": part.id} if part.id else {}), "function": function, **options}


def _tool(result: ToolResult, message: Message, draft: OllamaDraft, pending: list[str]) -> Object:
    texts: list[str] = []
    images: list[str] = []
    for part in result.content:
        _say(part, texts, images, draft)
    if result.is_error:
        draft.warn("lossy", "messages", "a tool message cannot say that its result is an error")
    if not result.content and result.structured is not None:
        texts = [dumps(result.structured)]
    wire: Object = {"role": "tool", "content": "\n\n".join(texts)}
    name = result.name or message.name or (draft.called.get(result.id) if result.id else None)
    if name:
        wire["tool_name"] = name
    if result.id:
        wire["tool_call_id"] = result.id
    if images and draft.profile.media_in_results:
        wire["images"] = images
    elif images:
        draft.warn("emulated", "messages", "pictures of a tool result follow in a user message")
        pending.extend(images)
    draft.unmarked(result.cache)
    wire.update(draft.options(result.options))
    return _finished(wire, message, draft)


def _say(part: Part, texts: list[str], images: list[str], draft: OllamaDraft) -> None:
    """Add one part to the texts or the pictures of a message."""
    draft.unmarked(part.cache)
    match part:
        case Text():
            if part.citations:
                draft.warn("lossy", "messages", "citations are not sent back")
            texts.append(part.text)
        case Image():
            images.append(_image(part, draft))
        case Document() if part.text is not None:
            draft.warn("emulated", "document.text", "sent as text")
            title = part.name or part.title
            texts.append(f"{title}\n\n{part.text}" if title else part.text)
        case Refusal():
            draft.warn("emulated", "messages", "a refusal is sent as text")
            texts.append(part.text)
        case Compaction() if part.text:
            draft.warn("emulated", "messages", "a summary of earlier turns is sent as text")
            texts.append(part.text)
        case Audio() if part.origin is not None and part.transcript:
            draft.warn("emulated", "messages", "a spoken answer is sent as its transcript")
            texts.append(part.transcript)
        case Audio() | Video() | Document():
            draft.refuse(f"{type(part).__name__.lower()} input")
        case ServerToolCall() | ServerToolResult() | Citation():
            draft.warn("dropped", "messages", "the server's own tool calls and loose citations are not sent back")
        case Unknown():
            draft.warn("dropped", "messages", f"a block of kind {part.kind} of another format cannot be sent")
        case _:
            draft.warn("dropped", "messages", f"a part of kind {type(part).__name__} cannot be sent here")


def _image(part: Image, draft: OllamaDraft) -> str:
    if not draft.profile.images:
        draft.refuse("images")
    if part.detail is not None:
        draft.warn("dropped", "image.detail", "the format has no place for it")
    found = data_url(part.url) if part.url is not None else None
    data = part.data if found is None else found[1]
    if data is None:
        draft.refuse("images by address or file id", hint="Pass the bytes.")
    return b64encode(data).decode()
