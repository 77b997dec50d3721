"""What the tests of the Interactions format have in common."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.dialects import gemini_interactions
from llmkit.types.dialect import StreamDecoder
from llmkit.types.events import Event
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse

TARGET = Provenance(provider="google", dialect="gemini_interactions", model="g", account="A")
ORIGIN = Provenance(provider="google", dialect="gemini_interactions", account="A")
ELSEWHERE = ORIGIN.replace(account="B")
FOREIGN = Provenance(provider="anthropic", dialect="anthropic")
HELLO = Message.user("Hi")


def encoded(*messages: Message, profile: Profile = gemini_interactions.PROFILE, **fields: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the body as JSON has it, and the warnings in short."""
    request = CompletionRequest(model="g", messages=messages or (HELLO,), **fields)
    found = gemini_interactions.encode(request, model="g", target=TARGET, profile=profile, stream=False)
    return json.loads(msgspec.json.encode(found.body)), [f"{warning.kind} {warning.parameter}" for warning in found.warnings]


def steps_of(*parts: Part, role: str = "assistant", **fields: Any) -> tuple[list[Any], list[str]]:
    """Return the steps of a turn with `parts`, and the warnings in short."""
    message = Message(role=role, content=parts)  # type: ignore[arg-type] # tables spell roles as strings
    body, warnings = encoded(HELLO, message, HELLO, **fields)
    return body["input"][1:-1], warnings


def interaction(*steps: Any, status: str = "completed", **fields: Any) -> bytes:
    """Return an interaction with these steps."""
    return json.dumps({"id": "v1", "model": "m", "object": "interaction", "status": status, "steps": list(steps), **fields}).encode()


def decoded(*steps: Any, **fields: Any) -> CompletionResponse:
    """Return the response to an interaction with these steps."""
    return gemini_interactions.decode(interaction(*steps, **fields), origin=ORIGIN)


def frames(*events: Any) -> bytes:
    """Return events as a stream."""
    return b"".join(f"event: {event['event_type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def streamed(data: bytes, size: int = 1 << 20) -> tuple[list[Event], StreamDecoder]:
    """Return the events in `data`, fed in pieces of `size`, and the decoder."""
    decoder = gemini_interactions.decoder(origin=ORIGIN)
    events: list[Event] = []
    for start in range(0, len(data), size):
        events += decoder.feed(data[start : start + size])
    return events + decoder.close(), decoder


CREATED = {"event_type": "interaction.created", "interaction": {"id": "v1", "model": "m", "status": "in_progress"}}


def told(*steps: tuple[dict[str, Any], list[dict[str, Any]]], status: str = "completed", **fields: Any) -> bytes:
    """Return a stream of steps, each with its deltas."""
    events: list[dict[str, Any]] = [CREATED]
    for index, (step, deltas) in enumerate(steps):
        events.append({"event_type": "step.start", "index": index, "step": step})
        events += [{"event_type": "step.delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"event_type": "step.stop", "index": index})
    completed = {"id": "v1", "model": "m", "object": "interaction", "status": status, **fields}
    return frames(*events, {"event_type": "interaction.completed", "interaction": completed}) + b"event: done\ndata: [DONE]\n\n"


def plain(content: tuple[Part, ...]) -> list[Any]:
    """Return parts with their wire blocks as values, so that the order of fields does not matter."""
    return [(part.replace(native=NO_NATIVE), msgspec.json.decode(part.native) if part.native else None) for part in content]
