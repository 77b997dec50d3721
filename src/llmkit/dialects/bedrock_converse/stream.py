"""A stream of binary events into our events, whatever the split of its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.bedrock_converse.citations import decode_citation
from llmkit.dialects.bedrock_converse.decode import extra_of, tier_of
from llmkit.dialects.bedrock_converse.errors import stream_error
from llmkit.dialects.bedrock_converse.fields import Fields, fields_of, value
from llmkit.dialects.bedrock_converse.finish import decode_finish
from llmkit.dialects.bedrock_converse.open_block import OpenBlock
from llmkit.dialects.bedrock_converse.usage import decode_usage
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.aws_eventstream import EventStreamMessages, Message
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    PartEnd,
    PartStart,
    ReasoningDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Provenance


class _Words(msgspec.Struct, gc=False):
    text: str | None = None
    signature: str | None = None
    redactedContent: str | None = None


class _Input(msgspec.Struct, gc=False):
    input: str | None = None


class _Source(msgspec.Struct, gc=False):
    bytes: str | None = None


class _Picture(msgspec.Struct, gc=False):
    source: _Source | None = None


class _Delta(msgspec.Struct, gc=False):
    text: str | None = None
    toolUse: _Input | None = None
    reasoningContent: _Words | None = None
    citation: msgspec.Raw = NO_NATIVE
    toolResult: list[msgspec.Raw] | None = None
    image: _Picture | None = None


class _BlockDelta(msgspec.Struct, gc=False):
    contentBlockIndex: int = 0
    delta: _Delta | None = None


class _BlockStart(msgspec.Struct, gc=False):
    contentBlockIndex: int = 0
    start: dict[str, dict[str, Any]] = {}


_delta: Callable[[bytes], _BlockDelta] = msgspec.json.Decoder(_BlockDelta).decode
_block_start: Callable[[bytes], _BlockStart] = msgspec.json.Decoder(_BlockStart).decode
_object: Callable[[bytes | msgspec.Raw], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode


class ConverseStream:
    """The stream decoder. The usage comes last, behind `messageStop`: only with it the answer is complete."""

    __slots__ = ("_events", "_extra", "_frames", "_metadata", "_open", "_origin", "_parts", "_seen", "_started", "_stop", "done", "error")

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._frames = EventStreamMessages()
        self._origin = origin
        self._open: dict[int, OpenBlock] = {}
        self._parts = 0
        self._seen = False
        self._started = False
        self._stop: Fields | None = None
        self._metadata: Fields | None = None
        self._extra: dict[str, Any] = {}
        self._events: dict[str, Callable[[bytes, list[Event]], None]] = {
            "contentBlockDelta": self._on_delta,
            "contentBlockStart": self._on_block_start,
            "contentBlockStop": self._on_block_stop,
            "messageStart": self._on_start,
            "messageStop": self._on_stop,
            "metadata": self._on_metadata,
        }

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        events: list[Event] = []
        if data:
            self._seen = True
        if self._over():
            return events
        try:
            for message in self._frames.feed(data):
                self._take(message, events)
                if self._over():
                    break
        except LLMKitError as failure:
            self.error = failure
        return events

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes: nothing, for only `metadata` completes a stream, which this API always sends."""
        if self._over():
            return []
        try:
            self._frames.close()
        except LLMKitError as failure:
            self.error = failure
            return []
        if self._seen and not self._started:
            self.error = ProtocolError("The stream held no event of a message.")
        return []

    def _over(self) -> bool:
        return self.done or self.error is not None

    def _take(self, message: Message, events: list[Event]) -> None:
        kind = message.text(":event-type")
        if message.text(":message-type") in ("exception", "error"):
            self.error = stream_error(message)
            return
        take = self._events.get(kind)
        if take is None:
            self._keep(kind, message.payload, events)
            return
        try:
            take(message.payload, events)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if _holds_words(kind, message.payload):
                raise ProtocolError("A piece of the answer is not what was promised.") from None
            self._keep(kind, message.payload, events)

    def _keep(self, kind: str, payload: bytes, events: list[Event]) -> None:
        """Keep an event that is unknown, or whose fields are of other types than documented."""
        try:
            fields_of(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ProtocolError("An event of the stream is not the JSON that was promised.") from None
        self._begin(events)
        events.append(WireEvent(kind=kind, native=msgspec.Raw(payload)))

    def _begin(self, events: list[Event]) -> None:
        if not self._started:
            self._started = True
            events.append(Start())

    def _on_start(self, payload: bytes, events: list[Event]) -> None:
        self._begin(events)

    def _on_block_start(self, payload: bytes, events: list[Event]) -> None:
        wire = _block_start(payload)
        if not wire.start:
            raise msgspec.DecodeError
        kind, start = next(iter(wire.start.items()))
        self._begin(events)
        self._block(wire.contentBlockIndex, kind, start, events)

    def _on_delta(self, payload: bytes, events: list[Event]) -> None:
        wire = _delta(payload)
        delta, index = wire.delta, wire.contentBlockIndex
        if delta is None:
            raise msgspec.DecodeError
        if not self._started:
            self._begin(events)
        if delta.text is not None:
            block = self._block_of(index, "text", events)
            block.pieces.append(delta.text)
            if delta.text:
                events.append(TextDelta(index=block.index, text=delta.text))
        elif delta.reasoningContent is not None:
            self._on_reasoning(index, delta.reasoningContent, events)
        elif delta.toolUse is not None:
            block = self._block_of(index, "toolUse", events)
            if delta.toolUse.input:
                block.pieces.append(delta.toolUse.input)
                events.append(ArgumentsDelta(index=block.index, json=delta.toolUse.input))
        elif delta.citation:
            citation = decode_citation(_object(delta.citation), self._origin)
            block = self._block_of(index, "text", events)
            block.citations.append(delta.citation)
            events.append(CitationDelta(index=block.index, citation=citation))
        elif delta.toolResult is not None:
            self._block_of(index, "toolResult", events).items.extend(delta.toolResult)
        elif delta.image is not None and delta.image.source is not None and delta.image.source.bytes is not None:
            self._block_of(index, "image", events).redacted.append(delta.image.source.bytes)
        else:
            raise msgspec.DecodeError

    def _on_reasoning(self, index: int, words: _Words, events: list[Event]) -> None:
        block = self._block_of(index, "reasoningContent", events)
        if words.text:
            block.pieces.append(words.text)
            events.append(ReasoningDelta(index=block.index, reasoning=words.text))
        if words.signature:
            block.signature += words.signature
        if words.redactedContent is not None:
            block.redacted.append(words.redactedContent)

    def _block_of(self, wire_index: int, kind: str, events: list[Event]) -> OpenBlock:
        """Return the open block; text and thinking begin without a start, and a change of kind begins another part."""
        block = self._open.get(wire_index)
        return block if block is not None and block.kind == kind else self._block(wire_index, kind, {}, events)

    def _block(self, wire_index: int, kind: str, start: dict[str, Any], events: list[Event]) -> OpenBlock:
        self._end(wire_index, events)
        block = self._open[wire_index] = OpenBlock(self._parts, kind, start, self._origin)
        self._parts += 1
        events.append(PartStart(index=block.index, part=block.begun()))
        return block

    def _on_block_stop(self, payload: bytes, events: list[Event]) -> None:
        self._end(_delta(payload).contentBlockIndex, events)

    def _end(self, wire_index: int, events: list[Event]) -> None:
        block = self._open.pop(wire_index, None)
        if block is not None:
            events.append(PartEnd(index=block.index, part=block.whole()))

    def _on_stop(self, payload: bytes, events: list[Event]) -> None:
        fields = fields_of(payload)
        self._begin(events)
        self._stop = fields
        self._extra |= extra_of(fields)
        if self._metadata is not None:
            self._finish(self._metadata, events)

    def _on_metadata(self, payload: bytes, events: list[Event]) -> None:
        fields = fields_of(payload)
        self._begin(events)
        self._extra |= extra_of(fields)
        self._metadata = fields
        if self._stop is not None:
            self._finish(fields, events)

    def _finish(self, metadata: Fields, events: list[Event]) -> None:
        for wire_index in list(self._open):
            self._end(wire_index, events)
        stop: Fields = self._stop or {}
        events.append(
            Finish(
                finish=decode_finish(value(stop, "stopReason"), self._extra.get("additionalModelResponseFields")),
                usage=decode_usage(value(metadata, "usage"), metadata.get("usage", NO_NATIVE)),
                service_tier=tier_of(metadata),
                extra=self._extra,
            )
        )
        self.done = True


def _holds_words(kind: str, payload: bytes) -> bool:
    """Tell whether an event is a piece of the answer: without it the rest would be told as the whole."""
    try:
        return kind == "contentBlockDelta" and not {"text", "toolUse"}.isdisjoint(fields_of(fields_of(payload)["delta"]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return False


def decoder(*, origin: Provenance) -> ConverseStream:
    """Return a fresh stream decoder."""
    return ConverseStream(origin)
