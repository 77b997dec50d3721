"""Words as sound: what is asked for (speech, effects, music, the list of voices) and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self, TypeAlias

from llmkit.types.model import Model
from llmkit.types.parts import Audio
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.usage import Usage

SoundFormat: TypeAlias = Literal["mp3", "wav", "pcm", "opus", "ogg", "flac", "aac", "mulaw", "alaw"]
"""How sound is written down. `pcm` is bare: 16-bit little-endian samples of one channel, without a header."""
SOUND_FORMATS: tuple[SoundFormat, ...] = ("mp3", "wav", "pcm", "opus", "ogg", "flac", "aac", "mulaw", "alaw")


class SpeechRequest(Request, frozen=True, kw_only=True):
    """A text to be spoken. A field that is None is not sent."""

    text: str
    voice: str | None = None
    """The provider's name or id of it; `kit.voices(provider)` lists them."""
    format: SoundFormat | None = None
    speed: float | None = None
    """1.0 is how the voice speaks by itself."""
    language: str | None = None
    """As BCP 47: `en`, `pt-BR`."""
    instructions: str | None = None
    """How to say it: mood, accent, pace."""
    sample_rate: int | None = None
    """Samples a second."""

    def texts(self) -> tuple[str, ...]:
        """Return the words."""
        return (self.text,) if self.instructions is None else (self.text, self.instructions)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        return self.replace(text=texts[0], **({} if self.instructions is None else {"instructions": texts[1]}))


class SoundRequest(Request, frozen=True, kw_only=True):
    """A sound or a piece of music in words. A field that is None is not sent."""

    text: str
    seconds: float | None = None
    """How long it shall be."""
    format: SoundFormat | None = None
    sample_rate: int | None = None
    lyrics: str | None = None
    """Words to be sung."""
    instrumental: bool | None = None
    """Nobody sings."""
    loop: bool | None = None
    """Its end goes over into its beginning."""
    influence: float | None = None
    """How closely to follow the text, from 0 to 1."""
    seed: int | None = None

    def texts(self) -> tuple[str, ...]:
        """Return the words."""
        return (self.text,) if self.lyrics is None else (self.text, self.lyrics)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        return self.replace(text=texts[0], **({} if self.lyrics is None else {"lyrics": texts[1]}))


class SpeechResponse(Reply, frozen=True, kw_only=True):
    """The sound. `kit.save(reply, "hello.mp3")` writes it, `kit.fetch(reply.audio)` gets one that is only an address."""

    audio: Audio
    duration: float | None = None
    """Seconds, where the provider tells."""

    def __repr__(self) -> str:
        held = f"{len(self.audio.data):,} bytes" if self.audio.data is not None else "an address"
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in ("duration", "model", "provider", "cost") if getattr(self, name)])
        return f"SpeechResponse({self.audio.media_type or 'sound'}: {held}, {told})"


class SpeechChunk(Model, frozen=True, kw_only=True):
    """A piece of the sound while it is made. The last one has no `data` but tells what was used."""

    data: bytes = b""
    media_type: str = ""
    """Of the whole sound; pieces are not files of their own."""
    duration: float | None = None
    usage: Usage | None = None
    units: dict[str, float] = {}
    id: str | None = None


class Voice(Model, frozen=True, kw_only=True):
    """One voice of a provider. What is not told is None or empty."""

    id: str
    """What `voice=` takes."""
    name: str = ""
    languages: tuple[str, ...] = ()
    gender: str | None = None
    description: str | None = None
    preview: str | None = None
    """An address where it is heard; `kit.fetch(Audio(url=voice.preview))` gets it."""
    own: bool | None = None
    """Made by this account."""
    extra: dict[str, Any] = {}
    """What else the provider says of it."""


class SpeechOptions(RequestOptions, total=False):
    """The keyword arguments of `speech`; see `SpeechRequest`."""

    voice: str
    format: SoundFormat
    speed: float
    language: str
    instructions: str
    sample_rate: int


class SoundOptions(RequestOptions, total=False):
    """The keyword arguments of `sound` and `music`; see `SoundRequest`."""

    seconds: float
    format: SoundFormat
    sample_rate: int
    lyrics: str
    instrumental: bool
    loop: bool
    influence: float
    seed: int
