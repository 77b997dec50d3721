"""Speech as Mistral makes it while the text comes (`/v1/audio/speech/realtime`): JSON both ways, sound as base64.

The messages of its package `mistralai` (extra/realtime), read 2026-11-23.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, one_of, unsaid
from llmkit.dialects.answered import from_base64, text
from llmkit.dialects.listening.mistral import MistralSession
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.mistral import FORMATS
from llmkit.dialects.speech.sound import MEDIA
from llmkit.types.asking import Place
from llmkit.types.listening import SessionDone
from llmkit.types.realtime import RealtimeEvent
from llmkit.types.speaking import AudioChunk, SpeakRequest

__all__ = ["NAME", "error", "session"]

NAME = "mistral_speaking"


def session(request: SpeakRequest, place: Place, /) -> MistralSpeaking:
    """Return a fresh session."""
    return MistralSpeaking(request, place)


class MistralSpeaking(MistralSession):
    """What is flushed is spoken without a word that says so."""

    def __init__(self, request: SpeakRequest, place: Place) -> None:
        settings = filled(voice=request.voice, response_format=one_of("format", request.format, FORMATS, place.provider))
        super().__init__(request, place, "speak", NAME, settings)
        self._kind = MEDIA[request.format]
        self.warnings += unsaid(request, "sample_rate", "speed", "language", "instructions", "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")), msgspec.Raw(raw)
        if kind == "speech.audio.delta":
            return [AudioChunk(data=from_base64(message.get("audio_data"), "sound"), media_type=self._kind, raw=kept)]
        if kind == "speech.audio.done":  # its price is by the letter, whatever tokens it tells
            self.done = True
            return [SessionDone(raw=kept)]
        return super().feed(message, raw)

    def text(self, text: str, /) -> None:
        """Send words."""
        self.outgoing.append({"type": "input_text.append", "text": text})

    def flush(self, /) -> None:
        """Have all of it spoken now."""
        self.outgoing.append({"type": "input_text.flush"})

    def finish(self, /) -> None:
        """Have the rest spoken."""
        self.outgoing.append({"type": "input_text.end"})
