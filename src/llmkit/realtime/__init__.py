"""Speak with a model while it speaks: sessions over a WebSocket, events both ways. Names are imported when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.realtime.sessions import (
        AsyncRealtimeSession,
        RealtimeSession,
    )
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

__all__ = [
    "AsyncRealtimeSession",
    "AudioDelta",
    "AudioFormat",
    "InputCommitted",
    "Interrupted",
    "RateLimit",
    "RateLimits",
    "RealtimeEvent",
    "RealtimeReply",
    "RealtimeRequest",
    "RealtimeSession",
    "ReasoningDelta",
    "ResponseDone",
    "ResponseStarted",
    "SessionEnding",
    "SessionError",
    "SessionKept",
    "SessionStarted",
    "SessionUpdated",
    "SpeechStarted",
    "SpeechStopped",
    "TextDelta",
    "ToolCallDelta",
    "ToolCalled",
    "ToolCallsCancelled",
    "Transcript",
    "TranscriptDelta",
    "Turn",
    "TurnDetection",
    "Unknown",
]

_HOMES = {
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
