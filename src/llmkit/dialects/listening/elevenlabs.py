"""Live transcription as ElevenLabs does it (`/v1/speech-to-text/realtime`): sound as base64 in JSON, written down by commits.

github.com/elevenlabs/skills speech-to-text/references/realtime-events and realtime-commit-strategies, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import one_of, unsaid
from llmkit.dialects.answered import objects, text, under
from llmkit.dialects.listening.session import SoundSession, base64, manual, model_of, queried, silence, spoken
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.transcription.recording import no_speakers, word
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    Overloaded,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest
from llmkit.types.realtime import RealtimeEvent, SessionError, SessionStarted, Unknown

__all__ = ["NAME", "error", "session"]

NAME = "elevenlabs_listening"
PATIENCE = 5.0
"""Nothing tells that the last words are written down: so long no further ones are waited for behind the end of the sound."""
_ENCODINGS = {"pcm": "pcm", "pcmu": "ulaw"}
_ERRORS: dict[str, type[ProviderError]] = {
    "auth_error": AuthenticationError,
    "chunk_size_exceeded": BadRequest,
    "commit_throttled": BadRequest,
    "error": ServerError,
    "input_error": BadRequest,
    "insufficient_audio_activity": BadRequest,
    "queue_overflow": Overloaded,
    "quota_exceeded": QuotaExhausted,
    "rate_limited": RateLimited,
    "resource_exhausted": Overloaded,
    "session_time_limit_exceeded": BadRequest,
    "transcriber_error": ServerError,
    "unaccepted_terms": PermissionDenied,
}
_NOTHING_LEFT = ("commit_throttled", "insufficient_audio_activity")
"""To a commit with which the sound ends: what there was is written down."""


def session(request: ListenRequest, place: Place, /) -> ElevenSession:
    """Return a fresh session."""
    return ElevenSession(request, place)


class ElevenSession(SoundSession):
    """What is committed is final; with `timestamps="word"` it comes twice, and the second time with its words."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        if request.diarize or request.speakers is not None:
            no_speakers(request, place, "Its transcription of files does, and so do deepgram, assemblyai and speechmatics, live.")  # type: ignore[arg-type]  # it reads these two fields only
        pause = silence(request)
        self._words = request.timestamps not in (None, "none")
        self._rate = request.input_format.rate
        encoding = _ENCODINGS[one_of("input_format", request.input_format.encoding, list(_ENCODINGS), place.provider)]
        settings = {
            "model_id": model_of(place, "listen", "scribe_v2_realtime"),
            "audio_format": f"{encoding}_{self._rate}",
            "language_code": request.language,
            "commit_strategy": "manual" if manual(request) else "vad",
            "vad_silence_threshold_secs": None if pause is None else pause / 1000,
            "include_timestamps": True if self._words else None,
        }
        super().__init__(queried(place.path, settings, request, NAME, place), place.provider)
        self.ready = False
        self.warnings += unsaid(request, "prompt", "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("message_type")) or "", msgspec.Raw(raw)
        if kind == "session_started":
            self.ready = True
            model = text(under(message, "config", "model_id")) or ""
            return [SessionStarted(id=text(message.get("session_id")), model=model, raw=kept)]
        if kind == "partial_transcript":
            return [_segment(message, raw, is_final=False)]
        if kind in ("committed_transcript", "committed_transcript_with_timestamps"):
            final = not self._words or kind == "committed_transcript_with_timestamps"
            self.done = self.finishing and final
            return [_segment(message, raw, is_final=final, ends_turn=final)]
        if kind in _ERRORS or "error" in message:
            if self.finishing and kind in _NOTHING_LEFT:
                self.done = True
                return []
            return [SessionError(error=_refusal(kind, message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        self.outgoing += [self._chunk(piece) for piece in base64(data)]

    def flush(self, /) -> None:
        """Commit what was heard."""
        self.outgoing.append({**self._chunk(""), "commit": True})

    def finish(self, /) -> None:
        """Commit the rest."""
        self.flush()
        self.finishing, self.patience = True, PATIENCE

    def _chunk(self, sound: str) -> dict[str, Any]:
        return {"message_type": "input_audio_chunk", "audio_base_64": sound, "commit": False, "sample_rate": self._rate}


def _segment(message: dict[str, Any], raw: bytes, **told: Any) -> RealtimeEvent:
    words = [
        word(item, name="text", who="speaker_id")
        for item in objects(message.get("words"))
        if item.get("type") in (None, "word")  # and not the spaces between
    ]
    return spoken(raw, words, text=text(message.get("text")) or "", language=text(message.get("language_code")), **told)


def _refusal(kind: str, message: dict[str, Any]) -> ProviderError:
    return _ERRORS.get(kind, ServerError)(text(message.get("error")) or "The provider failed.", code=kind or None)
