"""Speech as ElevenLabs makes it while the text comes (`stream-input`): JSON both ways, sound as base64.

elevenlabs.io/docs/api-reference/websocket, read 2026-11-23; the fields of the messages also from memory.
"""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.accepted import filled, needed, one_of, unsaid, within
from llmkit.dialects.answered import from_base64, text
from llmkit.dialects.files.answers import in_path
from llmkit.dialects.listening.session import SoundSession, model_of, queried
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.speech.sound import MEDIA
from llmkit.errors import ProviderError, ServerError
from llmkit.types.asking import Place
from llmkit.types.listening import SessionDone
from llmkit.types.realtime import RealtimeEvent, SessionError, Unknown
from llmkit.types.speaking import AudioChunk, SpeakRequest

__all__ = ["NAME", "error", "session"]

NAME = "elevenlabs_speaking"
# elevenlabs.io/docs/api-reference/text-to-speech/convert, read 2026-11-23: the rates of each, the usual one first.
_FORMATS: dict[str, tuple[str, tuple[int, ...]]] = {
    "pcm": ("pcm", (24000, 8000, 16000, 22050, 44100, 48000)),
    "mp3": ("mp3", (44100, 24000, 22050)),
    "mulaw": ("ulaw", (8000,)),
    "alaw": ("alaw", (8000,)),
    "opus": ("opus", (48000,)),
}
_BITS = {("mp3", 44100): "_128", ("mp3", 24000): "_48", ("mp3", 22050): "_32", ("opus", 48000): "_128"}


def session(request: SpeakRequest, place: Place, /) -> ElevenSpeaking:
    """Return a fresh session."""
    return ElevenSpeaking(request, place)


class ElevenSpeaking(SoundSession):
    """It wants whole words with a space behind them: the beginning of one is held until its end comes."""

    def __init__(self, request: SpeakRequest, place: Place) -> None:
        voice = needed("voice", request.voice, place.provider, "kit.voices() lists them.")
        speed = within("speed", request.speed, 0.7, 1.2, place.provider)
        query = {"model_id": model_of(place, "speak"), "output_format": _format(request, place), "language_code": request.language}
        path = place.path.replace("{voice}", in_path(voice, "voice"))
        super().__init__(queried(path, query, request, NAME, place), place.provider)
        self.outgoing.append({"text": " ", **filled(voice_settings=filled(speed=speed))})
        self._kind = MEDIA[request.format]
        self._held = ""
        self.warnings += unsaid(request, "instructions", "user")

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message says."""
        kept, found = msgspec.Raw(raw), list[RealtimeEvent]()
        if text(message.get("audio")):
            found.append(AudioChunk(data=from_base64(message["audio"], "sound"), media_type=self._kind, raw=kept))
        if message.get("isFinal") is True:
            self.done = True
            found.append(SessionDone(raw=kept))
        if not found and (text(message.get("error")) or text(message.get("message"))):
            found.append(SessionError(error=_refusal(message), raw=kept))
        return found or [Unknown(kind="alignment" if "alignment" in message else "", raw=kept)]

    def text(self, text: str, /) -> None:
        """Send the words that are whole."""
        self._held += text
        end = max([place for place, letter in enumerate(self._held) if letter.isspace()], default=-1) + 1
        whole, self._held = self._held[:end], self._held[end:]
        if whole.strip():
            self.outgoing.append({"text": whole if whole.endswith(" ") else whole + " "})

    def flush(self, /) -> None:
        """Have all of it spoken now."""
        self.outgoing.append({"text": f"{self._held} ", "flush": True})
        self._held = ""

    def finish(self, /) -> None:
        """Have the rest spoken; an empty text is the end."""
        if self._held:
            self.outgoing.append({"text": f"{self._held} "})
            self._held = ""
        self.outgoing.append({"text": ""})


def _format(request: SpeakRequest, place: Place) -> str:
    wire, rates = _FORMATS[one_of("format", request.format, list(_FORMATS), f"{place.provider}, live,")]
    rate = request.sample_rate or rates[0]
    one_of("sample_rate", str(rate), [str(known) for known in rates], f"{place.provider}, as {request.format},")
    return f"{wire}_{rate}{_BITS.get((wire, rate), '')}"


def _refusal(message: dict[str, Any]) -> ProviderError:
    told = message.get("code")
    words = text(message.get("message")) or text(message.get("error")) or ""
    return ServerError(words, code=None if told is None else str(told))
