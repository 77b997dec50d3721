"""A conversation as the wire's list of messages."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.openai_chat.blocks import block, content, image_block
from llmkit.dialects.openai_chat.replay import Replay
from llmkit.dialects.openai_chat.setting import Setting, cache_control
from llmkit.dialects.openai_chat.wire import Object, dumps, object_of, text_of
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Audio,
    Image,
    InvalidToolCall,
    MediaFields,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)


def messages(conversation: tuple[Message, ...], setting: Setting) -> list[Any]:
    """Return the wire's messages. Pictures in tool results follow the results in a user's message of their own."""
    found: list[Any] = []
    pending: list[Any] = []
    for message in conversation:
        words = _only_words(message)
        if words is not None and not pending:
            found.append({"role": _role(message, setting), "content": words})
            continue
        results = [part for part in message.content if isinstance(part, ToolResult)]
        if pending and not results:
            found.append({"role": "user", "content": pending})
            pending = []
        if message.role == "assistant":
            found.append(_assistant(message, setting))
            continue
        found.extend([_tool(result, message, setting, pending) for result in results])
        rest = tuple([part for part in message.content if not isinstance(part, ToolResult)])
        if rest or not results:
            if pending:
                found.append({"role": "user", "content": pending})
                pending = []
            found.extend(_plain(message, rest, setting))
    if pending:
        found.append({"role": "user", "content": pending})
    return found


def _plain(message: Message, parts: tuple[Part, ...], setting: Setting) -> list[Any]:
    whole = [part.native for part in parts if isinstance(part, Unknown) and part.kind == "message" and setting.is_native(part)]
    if whole:
        return whole
    blocks = [wire for part in parts if (wire := block(part, setting)) is not None]
    wire = {"role": _role(message, setting), "content": content(_cached(blocks, message, setting)) if parts else ""}
    return [_finished(wire, message, setting)]


def _only_words(message: Message) -> str | None:
    """Return the text of a message that is nothing but one plain text: the common case, quickly."""
    if message.role == "assistant" or len(message.content) != 1 or message.name is not None or message.options or message.cache is not None:
        return None
    part = message.content[0]
    if type(part) is not Text or part.native or part.citations or part.options or part.cache is not None:
        return None
    return part.text


def _role(message: Message, setting: Setting) -> str:
    wanted = setting.profile.system_role
    if message.role in ("system", "developer") and wanted:
        if wanted == "user":
            setting.warn("emulated", "messages", f"a {message.role} message is sent as a user's")
        return wanted
    return "user" if message.role == "tool" else message.role


def _finished(wire: Object, message: Message, setting: Setting) -> Object:
    if message.name is not None:
        wire["name"] = message.name
    wire.update(setting.options(message.options))
    return wire


def _cached(blocks: list[Any], message: Message, setting: Setting) -> list[Any]:
    """Return `blocks` with the message's cache mark on the last one that can carry it."""
    if message.cache is None:
        return blocks
    for place in range(len(blocks) - 1, -1, -1):
        if isinstance(blocks[place], dict):
            return [*blocks[:place], setting.marked(blocks[place], message.cache), *blocks[place + 1 :]]
    setting.warn("dropped", "cache", "no block of the message can carry the mark")
    return blocks


def _assistant(message: Message, setting: Setting) -> Object:
    replay = Replay(message.content, setting)
    blocks: list[Any] = []
    calls: list[Any] = []
    fields: Object = {}
    for part in message.content:
        match part:
            case Reasoning():
                wire = replay.block(part)
                if wire is not None:
                    blocks.append(wire)
            case ToolCall() | InvalidToolCall():
                _call(part, calls, fields, setting)
            case Refusal() if not part.native and "type" not in setting.options(part.options):
                fields["refusal"] = text_of(fields.get("refusal")) + part.text
            case Image() if not part.native and "type" not in setting.options(part.options):
                fields.setdefault("images", []).append(image_block(part, setting))
            case Audio() if "type" not in setting.options(part.options):
                _said(part, blocks, fields, setting)
            case ServerToolCall() | ServerToolResult():
                setting.warn("dropped", "messages", "the server's own tool calls are not sent back")
            case _:
                wire = block(part, setting)
                if wire is not None:
                    blocks.append(wire)
    wire = {"role": "assistant", **replay.message_fields()}
    blocks = _cached(blocks, message, setting) if blocks or not calls else blocks
    wire["content"] = content(blocks) if blocks else (None if calls or fields else "")
    if calls:
        wire["tool_calls"] = calls
        if message.cache is not None and not blocks and isinstance(calls[-1], dict):
            calls[-1] = setting.marked(calls[-1], message.cache)
    wire.update(fields)
    return _finished(wire, message, setting)


def _said(part: Audio, blocks: list[Any], fields: Object, setting: Setting) -> None:
    """Send a spoken answer back by its name, which only the account that got it may use, else as what it says."""
    if part.id is not None and not setting.moved(part) and not setting.is_elsewhere(part):
        fields["audio"] = {"id": part.id}
    elif part.transcript:
        setting.warn("emulated", "messages", "a spoken answer is sent as its transcript")
        blocks.append({"type": "text", "text": part.transcript})
    else:
        setting.warn("dropped", "messages", "a spoken answer without a transcript cannot be sent")


def _call(part: ToolCall | InvalidToolCall, calls: list[Any], fields: Object, setting: Setting) -> None:
    if setting.is_native(part):
        native = msgspec.json.decode(part.native, type=dict[str, msgspec.Raw])
        if "function_call" in native:
            fields.update(native)
        else:
            calls.append(part.native)
        return
    options = setting.options(part.options)
    if part.signature is not None:
        setting.warn("lossy", "messages", "the signature of a tool call is not sent")
    if options.get("type") == "custom" and isinstance(part, ToolCall):
        wire: Object = {"id": part.id, "type": "custom", "custom": {"name": part.name, "input": text_of(part.arguments.get("input"))}}
    else:
        wire = {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": arguments_json(part) or "{}"}}
        inner = object_of(options.get("function"))
        if inner:
            wire["function"].update(inner)
        wire.update({key: value for key, value in options.items() if key != "function"})
    calls.append(setting.marked(wire, part.cache))


def _tool(result: ToolResult, message: Message, setting: Setting, pending: list[Any]) -> Object:
    options = setting.options(result.options)
    blocks: list[Any] = []
    media: list[Any] = []
    for part in result.content:
        if isinstance(part, MediaFields) and "type" not in setting.options(part.options):
            media.append(block(part, setting))
            continue
        ours = block(part, setting)
        if ours is not None:
            blocks.append(ours)
    if media:
        setting.warn("emulated", "messages", "media of a tool result follow in a user message: tool messages take text only")
        pending.append({"type": "text", "text": f"What the tool returned for call {result.id}:"})
        pending.extend(media)
    if result.is_error:
        setting.warn("lossy", "messages", "a tool message cannot say that its result is an error")
    if not result.content and result.structured is not None:
        blocks = [{"type": "text", "text": dumps(result.structured)}]
    wire: Object = {"role": "tool", "tool_call_id": result.id} if result.id else {"role": "tool"}
    name = result.name if result.name is not None else message.name
    if name is not None:
        wire["name"] = name
    blocks = _cached(blocks, message, setting)
    wire["content"] = content(blocks) if blocks else ("See the next message." if media else "")
    if result.cache is not None:
        text = wire["content"]
        if setting.profile.cache == "explicit" and isinstance(text, str):
            wire["content"] = [{"type": "text", "text": text, "cache_control": cache_control(result.cache)}]
        else:
            setting.marked({}, result.cache)
    wire.update(options)
    wire.update(setting.options(message.options))
    return wire
