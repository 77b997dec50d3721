"""What is heard, piece by piece, and the whole that it comes to."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.answered import object_in
from llmkit.dialects.framed_decoder import FramedDecoder, Frames
from llmkit.errors import LLMKitError
from llmkit.types.transcription import Segment, TranscriptChunk, TranscriptionResponse


class TranscriptEvents(FramedDecoder):
    """The shell of a decoder of events; a format's own says in `_heard` what one of them holds."""

    def __init__(self, frames: Frames) -> None:
        super().__init__(frames)
        self._segments: list[Segment] = []
        self._worded = False
        self._language: str | None = None

    def _take(self, frame: bytes, found: list[Any], /) -> None:
        if frame == b"[DONE]":
            return
        try:
            chunk = self._heard(object_in(frame, "a transcript"))
        except LLMKitError as failure:
            self.error = failure
            return
        if chunk is not None:
            self._started = True
            found.append(chunk)

    def _words(self, text: str) -> TranscriptChunk | None:
        self._worded = self._worded or bool(text)
        return TranscriptChunk(text=text) if text else None

    def _finished(self, segment: Segment, text: str) -> TranscriptChunk:
        """Return a finished segment; its words are shown only where they did not come before it."""
        self._segments.append(segment)
        return TranscriptChunk(segment=segment, text="" if self._worded else text)

    def _whole(self, reply: TranscriptionResponse) -> TranscriptChunk:
        self.done = True
        segments = reply.segments or tuple(self._segments)
        return TranscriptChunk(reply=reply.replace(segments=segments, language=reply.language or self._language))

    def _heard(self, event: dict[str, Any], /) -> TranscriptChunk | None:
        """Return the piece in `event`, None for one without; the last is made by `_whole`."""
        raise NotImplementedError


def fold(events: list[Any], /) -> TranscriptionResponse:
    """Return the whole that the pieces come to, as far as they came."""
    for event in reversed(events):
        if event.reply is not None:
            reply: TranscriptionResponse = event.reply
            return reply
    segments = tuple([event.segment for event in events if event.segment is not None])
    return TranscriptionResponse(text="".join([event.text for event in events]).strip(), segments=segments)
