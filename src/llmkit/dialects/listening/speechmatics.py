"""Live transcription as Speechmatics does it (`/v2`): settings in the first message, sound as bytes, results word by word.

The messages: docs.speechmatics.com, as its SDK's types tell them (read 2026-11-23), and memory.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, needed, one_of, unsaid
from llmkit.dialects.answered import number, objects, text, under
from llmkit.dialects.listening.session import SoundSession, model_of, pieces, silence, spoken, terms
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.realtime.words import closed, laid_over
from llmkit.errors import AuthenticationError, BadRequest, Overloaded, ProviderError, QuotaExhausted, ServerError
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest, SessionDone, fields_of
from llmkit.types.realtime import RealtimeEvent, SessionError, SessionStarted, Unknown
from llmkit.types.transcription import Word
from llmkit.types.websocket import Close

__all__ = ["NAME", "error", "session"]

NAME = "speechmatics_listening"
_ENCODINGS = {"pcm": "pcm_s16le", "pcmu": "mulaw"}
_ERRORS: dict[str, type[ProviderError]] = {
    "not_authorised": AuthenticationError,
    "not_allowed": AuthenticationError,
    "quota_exceeded": QuotaExhausted,
    "job_error": ServerError,
    "internal_error": ServerError,
    "buffer_error": Overloaded,
    "timelimit_exceeded": QuotaExhausted,
}
"""Its other types are about what was sent."""
_CODES: dict[int, type[ProviderError]] = {1003: BadRequest, 4001: AuthenticationError, 4003: AuthenticationError, 4005: QuotaExhausted}


def session(request: ListenRequest, place: Place, /) -> SpeechmaticsSession:
    """Return a fresh session."""
    return SpeechmaticsSession(request, place)


class SpeechmaticsSession(SoundSession):
    """It counts the pieces of sound, because the end names the last."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        super().__init__(place.path, place.provider)
        self.ready = False
        self._pieces = 0
        encoding = _ENCODINGS[one_of("input_format", request.input_format.encoding, list(_ENCODINGS), place.provider)]
        self.outgoing.append(
            {
                "message": "StartRecognition",
                "audio_format": {"type": "raw", "encoding": encoding, "sample_rate": request.input_format.rate},
                "transcription_config": laid_over(_settings(request, place), fields_of(request, NAME, place.provider)),
            }
        )
        self.warnings += unsaid(request, "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("message")) or "", msgspec.Raw(raw)
        if kind == "RecognitionStarted":
            self.ready = True
            return [SessionStarted(id=text(message.get("id")), raw=kept)]
        if kind in ("AddTranscript", "AddPartialTranscript"):
            return [_segment(message, raw, is_final=kind == "AddTranscript")]
        if kind == "EndOfTranscript":
            self.done = True
            return [SessionDone(raw=kept)]
        if kind == "Error":
            return [SessionError(error=_refusal(message), raw=kept)]
        if kind == "AudioAdded":
            return []
        return [Unknown(kind=kind, raw=kept)]

    def audio(self, data: bytes, /) -> None:
        """Send sound."""
        found = pieces(data)
        self._pieces += len(found)
        self.outgoing += found

    def flush(self, /) -> None:
        """Refuse: it finds the ends by itself."""
        self.no_flush()

    def finish(self, /) -> None:
        """End the sound; the rest is written down."""
        self.outgoing.append({"message": "EndOfStream", "last_seq_no": self._pieces})

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what the provider means by the way it closed."""
        kind = _CODES.get(close.code)
        return closed(close) if kind is None else kind(close.reason or "The provider closed the session.", code=str(close.code))


def _settings(request: ListenRequest, place: Place) -> dict[str, Any]:
    pause = silence(request)
    words = terms(request.prompt)
    return filled(
        language=needed("language", request.language, place.provider),
        operating_point=model_of(place, "listen"),
        enable_partials=request.interim,
        diarization="speaker" if request.diarize or request.speakers else None,
        speaker_diarization_config=filled(max_speakers=request.speakers),
        additional_vocab=None if words is None else [{"content": term} for term in words],
        conversation_config=filled(end_of_utterance_silence_trigger=None if pause is None else pause / 1000),
    )


def _segment(message: dict[str, Any], raw: bytes, *, is_final: bool) -> RealtimeEvent:
    words: list[Word] = []
    for item in objects(message.get("results")):
        best: dict[str, Any] = next(iter(objects(item.get("alternatives"))), {})
        content = text(best.get("content")) or ""
        if item.get("type") == "punctuation" and words:
            words[-1] = words[-1].replace(text=words[-1].text + content)
        elif content:
            words.append(
                Word(
                    text=content,
                    start=number(item.get("start_time")),
                    end=number(item.get("end_time")),
                    speaker=text(best.get("speaker")),
                    confidence=number(best.get("confidence")),
                )
            )
    return spoken(
        raw,
        words,
        text=(text(under(message, "metadata", "transcript")) or "").strip(),
        is_final=is_final,
        start=number(under(message, "metadata", "start_time")),
        end=number(under(message, "metadata", "end_time")),
    )


def _refusal(message: dict[str, Any]) -> ProviderError:
    kind = text(message.get("type")) or ""
    return _ERRORS.get(kind, BadRequest)(text(message.get("reason")) or "The provider failed.", code=kind or None)
