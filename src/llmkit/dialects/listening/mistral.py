"""Live transcription as Mistral does it (`/v1/audio/transcriptions/realtime`): JSON both ways, sound as base64.

The messages of its package `mistralai` (extra/realtime), read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import count, number, text, under
from llmkit.dialects.listening.session import SoundSession, base64, manual, model_of, queried, silence, spoken, terms
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.realtime.words import laid_over
from llmkit.dialects.transcription.recording import heard_seconds
from llmkit.errors import ProviderError, ServerError
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest, SessionDone, fields_of
from llmkit.types.realtime import (
    RealtimeEvent,
    SessionError,
    SessionStarted,
    SessionUpdated,
    SpeechStarted,
    SpeechStopped,
    TranscriptDelta,
    Unknown,
)
from llmkit.types.request import Request
from llmkit.types.usage import Usage

__all__ = ["NAME", "MistralSession", "error", "session"]

NAME = "mistral_listening"
_ENCODINGS = {"pcm": "pcm_s16le", "pcmu": "pcm_mulaw", "pcma": "pcm_alaw"}


def session(request: ListenRequest, place: Place, /) -> MistralListening:
    """Return a fresh session."""
    return MistralListening(request, place)


class MistralSession(SoundSession):
    """The provider greets, the settings follow, and hold when they are confirmed."""

    def __init__(self, request: Request, place: Place, operation: str, name: str, settings: dict[str, Any]) -> None:
        query = {"model": model_of(place, operation, place.options.get("usual"))}
        super().__init__(queried(place.path, query, request.replace(extra_body={}, options={}), name, place), place.provider)
        self._settings: dict[str, Any] | None = laid_over(settings, fields_of(request, name, place.provider))
        self.ready = False

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says that both directions have."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "session.created":
            self.ready = not self._settings
            if self._settings:
                self.outgoing.append({"type": "session.update", "session": self._settings})
                self._settings = None
            model = text(under(message, "session", "model")) or ""
            return [SessionStarted(id=text(under(message, "session", "request_id")), model=model, raw=kept)]
        if kind == "session.updated":
            self.ready = True
            return [SessionUpdated(raw=kept)]
        if kind == "error":
            return [SessionError(error=_refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]


class MistralListening(MistralSession):
    """Segments come where speakers are told apart; elsewhere the words come one by one, and all of them at the end."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        encoding = _ENCODINGS[one_of("input_format", request.input_format.encoding, list(_ENCODINGS), place.provider)]
        settings = filled(
            audio_format={"encoding": encoding, "sample_rate": request.input_format.rate},
            diarize=True if request.diarize or request.speakers else None,
            context_bias=terms(request.prompt),
            language=request.language,
            turn_detection=filled(min_silence_ms=silence(request)) if not manual(request) else None,
        )
        super().__init__(request, place, "listen", NAME, settings)
        self._segments = 0
        self.warnings += unsaid(request, "speakers", detail="the model finds out how many there are") + unsaid(request, "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "transcription.text.delta":
            words = message.get("text")  # with its spaces
            return [TranscriptDelta(text=words if isinstance(words, str) else "", speaker="user", raw=kept)]
        if kind == "transcription.segment":
            self._segments += 1
            told = {"start": number(message.get("start")), "end": number(message.get("end")), "speaker": text(message.get("speaker_id"))}
            return [spoken(raw, [], text=(text(message.get("text")) or "").strip(), **told)]
        if kind == "turn.start":
            return [SpeechStarted(at_ms=_milliseconds(message), raw=kept)]
        if kind == "turn.end":
            return [SpeechStopped(at_ms=_milliseconds(message), raw=kept)]
        if kind == "transcription.done":
            self.done = True
            return self._ended(message, raw)
        return super().feed(message, raw)

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        self.outgoing += [{"type": "input_audio.append", "audio": piece} for piece in base64(data)]

    def flush(self, /) -> None:
        """Have the rest written down."""
        self.outgoing.append({"type": "input_audio.flush"})

    def finish(self, /) -> None:
        """End the sound."""
        self.flush()
        self.outgoing.append({"type": "input_audio.end"})

    def _ended(self, message: dict[str, Any], raw: bytes) -> list[RealtimeEvent]:
        told = message.get("usage")
        seconds = number(under(told, "prompt_audio_seconds"))
        usage = _usage(told) if isinstance(told, dict) else None
        words = text(message.get("text")) or ""
        whole = spoken(raw, [], text="" if self._segments else words.strip(), language=text(message.get("language")), usage=usage)
        done = SessionDone(model=text(message.get("model")) or "", duration=seconds, units=heard_seconds(seconds), raw=msgspec.Raw(raw))
        return [whole, done]


def _usage(told: dict[str, Any]) -> Usage:
    audio = count(under(told, "prompt_tokens_details", "audio_tokens"))
    return Usage(uncached=count(told.get("prompt_tokens")) + audio, output_text=count(told.get("completion_tokens")), input_audio=audio)


def _milliseconds(message: dict[str, Any]) -> int | None:
    seconds = number(message.get("time_s"))
    return None if seconds is None or not 0 <= seconds < 1e9 else round(1000 * seconds)


def _refusal(message: dict[str, Any]) -> ProviderError:
    told = under(message, "error", "message")
    words = text(told) or text(under(told, "detail")) or "The provider failed."
    code = number(under(message, "error", "code"))
    return ServerError(words, code=None if code is None else str(int(code)))
