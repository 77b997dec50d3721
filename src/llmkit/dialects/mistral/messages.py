"""A conversation as the wire's list of messages."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.arguments import arguments_json
from llmkit.dialects.mistral.blocks import chunk, thinking_chunk
from llmkit.dialects.mistral.setting import MistralSetting
from llmkit.dialects.openai_chat.blocks import content
from llmkit.dialects.openai_chat.wire import Object, dumps, object_of, raw
from llmkit.types.messages import Message
from llmkit.types.parts import (
    InvalidToolCall,
    MediaFields,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    ToolCall,
    ToolResult,
)


def messages(conversation: tuple[Message, ...], setting: MistralSetting) -> list[Any]:
    """Return the wire's messages. A last message of the assistant is a beginning that the model goes on from."""
    found: list[Any] = []
    pending: list[Any] = []
    for message in conversation:
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
            blocks, pending = [*pending, *_chunks(rest, message, setting)], []
            found.append(_finished({"role": _role(message, setting), "content": content(blocks) if blocks else ""}, message, setting))
    if pending:
        found.append({"role": "user", "content": pending})
    if conversation and conversation[-1].role == "assistant" and "tool_calls" not in found[-1]:
        found[-1].setdefault("prefix", True)
    return found


def _role(message: Message, setting: MistralSetting) -> str:
    if message.role in ("system", "developer"):
        if setting.profile.system_role == "user":
            setting.warn("emulated", "messages", f"a {message.role} message is sent as a user's")
        return setting.profile.system_role or "system"
    return "user" if message.role == "tool" else message.role


def _finished(wire: Object, message: Message, setting: MistralSetting) -> Object:
    if message.name is not None and message.role != "tool":
        setting.warn("dropped", "messages.name", "messages have no name here")
    if message.cache is not None:
        setting.marked({}, message.cache)
    wire.update(setting.options(message.options))
    return wire


def _chunks(parts: tuple[Part, ...], message: Message, setting: MistralSetting) -> list[Any]:
    return [wire for part in parts if (wire := chunk(part, setting)) is not None]


def _assistant(message: Message, setting: MistralSetting) -> Object:
    blocks: list[Any] = []
    calls: list[Any] = []
    for part in message.content:
        match part:
            case Reasoning():
                wire = thinking_chunk(part, setting)
                if wire is not None:
                    blocks.append(wire)
            case ToolCall() | InvalidToolCall():
                calls.append(_call(part, setting))
            case ServerToolCall() | ServerToolResult():
                setting.warn("dropped", "messages", "the server's own tool calls are not sent back")
            case _:
                blocks += _chunks((part,), message, setting)
    found: Object = {"role": "assistant", "content": content(blocks) if blocks else ""}
    if calls:
        found["tool_calls"] = calls
    return _finished(found, message, setting)


def _call(part: ToolCall | InvalidToolCall, setting: MistralSetting) -> Any:
    id = setting.tool_id(part.id)
    if setting.is_native(part):
        return part.native if id == part.id else raw({**msgspec.json.decode(part.native), "id": id})
    options = setting.options(part.options)
    if part.signature is not None:
        setting.warn("lossy", "messages", "the signature of a tool call is not sent")
    function: Object = {"name": part.name, "arguments": arguments_json(part) or "{}", **object_of(options.get("function"))}
    wire: Object = {"id": id, "type": "function", "function": function}
    wire.update({key: value for key, value in options.items() if key != "function"})
    return setting.marked(wire, part.cache)


def _tool(result: ToolResult, message: Message, setting: MistralSetting, pending: list[Any]) -> Object:
    """Return a result as a message; pictures go into `pending` where the API takes none in results."""
    blocks: list[Any] = []
    for part in result.content:
        wire = chunk(part, setting)
        moves = isinstance(part, MediaFields) and not setting.profile.media_in_results and "type" not in setting.options(part.options)
        if wire is None:
            continue
        if moves:
            setting.warn("emulated", "messages", "media of a tool result follow in a user message")
            if not any(isinstance(item, dict) and item.get("type") == "text" for item in pending):
                pending.append({"type": "text", "text": f"What the tool returned for call {setting.tool_id(result.id)}:"})
            pending.append(wire)
        else:
            blocks.append(wire)
    if result.is_error:
        setting.warn("lossy", "messages", "a tool message cannot say that its result is an error")
    if not result.content and result.structured is not None:
        blocks = [{"type": "text", "text": dumps(result.structured)}]
    wire = {"role": "tool"}
    if result.id:
        wire["tool_call_id"] = setting.tool_id(result.id)
    name = result.name or message.name or (setting.called.get(result.id) if result.id else None)
    if name:
        wire["name"] = name
    wire["content"] = content(blocks) if blocks else ""
    if result.cache is not None:
        setting.marked({}, result.cache)
    wire.update(setting.options(result.options))
    return _finished(wire, message, setting)
