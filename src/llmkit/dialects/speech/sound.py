"""The sound of an answer, whole or in pieces, and what it is called."""

from __future__ import annotations

from struct import pack
from typing import Any

from llmkit.dialects.answered import object_in
from llmkit.dialects.framed_decoder import FramedDecoder, Frames
from llmkit.dialects.media_types import media_type_of
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.types.asking import Answer
from llmkit.types.parts import Audio
from llmkit.types.speech import SpeechChunk, SpeechResponse
from llmkit.types.usage import Usage

MEDIA = {
    "aac": "audio/aac",
    "alaw": "audio/x-alaw-basic",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "mulaw": "audio/basic",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pcm": "audio/pcm",
    "wav": "audio/wav",
}
"""By format; opus comes inside Ogg."""
_WORDS = ("application/json", "text/plain", "text/html", "text/event-stream")
_HELD = 65_536


def characters(text: str) -> dict[str, float]:
    """Return what is billed for `text` where speech is billed by its letters."""
    return {"characters_in": len(text)}


def heard(answer: Answer, media_type: str, **told: Any) -> SpeechResponse:
    """Return the sound that is the whole answer. Raises `ProviderError` or `ProtocolError` where it is words instead."""
    kind = media_type_of(answer.body)
    if kind is None and answer.media_type in _WORDS:
        object_in(answer, "sound")
        raise ProtocolError(f"The answer is {answer.media_type} and not sound.")
    own = answer.headers.get("content-type", "") if answer.media_type.startswith("audio/") else ""
    return sounding(answer.body, kind or own or media_type, **told)


def sounding(data: bytes, media_type: str, **told: Any) -> SpeechResponse:
    """Return the reply with these bytes. Raises `ProtocolError` where there are none."""
    if not data:
        raise ProtocolError("The answer holds no sound.")
    return SpeechResponse(audio=Audio(data=data, media_type=media_type_of(data) or media_type), **told)


def with_header(samples: bytes, rate: int) -> bytes:
    """Return 16-bit samples of one channel as a WAVE file."""
    head = pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", len(samples))
    return head + samples


def fold(events: list[Any], /) -> SpeechResponse:
    """Return the whole sound that the pieces come to."""
    data = b"".join([event.data for event in events])
    kind = media_type_of(data) or next((event.media_type for event in events if event.media_type), None)
    told: dict[str, Any] = {}
    for event in events:
        for name in ("usage", "units", "duration", "id"):
            if (value := getattr(event, name)) not in (None, {}):
                told[name] = value
    return SpeechResponse(audio=Audio(data=data, media_type=kind), **told)


class RawSound:
    """The stream is the sound itself; an error that comes with status 200 instead is JSON."""

    open_ended = True

    def __init__(self, media_type: str, units: dict[str, float]) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._media_type, self._units = media_type, units
        self._held = bytearray()
        self._begun = False

    def feed(self, data: bytes, /) -> list[Any]:
        """Return the piece."""
        if not self._begun:
            self._held += data
            if self._held[:1] == b"{" and len(self._held) < _HELD:
                return []
            data, self._begun = bytes(self._held), True
        return [SpeechChunk(data=data, media_type=self._media_type)]

    def close(self) -> list[Any]:
        """Return the end of the sound."""
        found: list[Any] = []
        if not self._begun:
            if not self._held:
                return []
            try:
                object_in(bytes(self._held), "sound")
                self.error = ProtocolError("The answer is JSON and not sound.")
                return []
            except ProtocolError:  # samples may begin with a brace
                found.append(SpeechChunk(data=bytes(self._held), media_type=self._media_type))
            except LLMKitError as failure:
                self.error = failure
                return []
        self.done = True
        return [*found, SpeechChunk(media_type=self._media_type, units=self._units)]


class EventSound(FramedDecoder):
    """The sound comes inside JSON events; a format's own says in `_heard` what one of them holds."""

    open_ended = False
    """Nothing says that the sound is over but the end of the stream."""

    def __init__(self, frames: Frames, media_type: str, units: dict[str, float]) -> None:
        super().__init__(frames)
        self._media_type, self._units = media_type, units

    def _take(self, frame: bytes, found: list[Any], /) -> None:
        if frame == b"[DONE]":
            self.done = True
            return
        try:
            chunk = self._heard(object_in(frame, "sound"))
        except LLMKitError as failure:
            self.error = failure
            return
        if chunk is not None:
            self._started = True
            found.append(chunk)

    def close(self) -> list[Any]:
        """Return what is left."""
        found: list[Any] = list(super().close())
        if self.open_ended and self._started and self.error is None and not self.done:
            self.done = True
            found.append(self._ended())
        return found

    def _ended(self, usage: Usage | None = None, **told: Any) -> SpeechChunk:
        """Return the last piece, which tells what was used; `units` that are told replace the letters of the request."""
        return SpeechChunk(**{"media_type": self._media_type, "units": {} if usage is not None else self._units, "usage": usage, **told})

    def _heard(self, event: dict[str, Any], /) -> SpeechChunk | None:
        """Return the piece in `event`, None for one without; sets `done` with the last."""
        raise NotImplementedError


def rate_of(media_type: str, default: int) -> int:
    """Return the samples a second that a media type tells (`audio/L16;rate=24000`)."""
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "rate" and value.isdecimal() and len(value) < 10:
            return int(value)
    return default
