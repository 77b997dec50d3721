"""What the tests of the Converse format share."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects import bedrock_converse
from llmkit.testing.aws_eventstream import event
from llmkit.types.events import Event
from llmkit.types.messages import Message
from llmkit.types.parts import Part, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
TARGET = Provenance(provider="bedrock", dialect="bedrock_converse", model=CLAUDE, account="acc-1")
FOREIGN = Provenance(provider="openai", dialect="openai_chat", model="gpt")
HELLO = (Message.user("Hello"),)
USAGE = {"inputTokens": 3, "outputTokens": 5, "totalTokens": 8}


def request(*messages: Message, **fields: Any) -> CompletionRequest:
    return CompletionRequest(model=CLAUDE, messages=messages or HELLO, **fields)


def encoded(
    asked: CompletionRequest, *, profile: Profile = bedrock_converse.PROFILE, model: str = CLAUDE, stream: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as JSON has it, and `kind parameter` of each warning."""
    found = bedrock_converse.encode(asked, model=model, target=TARGET, profile=profile, stream=stream)
    return json.loads(msgspec.json.encode(found.body)), [f"{w.kind} {w.parameter}" for w in found.warnings]


def content(*parts: Part, role: str = "user", profile: Profile = bedrock_converse.PROFILE, **fields: Any) -> tuple[Any, list[str]]:
    """Return the wire content of a last message with `parts`, and the warnings."""
    last = Message(role=role, content=parts)  # type: ignore[arg-type]  # tables spell roles as strings
    body, warnings = encoded(request(Message.user("Go"), last, **fields), profile=profile)
    return body["messages"][-1]["content"], warnings


def body_of(*blocks: dict[str, Any], **fields: Any) -> bytes:
    """Return a response body as the API writes it."""
    base = {"output": {"message": {"role": "assistant", "content": list(blocks)}}, "stopReason": "end_turn"}
    return json.dumps({**base, "usage": USAGE, "metrics": {"latencyMs": 7}, **fields}, ensure_ascii=False).encode()


def stream_of(*blocks: tuple[dict[str, Any] | None, list[dict[str, Any]]], **metadata: Any) -> bytes:
    """Return the stream of a message: each block with its start, where it has one, and its deltas."""
    events = [event("messageStart", {"role": "assistant", "p": "abc"})]
    for index, (start, deltas) in enumerate(blocks):
        if start is not None:
            events.append(event("contentBlockStart", {"contentBlockIndex": index, "start": start, "p": "a"}))
        events += [event("contentBlockDelta", {"contentBlockIndex": index, "delta": delta, "p": "abcdef"}) for delta in deltas]
        events.append(event("contentBlockStop", {"contentBlockIndex": index}))
    events.append(event("messageStop", {"stopReason": "end_turn"}))
    events.append(event("metadata", {"usage": USAGE, "metrics": {"latencyMs": 7}, **metadata}))
    return b"".join(events)


def events_of(data: bytes, size: int = 0) -> list[Event]:
    """Return the events of a stream fed in pieces of `size` bytes."""
    decoder = bedrock_converse.decoder(origin=TARGET)
    found: list[Event] = []
    for at in range(0, len(data), size or len(data) or 1):
        found += decoder.feed(data[at : at + (size or len(data))])
    return found + decoder.close()
