"""What the tests of the Messages format share."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects import anthropic
from llmkit.types.events import Event
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

TARGET = Provenance(provider="anthropic", dialect="anthropic", model="claude", account="acc-1")
FOREIGN = Provenance(provider="openai", dialect="openai_chat", model="gpt")
HELLO = (Message.user("Hello"),)


def request(*messages: Message, **fields: Any) -> CompletionRequest:
    return CompletionRequest(model="claude", messages=messages or HELLO, **fields)


def encoded(
    asked: CompletionRequest, *, profile: Profile = anthropic.PROFILE, target: Provenance = TARGET, stream: bool = False
) -> tuple[dict[str, Any], list[str], dict[str, str]]:
    """Return the body as JSON has it, `kind parameter` of each warning, and the headers."""
    found = anthropic.encode(asked, model=asked.model, target=target, profile=profile, stream=stream)
    return json.loads(msgspec.json.encode(found.body)), [f"{w.kind} {w.parameter}" for w in found.warnings], found.headers


def content(*parts: Part, role: str = "user", **fields: Any) -> tuple[Any, list[str]]:
    """Return the wire content of a last message with `parts`, and the warnings."""
    last = Message(role=role, content=parts)  # type: ignore[arg-type]  # tables spell roles as strings
    body, warnings, _ = encoded(request(Message.user("Go"), last, **fields))
    return body["messages"][-1]["content"], warnings


def body_of(*blocks: dict[str, Any], **fields: Any) -> bytes:
    """Return a response body as the API writes it."""
    return _compact(message(*blocks, **fields))


def message(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    usage = {"input_tokens": 3, "output_tokens": 5}
    base = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": list(blocks)}
    return {**base, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage, **fields}


def sse(*events: dict[str, Any]) -> bytes:
    return b"".join([b"event: %s\ndata: %s\n\n" % (event["type"].encode(), _compact(event)) for event in events])


def stream_of(*blocks: tuple[dict[str, Any], list[dict[str, Any]]], **delta: Any) -> bytes:
    """Return the stream of a message: each block with its deltas."""
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message(stop_reason=None, usage={"input_tokens": 3, "output_tokens": 1})}
    ]
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events.append({"type": "ping"})
        events += [{"type": "content_block_delta", "index": index, "delta": change} for change in deltas]
        events.append({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": "end_turn", "stop_sequence": None, **delta}
    events.append({"type": "message_delta", "delta": stop, "usage": {"output_tokens": 5}})
    events.append({"type": "message_stop"})
    return sse(*events)


def events_of(data: bytes, size: int = 0) -> list[Event]:
    """Return the events of a stream fed in pieces of `size` bytes."""
    decoder = anthropic.decoder(origin=TARGET)
    found: list[Event] = []
    for at in range(0, len(data), size or len(data) or 1):
        found += decoder.feed(data[at : at + (size or len(data))])
    return found + decoder.close()


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
