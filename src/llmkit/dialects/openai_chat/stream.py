"""From the bytes of a stream to events."""

from __future__ import annotations

import msgspec

from llmkit.dialects.openai_chat.candidate import Candidate
from llmkit.dialects.openai_chat.decode import extra_of
from llmkit.dialects.openai_chat.errors import error_in, error_of
from llmkit.dialects.openai_chat.finish import finish_of
from llmkit.dialects.openai_chat.sources import beside_of
from llmkit.dialects.openai_chat.usage import cost_of, usage_object, usage_of
from llmkit.dialects.openai_chat.wire import (
    Chunk,
    Delta,
    Object,
    count_of,
    is_object,
    loads,
    name_of,
    number_of,
    object_of,
    objects_of,
    ordinary,
    raw,
    text_of,
)
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.sse import ServerSentEvents
from llmkit.types.events import Event, Finish, PartEnd, PartStart, ReasoningDelta, Start, TextDelta, WireEvent
from llmkit.types.parts import Provenance

MAX_EVENT = 28 << 20
"""Pictures come whole, inside one line."""
HEAD = 1 << 16
"""Bytes kept until the first event, to tell what came instead of a stream."""
_DONE = b"[DONE]"
_MAX_CANDIDATES = 256


def decoder(*, origin: Provenance) -> Decoder:
    """Return a fresh stream decoder."""
    return Decoder(origin)


class Decoder:
    """A stream in any split of its bytes. `[DONE]` ends it; where a server omits that, the end of the bytes after a finish reason does."""

    __slots__ = (
        "_answer",
        "_candidates",
        "_closing",
        "_events",
        "_first",
        "_head",
        "_id",
        "_next",
        "_origin",
        "_started",
        "_usage",
        "done",
        "error",
    )

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._events = ServerSentEvents(max_event=MAX_EVENT, max_line=MAX_EVENT)
        self._origin = origin
        self._candidates: dict[int, Candidate] = {}
        self._first: Candidate | None = None
        self._next = 0
        self._started = False
        self._id = ""
        self._answer: Object = {}
        self._usage: Object | None = None
        self._head = b""
        self._closing = False

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        if self.done or self.error is not None:
            return []
        if not self._started and len(self._head) < HEAD:
            self._head += data[:HEAD]
        try:
            payloads = self._events.feed(data)
        except ProtocolError as failure:
            self.error = failure
            return []
        return self._read(payloads)

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes."""
        if self.done or self.error is not None:
            return []
        self._closing = True
        try:
            found = self._read(self._events.close())
        except ProtocolError as failure:
            self.error = failure
            return []
        if self.done or self.error is not None:
            return found
        if self._candidates and all(candidate.finish is not None for candidate in self._candidates.values()):
            self._finish(found)
        elif not self._candidates:
            self._explain()
        return found

    def _read(self, payloads: list[bytes]) -> list[Event]:
        found: list[Event] = []
        append = found.append
        for payload in payloads:
            try:
                chunk = ordinary(payload)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                self._unordinary(payload, found)
                if self.done or self.error is not None:
                    break
                continue
            choice = chunk.choices[0]
            delta = choice.delta
            first = self._first
            if (
                choice.finish_reason is not None
                or first is None
                or choice.index
                or choice.logprobs
                or delta.reasoning_details
                or chunk.error
                or not self._said(chunk, delta, first, found)
            ):
                self._unordinary(payload, found)
                if self.error is not None:
                    break
                continue
            text = delta.content
            if text:
                index = first.text_index
                if index < 0:
                    index = first.begin_text(found)
                first.words.append(text)
                append(TextDelta(index=index, text=text))
        return found

    def _said(self, chunk: Chunk, delta: Delta, first: Candidate, found: list[Event]) -> bool:
        """Add what is neither text nor unordinary; tell whether the text is all that is left."""
        thinking = delta.reasoning_content or delta.reasoning
        if thinking:
            index = first.reasoning_index
            if index < 0 or delta.tool_calls or (delta.reasoning_content and delta.reasoning):
                return False
            first.thinking(bool(delta.reasoning_content), thinking)
            found.append(ReasoningDelta(index=index, reasoning=thinking))
        elif delta.tool_calls and (delta.content or not first.more(delta.tool_calls, found)):
            return False
        if chunk.usage:
            self._usage = object_of(chunk.usage) or self._usage
        return True

    def _unordinary(self, payload: bytes, found: list[Event]) -> None:
        if payload.strip() == _DONE:
            self._end(found)
            return
        try:
            chunk = loads(payload)
        except ValueError:
            self._broken(payload, found)
            return
        if not is_object(chunk):
            found.append(WireEvent(kind=type(chunk).__name__, native=raw(chunk)))
            return
        self._chunk(chunk, found)

    def _broken(self, payload: bytes, found: list[Event]) -> None:
        """Some servers forget the empty line between events: then each line is one."""
        lines = payload.split(b"\n")
        if len(lines) == 1:
            if not self._closing:  # Else it was cut in the middle.
                self.error = ProtocolError("The stream holds an event that is not JSON.")
            return
        closing, self._closing = self._closing, False
        for place, line in enumerate(lines):
            if not self.done and self.error is None:
                self._closing = closing and place == len(lines) - 1
                self._unordinary(line, found)

    def _chunk(self, chunk: Object, found: list[Event]) -> None:
        choices = objects_of(chunk.get("choices"))
        usage = usage_object(chunk)
        failure = error_in(chunk) or next((failure for choice in choices if (failure := error_in(choice))), None)
        if failure is not None:
            self._start(chunk, found)
            for choice in choices:
                self._choice(choice, found)
            self.error = error_of(failure, chunk)
            return
        if not choices and usage is None and "choices" not in chunk and chunk.get("object") != "chat.completion.chunk":
            found.append(WireEvent(kind=text_of(chunk.get("object")), native=raw(chunk)))
            return
        if usage is not None:
            self._usage = usage
        self._answer.update({key: value for key, value in chunk.items() if value is not None and key not in ("choices", "usage")})
        if choices:
            self._start(chunk, found)
        for choice in choices:
            self._choice(choice, found)

    def _start(self, chunk: Object, found: list[Event]) -> None:
        if self._started:
            return
        self._started = True
        self._id = name_of(chunk.get("id")) or ""
        created = number_of(chunk.get("created"))
        found.append(Start(id=self._id or None, model=text_of(chunk.get("model")), created=float(created) if created else None))

    def _choice(self, choice: Object, found: list[Event]) -> None:
        number = count_of(choice.get("index"))
        candidate = self._candidates.get(number)
        if candidate is None:
            if number >= _MAX_CANDIDATES:  # an answer has a place for each number below it
                self.error = ProtocolError(f"The stream holds a candidate with the number {number}.")
                return
            candidate = self._candidates[number] = Candidate(number, self._place, response_id=self._id, origin=self._origin)
            if number == 0:
                self._first = candidate
        try:
            candidate.add(choice, found)
        except ProtocolError as failure:
            self.error = failure

    def _place(self) -> int:
        """Return the index of the next part."""
        place, self._next = self._next, self._next + 1
        return place

    def _end(self, found: list[Event]) -> None:
        if self._candidates:
            self._finish(found)
        else:
            self.error = ProtocolError("The stream ended without an answer.")

    def _finish(self, found: list[Event]) -> None:
        self._start(self._answer, found)
        for candidate in self._candidates.values():
            candidate.close(found)
        for citation in beside_of(self._answer, origin=self._origin):
            place = self._place()
            found += [PartStart(index=place, part=citation), PartEnd(index=place, part=citation)]
        numbers = range(max(self._candidates) + 1)
        reasons = [self._candidates[number].reason() if number in self._candidates else finish_of({}, calls=False) for number in numbers]
        first = self._candidates.get(0)
        found.append(
            Finish(
                finish=reasons[0],
                others=tuple(reasons[1:]),
                usage=usage_of(self._usage),
                cost=cost_of(self._usage, self._answer),
                service_tier=name_of(self._answer.get("service_tier")) or name_of(object_of(self._usage).get("service_tier")),
                extra=extra_of(self._answer, first.choice if first else {}, first.beside if first else {}),
            )
        )
        self.done = True

    def _explain(self) -> None:
        """Some servers answer a stream request with a plain body: say which."""
        head = self._head.strip()
        if head[:1] in (b"{", b"["):
            try:
                wire = loads(head)
            except ValueError:
                wire = {}
            failure = error_in(wire) if is_object(wire) else None
            self.error = error_of(failure, wire) if failure is not None else ProtocolError("The stream is no event stream but JSON.")
        elif head[:1] == b"<":
            self.error = ProtocolError("The stream is no event stream but a web page.")
