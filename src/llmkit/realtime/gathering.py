"""Gather the events of a session that listens or speaks into its reply."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.speech.sound import MEDIA
from llmkit.dialects.transcription.recording import turns
from llmkit.types.listening import SessionDone, TranscriptSegment
from llmkit.types.parts import Audio
from llmkit.types.realtime import RealtimeEvent
from llmkit.types.speaking import AudioChunk
from llmkit.types.speech import SpeechResponse
from llmkit.types.totals import total_usage
from llmkit.types.transcription import Segment, TranscriptionResponse


class Heard:
    """Final segments in order; one that comes again under the same `item` stands for the first."""

    def __init__(self, joint: str) -> None:
        self._joint = joint
        self._segments: dict[str, TranscriptSegment] = {}
        self._done: SessionDone | None = None

    def take(self, event: RealtimeEvent) -> None:
        """Take an event."""
        if isinstance(event, TranscriptSegment) and (event.is_final or event.ends_turn) and event.text:
            self._segments[event.item or f"#{len(self._segments)}"] = event
        elif isinstance(event, SessionDone):
            self._done = event

    def reply(self) -> TranscriptionResponse:
        """Return what was heard so far."""
        found, done = list(self._segments.values()), self._done
        units: dict[str, float] = {}
        for name, value in [pair for segment in found for pair in segment.units.items()]:
            units[name] = units.get(name, 0.0) + value
        return TranscriptionResponse(
            text=self._joint.join([segment.text for segment in found]).strip(),
            language=next((segment.language for segment in found if segment.language), None),
            segments=tuple([piece for segment in found for piece in _pieces(segment)]),
            words=tuple([word for segment in found for word in segment.words]),
            usage=total_usage([segment.usage for segment in found]) if any(segment.usage for segment in found) else None,
            units=units or ({} if done is None else done.units),
            id=None if done is None else done.id,
            model="" if done is None else done.model,
            duration=None if done is None else done.duration,
        )


def _pieces(event: TranscriptSegment) -> tuple[Segment, ...]:
    """Return what each speaker said of it, where several did."""
    if event.speaker is None and event.words and (apart := turns(list(event.words))):
        return apart
    whole = Segment(text=event.text.strip(), start=event.start, end=event.end, speaker=event.speaker, confidence=event.confidence)
    return (whole,)


class Spoken:
    """The sound in order, and how many letters it was asked with."""

    def __init__(self, format: str, *, keep: bool) -> None:
        self._kind, self._keep = MEDIA[format], keep
        self._sound = bytearray()
        self._letters = 0
        self._told: dict[str, Any] = {}

    def said(self, text: str) -> None:
        """Take words that were sent."""
        self._letters += len(text)

    def take(self, event: RealtimeEvent) -> None:
        """Take an event."""
        if isinstance(event, AudioChunk) and self._keep:
            self._sound += event.data
        elif isinstance(event, SessionDone):
            self._told = {"id": event.id, "model": event.model, "duration": event.duration}
            self._told |= {"units": event.units} if event.units else {}

    def reply(self) -> SpeechResponse:
        """Return what was spoken so far."""
        told = {"units": {"characters_in": self._letters}, **self._told}
        return SpeechResponse(audio=Audio(data=bytes(self._sound), media_type=self._kind), **told)
