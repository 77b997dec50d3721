"""Speak with a model while it speaks: sessions over a WebSocket, events both ways. Names are imported when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.realtime.listening import AsyncListeningSession, ListeningSession
    from llmkit.realtime.sessions import (
        AsyncRealtimeSession,
        RealtimeSession,
    )
    from llmkit.realtime.speaking import AsyncSpeakingSession, SpeakingSession
    from llmkit.types.listening import ListenRequest, SessionDone, TranscriptSegment
    from llmkit.types.realtime import (
        AudioDelta,
        InputCommitted,
        Interrupted,
        RateLimit,
        RateLimits,
        RealtimeEvent,
        RealtimeReply,
        ReasoningDelta,
        ResponseDone,
        ResponseStarted,
        SessionEnding,
        SessionError,
        SessionKept,
        SessionStarted,
        SessionUpdated,
        SpeechStarted,
        SpeechStopped,
        TextDelta,
        ToolCallDelta,
        ToolCalled,
        ToolCallsCancelled,
        Transcript,
        TranscriptDelta,
        Turn,
        Unknown,
    )
    from llmkit.types.realtime_request import (
        AudioFormat,
        RealtimeRequest,
        TurnDetection,
    )
    from llmkit.types.speaking import AudioChunk, Flushed, SpeakRequest

__all__ = [
    "AsyncListeningSession",
    "AsyncRealtimeSession",
    "AsyncSpeakingSession",
    "AudioChunk",
    "AudioDelta",
    "AudioFormat",
    "Flushed",
    "InputCommitted",
    "Interrupted",
    "ListenRequest",
    "ListeningSession",
    "RateLimit",
    "RateLimits",
    "RealtimeEvent",
    "RealtimeReply",
    "RealtimeRequest",
    "RealtimeSession",
    "ReasoningDelta",
    "ResponseDone",
    "ResponseStarted",
    "SessionDone",
    "SessionEnding",
    "SessionError",
    "SessionKept",
    "SessionStarted",
    "SessionUpdated",
    "SpeakRequest",
    "SpeakingSession",
    "SpeechStarted",
    "SpeechStopped",
    "TextDelta",
    "ToolCallDelta",
    "ToolCalled",
    "ToolCallsCancelled",
    "Transcript",
    "TranscriptDelta",
    "TranscriptSegment",
    "Turn",
    "TurnDetection",
    "Unknown",
]

_HOMES = {
    "AsyncListeningSession": "llmkit.realtime.listening",
    "ListeningSession": "llmkit.realtime.listening",
    "AsyncSpeakingSession": "llmkit.realtime.speaking",
    "SpeakingSession": "llmkit.realtime.speaking",
    "ListenRequest": "llmkit.types.listening",
    "SessionDone": "llmkit.types.listening",
    "TranscriptSegment": "llmkit.types.listening",
    "AudioChunk": "llmkit.types.speaking",
    "Flushed": "llmkit.types.speaking",
    "SpeakRequest": "llmkit.types.speaking",
    "AsyncRealtimeSession": "llmkit.realtime.sessions",
    "RealtimeSession": "llmkit.realtime.sessions",
    "AudioFormat": "llmkit.types.realtime_request",
    "RealtimeRequest": "llmkit.types.realtime_request",
    "TurnDetection": "llmkit.types.realtime_request",
}
"""The others are events."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES.get(name, "llmkit.types.realtime")), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
