"""Read what Gemini's live sessions tell: one message can hold several things."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

import msgspec

from llmkit.dialects.gemini.usage import usage_of
from llmkit.dialects.openai_chat.wire import Object, name_of, object_of, objects_of, text_of
from llmkit.errors import ProtocolError
from llmkit.types.parts import ToolCall
from llmkit.types.realtime import (
    AudioDelta,
    Interrupted,
    RealtimeEvent,
    ReasoningDelta,
    ResponseDone,
    SessionEnding,
    SessionKept,
    SessionStarted,
    SpeechStarted,
    SpeechStopped,
    TextDelta,
    ToolCalled,
    ToolCallsCancelled,
    Transcript,
    TranscriptDelta,
)
from llmkit.types.responses import FinishReason, UnifiedFinish
from llmkit.types.usage import Usage

_RATE = re.compile(r"rate=([0-9]{4,6})")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)s")
_SPEECH: dict[str, type[SpeechStarted | SpeechStopped]] = {
    "ACTIVITY_START": SpeechStarted,
    "ACTIVITY_END": SpeechStopped,
    "VOICE_ACTIVITY_START": SpeechStarted,
    "VOICE_ACTIVITY_END": SpeechStopped,
    "SOS": SpeechStarted,
    "EOS": SpeechStopped,
}
"""`VoiceActivityType` and `VadSignalType` of google-genai, read 2026-11-23."""
_REASONS: dict[str, UnifiedFinish] = {
    "RESPONSE_REJECTED": "refusal",
    "MALFORMED_FUNCTION_CALL": "error",
    "PROHIBITED_INPUT_CONTENT": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "INPUT_TEXT_CONTAIN_PROMINENT_PERSON_PROHIBITED": "content_filter",
}
"""Why a turn ended, where it was not by itself (`TurnCompleteReason` of google-genai, read 2026-11-23)."""


def events_of(message: Object, data: bytes, model: str) -> list[RealtimeEvent]:
    """Return all that a message says, in the order in which it should be acted on."""
    fields: dict[str, Any] = {"raw": msgspec.Raw(data)}
    found: list[RealtimeEvent] = []
    if "setupComplete" in message:
        found.append(SessionStarted(id=name_of(object_of(message["setupComplete"]).get("sessionId")), model=model, **fields))
    if kept := object_of(message.get("sessionResumptionUpdate")):
        found.append(SessionKept(handle=name_of(kept.get("newHandle")) if kept.get("resumable") else None, **fields))
    if "goAway" in message:
        found.append(SessionEnding(seconds=_seconds(object_of(message["goAway"]).get("timeLeft")), **fields))
    for name in ("voiceActivity", "voiceActivityDetectionSignal"):
        signal = object_of(message.get(name))
        kind = _SPEECH.get(text_of(signal.get("voiceActivityType") or signal.get("vadSignalType")).removeprefix("VAD_SIGNAL_TYPE_"))
        if kind is not None:
            offset = _seconds(signal.get("audioOffset"))
            found.append(kind(at_ms=None if offset is None else round(offset * 1000), **fields))
    found += _content(object_of(message.get("serverContent")), fields)
    found += [_call(call, fields) for call in objects_of(object_of(message.get("toolCall")).get("functionCalls"))]
    cancelled = object_of(message.get("toolCallCancellation")).get("ids")
    if isinstance(cancelled, list):
        found.append(ToolCallsCancelled(ids=tuple(str(id) for id in cancelled), **fields))
    return found


def usage_in(message: Object) -> Usage | None:
    """Return the tokens that a message reports."""
    wire = message.get("usageMetadata")
    return usage_of(msgspec.Raw(msgspec.json.encode(wire))) if isinstance(wire, dict) else None


def done(message: Object, usage: Usage | None, *, interrupted: bool, called: bool, data: bytes) -> ResponseDone:
    """Return the end of a turn."""
    reason = text_of(object_of(message.get("serverContent")).get("turnCompleteReason"))
    unified: UnifiedFinish = "interrupted" if interrupted else _REASONS.get(reason, "tool_calls" if called else "stop")
    return ResponseDone(finish=FinishReason(unified=unified, raw=reason or None), usage=usage, raw=msgspec.Raw(data))


def _content(content: Object, fields: dict[str, Any]) -> list[RealtimeEvent]:
    found: list[RealtimeEvent] = []
    for name, final in (("inputTranscription", True), ("interimInputTranscription", False), ("outputTranscription", True)):
        words = object_of(content.get(name))
        speaker: Any = "model" if name == "outputTranscription" else "user"
        if words and not final:
            found.append(Transcript(text=text_of(words.get("text")), speaker="user", final=False, **fields))
        elif words.get("text"):
            found.append(TranscriptDelta(text=text_of(words.get("text")), speaker=speaker, **fields))
    for part in objects_of(object_of(content.get("modelTurn")).get("parts")):
        found += _part(part, fields)
    if content.get("interrupted"):
        found.append(Interrupted(**fields))
    return found


def _part(part: Object, fields: dict[str, Any]) -> list[RealtimeEvent]:
    blob = object_of(part.get("inlineData"))
    if text_of(blob.get("mimeType")).startswith("audio/"):
        rate = _RATE.search(text_of(blob["mimeType"]))
        return [AudioDelta(data=_sound(text_of(blob.get("data"))), rate=int(rate[1]) if rate else None, **fields)]
    words = text_of(part.get("text"))
    if not words:
        return []
    return [ReasoningDelta(text=words, **fields) if part.get("thought") else TextDelta(text=words, **fields)]


def _sound(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        pass
    raise ProtocolError("A piece of sound is no base64.")


def _call(call: Object, fields: dict[str, Any]) -> RealtimeEvent:
    arguments = object_of(call.get("args"))
    json = msgspec.json.encode(arguments).decode()
    return ToolCalled(call=ToolCall(id=text_of(call.get("id")), name=text_of(call.get("name")), arguments=arguments, json=json), **fields)


def _seconds(value: Any) -> float | None:
    match = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 30 else None
    return float(match[1]) if match else None
