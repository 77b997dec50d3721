"""Speech written down while it is spoken: how a session is asked for, and what happens in it."""

from __future__ import annotations

from typing import Any

from llmkit.types.realtime import RealtimeEvent
from llmkit.types.realtime_request import AudioFormat, TurnDetection, Turns
from llmkit.types.request import Request, RequestOptions
from llmkit.types.transcription import Timestamps, Word
from llmkit.types.usage import Usage


class TranscriptSegment(RealtimeEvent, frozen=True, kw_only=True):
    """What is understood of the piece that is being spoken. Not `is_final`: a guess, which the next segment replaces."""

    text: str
    is_final: bool = True
    ends_turn: bool = False
    """The speaker has finished, by the provider's judgement."""
    start: float | None = None
    """Seconds from the first sound of the session; so are the times of the words."""
    end: float | None = None
    speaker: str | None = None
    """Who said all of it; None: not told, or several did, which the words tell."""
    language: str | None = None
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    usage: Usage | None = None
    units: dict[str, float] = {}
    """What this piece will be billed as, where it is told piece by piece."""


class SessionDone(RealtimeEvent, frozen=True, kw_only=True):
    """All is written down, or spoken; nothing follows. `units` is what is billed, where the provider tells."""

    id: str | None = None
    model: str = ""
    duration: float | None = None
    """Seconds of sound."""
    units: dict[str, float] = {}


class ListenRequest(Request, frozen=True, kw_only=True):
    """A session that writes down what it hears. A field that is None is not sent."""

    input_format: AudioFormat = AudioFormat(rate=16_000)
    """Of the sound that will be sent, one channel."""
    language: str | None = None
    """What is spoken, as `en` or `pt-BR`; None: the model's own way of finding out."""
    prompt: str | None = None
    """Names and terms that will be said, separated by commas."""
    interim: bool = True
    """Tell guesses too."""
    timestamps: Timestamps | None = None
    diarize: bool | None = None
    """Tell the speakers apart."""
    speakers: int | None = None
    """How many there are at most."""
    turns: TurnDetection | None = None
    """Who finds the end of a turn. With `manual` it is you, by `flush`."""
    idle: float | None = None
    """Seconds without any event after which waiting ends with a `Timeout`; None: wait on, the connection is watched by pings."""


class ListenOptions(RequestOptions, total=False):
    """The keyword arguments of `listen`; see `ListenRequest` for each."""

    input_format: str | AudioFormat
    language: str
    prompt: str
    interim: bool
    timestamps: Timestamps
    diarize: bool
    speakers: int
    turns: Turns | TurnDetection
    idle: float


def fields_of(request: Request, dialect: str, provider: str) -> dict[str, Any]:
    """Return what the caller wants said in the format's own words."""
    return {**request.options.get(dialect, {}), **request.options.get(provider, {}), **request.extra_body}


__all__ = ["ListenOptions", "ListenRequest", "SessionDone", "TranscriptSegment", "fields_of"]
