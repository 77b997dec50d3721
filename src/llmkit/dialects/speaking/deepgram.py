"""Speech as Deepgram makes it while the text comes (`/v1/speak`): settings in the query, text as JSON, sound as bytes.

developers.deepgram.com/reference/text-to-speech/speak-streaming and /docs/tts-ws-flush, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import one_of, unsaid
from llmkit.dialects.answered import text
from llmkit.dialects.listening.deepgram import refusal
from llmkit.dialects.listening.session import SoundSession, model_of, queried
from llmkit.dialects.speech.sound import MEDIA
from llmkit.dialects.transcription.deepgram import error
from llmkit.types.asking import Place
from llmkit.types.listening import SessionDone
from llmkit.types.realtime import RealtimeEvent, SessionError, SessionStarted, Unknown
from llmkit.types.speaking import AudioChunk, Flushed, SpeakRequest

__all__ = ["NAME", "error", "session"]

NAME = "deepgram_speaking"
_ENCODINGS = {"pcm": "linear16", "mulaw": "mulaw", "alaw": "alaw"}


def session(request: SpeakRequest, place: Place, /) -> DeepgramSpeaking:
    """Return a fresh session."""
    return DeepgramSpeaking(request, place)


class DeepgramSpeaking(SoundSession):
    """It counts the flushes, because the last one that is answered is the end of the sound."""

    def __init__(self, request: SpeakRequest, place: Place) -> None:
        settings = {
            "model": _model(request, place),
            "encoding": _ENCODINGS[one_of("format", request.format, list(_ENCODINGS), f"{place.provider}, live,")],
            "sample_rate": request.sample_rate,
            "speed": request.speed,
        }
        super().__init__(queried(place.path, settings, request, NAME, place), place.provider)
        self._kind = MEDIA[request.format]
        self._flushes = 0
        self.warnings += unsaid(request, "instructions", "user")
        if request.voice is None:
            self.warnings += unsaid(request, "language", detail="the voice in the model's name has its language")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "Metadata":
            return [SessionStarted(id=text(message.get("request_id")), model=text(message.get("model_name")) or "", raw=kept)]
        if kind == "Flushed":
            self._flushes -= 1
            if not self.finishing or self._flushes > 0:
                return [Flushed(raw=kept)]
            self.done = True
            self.outgoing.append({"type": "Close"})
            return [Flushed(raw=kept), SessionDone(raw=kept)]
        if kind == "Error":
            return [SessionError(error=refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def sound(self, data: bytes, /) -> list[RealtimeEvent] | None:
        """Return the piece of sound that the bytes are."""
        return [AudioChunk(data=data, media_type=self._kind)]

    def text(self, text: str, /) -> None:
        """Send words."""
        self.outgoing.append({"type": "Speak", "text": text})

    def flush(self, /) -> None:
        """Have all of it spoken now; at most twenty times a minute."""
        self._flushes += 1
        self.outgoing.append({"type": "Flush"})

    def finish(self, /) -> None:
        """Have the rest spoken; then the session ends."""
        self.flush()
        self.finishing = True


def _model(request: SpeakRequest, place: Place) -> str | None:
    """Return the model's name, which is family, voice and language: `aura-2-thalia-en`."""
    if request.voice is None or request.voice.startswith("aura"):
        return request.voice or model_of(place, "speak")
    return f"{model_of(place, 'speak', 'aura-2')}-{request.voice}-{request.language or 'en'}"
