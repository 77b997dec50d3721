"""Live transcription as AssemblyAI does it (streaming v3): settings in the query, sound as bytes of 50 to 1000 ms, turns as JSON.

assemblyai.com/docs/streaming/message-sequence and /docs/api-reference/streaming-api/universal-streaming, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import one_of, unsaid
from llmkit.dialects.answered import number, objects, text
from llmkit.dialects.listening.session import SoundSession, model_of, queried, silence, spoken, terms
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.realtime.words import closed
from llmkit.dialects.transcription.recording import word
from llmkit.errors import AuthenticationError, BadRequest, ProviderError, RateLimited, ServerError
from llmkit.types.asking import Place
from llmkit.types.listening import ListenRequest, SessionDone
from llmkit.types.realtime import RealtimeEvent, SessionError, SessionStarted, SpeechStarted, Unknown
from llmkit.types.websocket import Close

__all__ = ["NAME", "error", "session"]

NAME = "assemblyai_listening"
_ENCODINGS = {"pcm": ("pcm_s16le", 2, b"\0"), "pcmu": ("pcm_mulaw", 1, b"\xff")}
"""The wire's name, bytes of a sample, and how silence is written."""
_CODES: dict[int, type[ProviderError]] = {
    1008: AuthenticationError,
    3006: BadRequest,
    3007: BadRequest,
    3009: RateLimited,
}
"""Its own close codes: bad message, wrong length or pace of sound, too many sessions (from memory)."""


def session(request: ListenRequest, place: Place, /) -> AssemblySession:
    """Return a fresh session."""
    return AssemblySession(request, place)


class AssemblySession(SoundSession):
    """Small pieces of sound are held until there are 50 ms, the shortest that is taken."""

    def __init__(self, request: ListenRequest, place: Place) -> None:
        model, sound = model_of(place, "listen"), request.input_format
        encoding, width, self._silence = _ENCODINGS[one_of("input_format", sound.encoding, list(_ENCODINGS), place.provider)]
        settings = {
            "speech_model": model,
            "sample_rate": sound.rate,
            "encoding": encoding,
            "format_turns": True,
            "keyterms_prompt": terms(request.prompt),
            "max_turn_silence": silence(request),
            "speaker_labels": True if request.diarize or request.speakers else None,
            "max_speakers": request.speakers,
        }
        super().__init__(queried(place.path, settings, request, NAME, place, lists=True), place.provider)
        self.ready = False
        self._formats = not (model or "").startswith("whisper")  # its turns come in one form only (from memory)
        self._least, self._most = max(1, sound.rate * width // 20), sound.rate * width
        self._held = bytearray()
        self.warnings += unsaid(request, "language", detail="the model's name says it, or it finds out") + unsaid(request, "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "Begin":
            self.ready = True
            return [SessionStarted(id=text(message.get("id")), expires_at=number(message.get("expires_at")), raw=kept)]
        if kind == "Turn":
            return [self._segment(message, raw)]
        if kind == "SpeechStarted":
            at = number(message.get("timestamp"))
            return [SpeechStarted(at_ms=None if at is None else round(at), raw=kept)]
        if kind == "Termination":
            self.done = True
            return [_ended(message, kept)]
        if kind == "Error" or "error" in message:
            return [SessionError(error=_refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def audio(self, data: bytes, /) -> None:
        """Send sound, in pieces that are taken."""
        self._held += data
        while len(self._held) >= self._least:
            self.outgoing.append(bytes(self._held[: self._most]))
            del self._held[: self._most]

    def flush(self, /) -> None:
        """End the turn."""
        self._rest()
        self.outgoing.append({"type": "ForceEndpoint"})

    def finish(self, /) -> None:
        """End the sound; the last turns follow, and how long it was."""
        self._rest()
        self.outgoing.append({"type": "Terminate"})

    def keep_alive(self, /) -> None:
        """Keep the session open, where an `inactivity_timeout` was asked for."""
        self.outgoing.append({"type": "KeepAlive"})

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what the provider means by the way it closed."""
        kind = _CODES.get(close.code)
        return closed(close) if kind is None else kind(close.reason or "The provider closed the session.", code=str(close.code))

    def _rest(self) -> None:
        if self._held:
            self.outgoing.append(bytes(self._held) + self._silence * (self._least - len(self._held)))
            self._held.clear()

    def _segment(self, message: dict[str, Any], raw: bytes) -> RealtimeEvent:
        ended = message.get("end_of_turn") is True
        order = number(message.get("turn_order"))
        words = [word(item, name="text", scale=0.001) for item in objects(message.get("words"))]
        return spoken(
            raw,
            words,
            # The words that are sure; before there are any, the guesses.
            text=text(message.get("transcript")) or ("" if ended else " ".join([one.text for one in words])),
            is_final=ended and (message.get("turn_is_formatted") is True or not self._formats),
            ends_turn=ended,
            item=None if order is None else str(int(order)),
            speaker=text(message.get("speaker_label")),
            language=text(message.get("language_code")),
        )


def _ended(message: dict[str, Any], raw: msgspec.Raw) -> SessionDone:
    heard, open_for = number(message.get("audio_duration_seconds")), number(message.get("session_duration_seconds"))
    # Billed by how long the session was open; the sound is told beside it.
    units = {name: value for name, value in (("second_in", heard), ("session_second", open_for)) if value is not None}
    return SessionDone(duration=heard, units=units, raw=raw)


def _refusal(message: dict[str, Any]) -> ProviderError:
    told = number(message.get("error_code"))
    kind = ServerError if told is None else _CODES.get(int(told), ServerError)
    return kind(text(message.get("error")) or "The provider failed.", code=None if told is None else str(int(told)))
