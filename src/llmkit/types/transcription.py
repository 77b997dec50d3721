"""Sound as words: what is asked for and what comes back, with times, speakers and subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self, TypeAlias

from llmkit.types.model import NO_NATIVE, Model
from llmkit.types.parts import Audio, Text, Video
from llmkit.types.reply import Reply
from llmkit.types.request import Request, RequestOptions
from llmkit.types.wave import wave_seconds

Timestamps: TypeAlias = Literal["none", "segment", "word"]
TIMESTAMPS: tuple[Timestamps, ...] = ("none", "segment", "word")


class TranscriptionRequest(Request, frozen=True, kw_only=True):
    """A recording to be written down. A field that is None is not sent."""

    audio: Audio | Video
    language: str | None = None
    """What is spoken, as `en` or `pt-BR`; None: the model finds out."""
    prompt: str | None = None
    """Words that help: names, the topic, what was said before."""
    timestamps: Timestamps | None = None
    """What of the answer has times; None: what costs nothing more."""
    diarize: bool | None = None
    """Tell the speakers apart."""
    speakers: int | None = None
    """How many there are at most."""
    translate: bool = False
    """Write it down in English, whatever is spoken."""
    temperature: float | None = None

    @property
    def seconds(self) -> float | None:
        """Return how long the recording is, where its first bytes tell."""
        return None if self.audio.data is None else wave_seconds(self.audio.data)

    def texts(self) -> tuple[str, ...]:
        """Return the words."""
        return () if self.prompt is None else (self.prompt,)

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the request with other words."""
        return self if self.prompt is None else self.replace(prompt=texts[0])

    @property
    def granularity(self) -> Timestamps:
        """Return what has times: those who are told apart need them."""
        return self.timestamps or ("segment" if self.diarize or self.speakers else "none")


class Word(Model, frozen=True, kw_only=True):
    """One word. Times are seconds from the beginning; what is not told is None."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    confidence: float | None = None
    """From 0 to 1."""


class Segment(Model, frozen=True, kw_only=True):
    """What was said in one piece: a sentence, or what one speaker said."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    confidence: float | None = None


class TranscriptionResponse(Reply, frozen=True, kw_only=True):
    """What was said. Times, speakers and confidences are there where they were asked for and the provider tells them."""

    text: str
    language: str | None = None
    """As the provider spells it."""
    duration: float | None = None
    """Seconds."""
    segments: tuple[Segment, ...] = ()
    words: tuple[Word, ...] = ()

    @property
    def part(self) -> Text:
        """Return the words for a message: untrusted, for whoever spoke said them."""
        return Text(text=self.text, trust="untrusted")

    def srt(self, **rules: Any) -> str:
        """Return SubRip subtitles. Raises `InvalidRequest` where nothing has times; see `llmkit.types.subtitles.Rules` for the rules."""
        from llmkit.types.subtitles import srt

        return srt(self, **rules)

    def vtt(self, **rules: Any) -> str:
        """Return WebVTT subtitles. Raises `InvalidRequest` where nothing has times; see `llmkit.types.subtitles.Rules` for the rules."""
        from llmkit.types.subtitles import vtt

        return vtt(self, **rules)

    def pieces(self) -> list[TranscriptChunk]:
        """Return the words in one piece, and the whole."""
        return [TranscriptChunk(text=self.text), TranscriptChunk(reply=self)]

    def texts(self) -> tuple[str, ...]:
        """Return the words."""
        return (self.text, *[segment.text for segment in self.segments])

    def with_texts(self, texts: Sequence[str]) -> Self:
        """Return the answer with other words; the single words and the bytes, which would still tell the old ones, are left out."""
        if tuple(texts) == self.texts():
            return self
        segments = tuple([segment.replace(text=text) for segment, text in zip(self.segments, texts[1:], strict=True)])
        return self.replace(text=texts[0], segments=segments, words=(), raw=NO_NATIVE, extra={})


class TranscriptChunk(Model, frozen=True, kw_only=True):
    """A piece of what is heard: more words in `text`, a finished `segment`, or at last the whole `reply`."""

    text: str = ""
    segment: Segment | None = None
    reply: TranscriptionResponse | None = None


class TranscriptionOptions(RequestOptions, total=False):
    """The keyword arguments of `transcribe`; see `TranscriptionRequest`."""

    language: str
    prompt: str
    timestamps: Timestamps
    diarize: bool
    speakers: int
    translate: bool
    temperature: float
