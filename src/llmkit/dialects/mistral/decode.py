"""From bytes to an answer or events: the readers of Chat Completions know Mistral's chunks too."""

from __future__ import annotations

from llmkit.dialects.openai_chat.answer import parts_of
from llmkit.dialects.openai_chat.decode import decode as decode_chat
from llmkit.dialects.openai_chat.stream import decoder
from llmkit.dialects.openai_chat.wire import Object, object_of, objects_of, raw, text_of
from llmkit.types.parts import Part, Provenance, ServerToolCall, ServerToolResult, ToolCall
from llmkit.types.responses import CompletionResponse

__all__ = ["decode", "decoder"]


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    answer = decode_chat(body, origin=origin)
    messages = objects_of(object_of(answer.extra.get("choice")).get("messages"))
    return answer.replace(content=_run(messages, answer.id or "", origin)) if messages and not answer.content else answer


def _run(messages: list[Object], response_id: str, origin: Provenance) -> tuple[Part, ...]:
    """Return the parts of an answer for which the server ran tools: it has `messages` in place of one (SDK types, 2026-11-22)."""
    results = {text_of(message.get("tool_call_id")) for message in messages if message.get("role") == "tool"}
    names: dict[str, str] = {}
    found: list[Part] = []
    for message in messages:
        if message.get("role") == "tool":
            id = text_of(message.get("tool_call_id"))
            found.append(ServerToolResult(id=id, name=names.get(id, ""), origin=origin, native=raw(message)))
            continue
        for part in parts_of(message, response_id=response_id, origin=origin):
            if isinstance(part, ToolCall) and part.id in results:
                names[part.id] = part.name
                call = {"id": part.id, "function": {"name": part.name, "arguments": part.json}}
                found.append(ServerToolCall(id=part.id, name=part.name, arguments=part.arguments, origin=origin, native=raw(call)))
            else:
                found.append(part)
    return tuple(found)
