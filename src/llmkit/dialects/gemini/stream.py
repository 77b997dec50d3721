"""A stream of GenerateContentResponses into our events, whatever the split of its bytes."""

from __future__ import annotations

from typing import Protocol

import msgspec

from llmkit.dialects.gemini.answer import StreamedAnswer
from llmkit.dialects.gemini.decode import created_of
from llmkit.dialects.gemini.errors import answered_error
from llmkit.dialects.gemini.finish import refused
from llmkit.dialects.gemini.frames import MAX_EVENT, WholeObject, error_after
from llmkit.dialects.gemini.usage import has_counts, service_tier_of, usage_of
from llmkit.dialects.gemini.wire import Fields, WireChunk, is_given, object_of, read_any, read_chunk
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.json_array import JsonArray
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.events import Event, Finish, Start, WireEvent
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Provenance
from llmkit.types.responses import FinishReason

_BOM = b"\xef\xbb\xbf"
_MAX_CANDIDATES = 256
"""Far more than any model gives (8, docs of 2026-11): a server must not make us count to a billion."""
_TAIL = 16 * 1024
_SHORT = 96
"""A usage object of fewer bytes may count nothing; to look for that in every event would cost more than to decode it."""


class Frames(Protocol):
    """Cuts bytes into the JSON texts of events."""

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the events that `data` completes."""
        ...

    def close(self) -> list[bytes]:
        """Return what is left at the end."""
        ...


class GenerateContentStream:
    """The stream decoder. The bytes are server-sent events (`alt=sse`), one JSON array, or one JSON object.

    The format has no terminal event: words may follow a finish reason, so the `Finish` comes with the end of the bytes. It
    comes only if every candidate gave its reason, nothing is left half-said, and no error follows the last event.
    """

    __slots__ = (
        "_answers",
        "_created",
        "_cut",
        "_feedback",
        "_frames",
        "_head",
        "_id",
        "_indices",
        "_origin",
        "_tail",
        "_usage",
        "done",
        "error",
    )

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._frames: Frames | None = None
        self._head = b""
        self._tail = b""
        self._cut = False
        self._origin = origin
        self._id: str | None = None
        self._created = False
        self._answers: dict[int, StreamedAnswer] = {}
        self._indices = 0
        self._feedback: Fields = {}
        self._usage: msgspec.Raw = NO_NATIVE

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        frames = self._frames
        if frames is None:
            data = (self._head + data).removeprefix(_BOM).lstrip()
            frames = self._framing(data)
            if frames is None:
                return events
        self._tail = data if b"data:" in data else (self._tail + data)[-_TAIL:]
        try:
            for payload in frames.feed(data):
                self._take(payload, events)
                if self.error is not None:
                    break
        except LLMKitError as failure:
            self.error = failure
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
        if isinstance(frames, JsonArray) and frames.ended and self.error is None:
            self._finish(events)
        return events

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes; `done` stays false when the stream was cut."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        try:
            for payload in self._frames.close() if self._frames is not None else ():
                self._last(payload, events)
        except LLMKitError as failure:
            self.error = failure
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
        if self.error is None:
            self.error = error_after(self._tail)
        if self.error is None and not isinstance(self._frames, JsonArray):
            self._finish(events)
        return events

    def _framing(self, data: bytes) -> Frames | None:
        """Choose how to cut the bytes by the first that is not blank."""
        if _BOM.startswith(data):  # nothing yet, or the beginning of a byte order mark
            self._head = data
            return None
        match data[:1]:
            case b"[":
                self._frames = JsonArray(max_element=MAX_EVENT)
            case b"{":
                self._frames = WholeObject()
            case _:
                self._frames = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        return self._frames

    def _last(self, payload: bytes, events: list[Event]) -> None:
        """Take what the bytes ended with: an event that lacks its end, whole or cut."""
        try:
            payload.decode()
            msgspec.json.decode(payload, type=msgspec.Raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._cut = True
            if isinstance(self._frames, WholeObject):
                self.error = ProtocolError("The stream is one JSON object that is broken or cut.")
            return
        self._take(payload, events)

    def _take(self, payload: bytes, events: list[Event]) -> None:
        try:
            chunk = read_chunk(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if payload.strip() != b"[DONE]":
                self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
            return
        if is_given(chunk.error):
            self.error = answered_error(payload)
            return
        if not self._created:
            self._start(chunk, events)
        usage = chunk.usage_metadata
        if usage and (len(usage) > _SHORT or not self._usage or has_counts(usage)):
            self._usage = usage
        if chunk.prompt_feedback:
            self._feedback = object_of(chunk.prompt_feedback) or self._feedback
        candidates = chunk.candidates
        if not candidates:
            if not usage and not chunk.prompt_feedback:
                events.append(WireEvent(kind=_kind(payload), native=msgspec.Raw(payload)))
            return
        for position, candidate in enumerate(candidates):
            number = position if candidate.index is None else candidate.index
            answer = self._answers.get(number)
            if answer is None:
                if not 0 <= number < _MAX_CANDIDATES:
                    self.error = ProtocolError(f"The stream holds a candidate with the number {number}.")
                    return
                answer = self._answers[number] = StreamedAnswer(self._origin, self._id or "", number, self._index)
            answer.take(candidate, events)

    def _index(self) -> int:
        index = self._indices
        self._indices += 1
        return index

    def _start(self, chunk: WireChunk, events: list[Event]) -> None:
        self._created = True
        self._id = chunk.response_id
        events.append(Start(id=chunk.response_id, model=chunk.model_version or "", created=created_of(chunk.create_time)))

    def _finish(self, events: list[Event]) -> None:
        """Say the end, if there is one."""
        blocked = self._feedback.get("blockReason") is not None
        answers = [self._answers[number] for number in sorted(self._answers)]
        complete = blocked or (bool(answers) and all(answer.reason is not None for answer in answers))
        if not complete or self._cut:
            return
        for answer in answers:
            answer.end(events)
        reasons: list[FinishReason] = [answer.finish() for answer in answers]
        if blocked:
            reasons = [refused(self._feedback), *reasons[1:]]
        extra = answers[0].extra() if answers else {}
        if self._feedback:
            extra["prompt_feedback"] = self._feedback
        events.append(
            Finish(
                finish=reasons[0],
                others=tuple(reasons[1:]),
                usage=usage_of(self._usage, extra.get("grounding", {})),
                service_tier=service_tier_of(self._usage),
                extra=extra,
            )
        )
        self.done = True


def _kind(payload: bytes) -> str:
    found = read_any(payload)
    return next(iter(found), "") if isinstance(found, dict) else type(found).__name__
