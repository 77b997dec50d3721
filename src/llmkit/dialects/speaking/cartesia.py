"""Speech as Cartesia makes it while the text comes (`/tts/websocket`): JSON both ways, sound as base64, one context a session.

docs.cartesia.ai/2026-03-01/api-reference/tts/websocket and /examples/tts-websocket-flushing, read 2026-11-23.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import from_base64, text
from llmkit.dialects.listening.cartesia import refusal
from llmkit.dialects.listening.session import SoundSession, model_of
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.realtime.words import laid_over
from llmkit.dialects.speech.cartesia import RATES
from llmkit.dialects.speech.sound import MEDIA
from llmkit.types.asking import Place
from llmkit.types.listening import SessionDone, fields_of
from llmkit.types.realtime import RealtimeEvent, SessionError, Unknown
from llmkit.types.speaking import AudioChunk, Flushed, SpeakRequest

__all__ = ["NAME", "error", "session"]

NAME = "cartesia_speaking"
_FORMATS = {"pcm": ("pcm_s16le", 44100), "mulaw": ("pcm_mulaw", 8000), "alaw": ("pcm_alaw", 8000)}
"""Only bare samples go over the socket."""


def session(request: SpeakRequest, place: Place, /) -> CartesiaSpeaking:
    """Return a fresh session."""
    return CartesiaSpeaking(request, place)


class CartesiaSpeaking(SoundSession):
    """Every message repeats the settings."""

    def __init__(self, request: SpeakRequest, place: Place) -> None:
        super().__init__(place.path, place.provider)
        encoding, rate = _FORMATS[one_of("format", request.format, list(_FORMATS), f"{place.provider}, live,")]
        if request.sample_rate is not None:
            rate = int(one_of("sample_rate", str(request.sample_rate), RATES, place.provider))
        settings = filled(
            model_id=model_of(place, "speak", "sonic-latest"),
            voice={"mode": "id", "id": needed("voice", request.voice, place.provider, "kit.voices() lists them.")},
            output_format={"container": "raw", "encoding": encoding, "sample_rate": rate},
            language=request.language,
            generation_config=filled(speed=within("speed", request.speed, 0.6, 1.5, place.provider)),
            context_id=str(uuid4()),
        )
        self._settings = laid_over(settings, fields_of(request, NAME, place.provider))
        self._kind = MEDIA[request.format]
        self.warnings += unsaid(request, "instructions", "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kind, kept = text(message.get("type")) or "", msgspec.Raw(raw)
        if kind == "chunk":
            return [AudioChunk(data=from_base64(message.get("data"), "sound"), media_type=self._kind, raw=kept)]
        if kind == "flush_done":
            return [Flushed(raw=kept)]
        if kind == "done":
            self.done = True
            return [SessionDone(id=text(message.get("context_id")), raw=kept)]
        if kind == "error":
            return [SessionError(error=refusal(message), raw=kept)]
        return [Unknown(kind=kind, raw=kept)]

    def text(self, text: str, /) -> None:
        """Send words; what follows belongs to them."""
        self._say(text, more=True)

    def flush(self, /) -> None:
        """Have all of it spoken now."""
        self._say("", more=True, flush=True)

    def finish(self, /) -> None:
        """Have the rest spoken."""
        self._say("", more=False)

    def _say(self, words: str, *, more: bool, **told: Any) -> None:
        self.outgoing.append({**self._settings, "transcript": words, "continue": more, **told})
