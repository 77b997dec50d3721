"""Text spoken while it is written: how a session is asked for, and what happens in it."""

from __future__ import annotations

from llmkit.types.realtime import RealtimeEvent
from llmkit.types.request import Request, RequestOptions
from llmkit.types.speech import SoundFormat


class AudioChunk(RealtimeEvent, frozen=True, kw_only=True):
    """The next piece of the sound. Pieces are not files of their own."""

    data: bytes = b""
    media_type: str = ""
    """Of the whole sound."""


class Flushed(RealtimeEvent, frozen=True, kw_only=True):
    """All that was sent before `flush` is spoken."""


class SpeakRequest(Request, frozen=True, kw_only=True):
    """A session that speaks the text it is sent. A field that is None is not sent."""

    voice: str | None = None
    """The provider's name or id of it; `kit.voices(provider)` lists them."""
    format: SoundFormat = "pcm"
    sample_rate: int | None = None
    """Samples a second; None: the provider's usual."""
    speed: float | None = None
    language: str | None = None
    """As BCP 47: `en`, `pt-BR`."""
    instructions: str | None = None
    """How to say it: mood, accent, pace."""
    keep: bool = True
    """Gather the sound for `session.reply`; without, it is only in the events, and a long session needs no memory for it."""
    idle: float | None = None
    """Seconds without any event after which waiting ends with a `Timeout`; None: wait on, the connection is watched by pings."""


class SpeakOptions(RequestOptions, total=False):
    """The keyword arguments of `speak`; see `SpeakRequest` for each."""

    voice: str
    format: SoundFormat
    sample_rate: int
    speed: float
    language: str
    instructions: str
    keep: bool
    idle: float


__all__ = ["AudioChunk", "Flushed", "SpeakOptions", "SpeakRequest"]
