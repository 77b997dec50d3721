"""What the tests of the generateContent format have in common."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from llmkit.accumulate import fold
from llmkit.dialects import gemini
from llmkit.types.events import Event
from llmkit.types.messages import Message
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Citation, Part, Provenance
from llmkit.types.profile import Profile
from llmkit.types.requests import CompletionRequest
from llmkit.types.responses import CompletionResponse

THOUGHT = {"text": "hm", "thought": True}
TARGET = Provenance(provider="google", dialect="gemini", model="gemini-x", account="A")
ORIGIN = Provenance(provider="google", dialect="gemini", account="A")
ELSEWHERE = Provenance(provider="google", dialect="gemini", account="B")
FOREIGN = Provenance(provider="anthropic", dialect="anthropic")
HELLO = (Message.user("Hello"),)
LEVELS = gemini.PROFILE.replace(reasoning="level", efforts=("minimal", "low", "medium", "high"))


def encoded(
    *messages: Message, profile: Profile = gemini.PROFILE, stream: bool = False, model: str = "gemini-x", **fields: Any
) -> tuple[dict[str, Any], list[str]]:
    """Return the body as JSON has it, and the warnings in short."""
    request = CompletionRequest(model=model, messages=messages or HELLO, **fields)
    found = gemini.encode(request, model=model, target=TARGET, profile=profile, stream=stream)
    return msgspec.json.decode(msgspec.json.encode(found.body)), [f"{warning.kind} {warning.parameter}" for warning in found.warnings]


def block(part: Part, *, role: str = "assistant", profile: Profile = gemini.PROFILE) -> tuple[Any, list[str]]:
    """Return the wire block of `part`, None where it is left out, and the warnings in short."""
    message = Message(role=role, content=(part,))  # type: ignore[arg-type]
    body, warnings = encoded(Message.user("Hi"), message, Message.user("Go on"), profile=profile)
    turn = body["contents"][1:-1]
    return (turn[0]["parts"][0] if turn else None), warnings


def answer(*parts: Any, finish: str | None = "STOP", **candidate: Any) -> dict[str, Any]:
    """Return a GenerateContentResponse with one candidate."""
    said: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}, **candidate}
    if finish is not None:
        said["finishReason"] = finish
    return {"candidates": [said], "responseId": "r1"}


def decoded(body: Any) -> CompletionResponse:
    """Return the response in `body`."""
    return gemini.decode(json.dumps(body).encode(), origin=ORIGIN)


def sse(*chunks: Any) -> bytes:
    """Return a stream of server-sent events, with the line ends of the real one."""
    return b"".join(b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\r\n\r\n" for chunk in chunks)


def streamed(data: bytes, size: int = 1 << 20) -> tuple[list[Event], Any]:
    """Return the events of a stream cut into pieces of `size` bytes, and its decoder at the end."""
    decoder = gemini.decoder(origin=ORIGIN)
    events = [event for start in range(0, len(data), size) for event in decoder.feed(data[start : start + size])]
    return events + decoder.close(), decoder


def folded(*chunks: Any) -> CompletionResponse:
    """Return the response of a complete stream."""
    events, decoder = streamed(sse(*chunks))
    assert decoder.done
    return fold(events)


def bare(response: CompletionResponse) -> CompletionResponse:
    """Return `response` without what a stream cannot have: the bytes of the body, and how blocks were spaced."""
    content = tuple(
        part.replace(native=msgspec.Raw(msgspec.json.encode(msgspec.json.decode(part.native)))) if part.native else part
        for part in response.content
    )
    usage = response.usage.replace(raw=NO_NATIVE) if response.usage else None
    return response.replace(raw=NO_NATIVE, content=content, usage=usage)


THINK = {"text": "hm", "thought": True}
USAGE = {"promptTokenCount": 3, "candidatesTokenCount": 4, "totalTokenCount": 7}


def part(block: Any, **more: Any) -> dict[str, Any]:
    """Return an event with one part and no end."""
    return {**answer(block, finish=None), **more}


def piece(path: str, **value: Any) -> dict[str, Any]:
    """Return an event with one piece of a call's arguments."""
    return part({"functionCall": {"partialArgs": [{"jsonPath": path, **value}], "willContinue": True}})


OPEN = part({"functionCall": {"name": "f", "id": "c", "willContinue": True}, "thoughtSignature": "s"})
CLOSE = part({"functionCall": {}})
GROUNDING = {
    "groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}],
    "groundingSupports": [{"segment": {"endIndex": 7, "text": "Zürich"}, "groundingChunkIndices": [0]}],
}
CITED = Citation(url="https://a", title="A", start=0, end=6, location="web", origin=ORIGIN)
