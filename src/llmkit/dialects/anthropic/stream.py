"""A stream of server-sent events into our events, whatever the split of its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from llmkit.dialects.anthropic.citations import decode_citation
from llmkit.dialects.anthropic.content import Fields, fields_of, string, value
from llmkit.dialects.anthropic.decode import extra_of
from llmkit.dialects.anthropic.errors import stream_error
from llmkit.dialects.anthropic.finish import decode_finish
from llmkit.dialects.anthropic.open_block import OpenBlock
from llmkit.dialects.anthropic.usage import decode_cost, decode_usage, merged, region, service_tier
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.sse import ServerSentEvents
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


class Frames(Protocol):
    """Cuts bytes into the JSON texts of events."""

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the events that `data` completes."""
        ...

    def close(self) -> list[bytes]:
        """Return what is left at the end."""
        ...


class _Delta(msgspec.Struct, gc=False):
    type: str = ""
    text: str | None = None
    partial_json: str | None = None
    thinking: str | None = None
    signature: str | None = None
    content: str | None = None
    encrypted_content: str | None = None
    citation: msgspec.Raw = NO_NATIVE


class _Wire(msgspec.Struct, gc=False):
    type: str = ""
    index: int = 0
    delta: _Delta | None = None


_wire: Callable[[bytes], _Wire] = msgspec.json.Decoder(_Wire).decode
_citation: Callable[[bytes | msgspec.Raw], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode
_IMPLIED = {"text_delta": b'{"type":"text","text":""}', "thinking_delta": b'{"type":"thinking","thinking":""}'}
"""Blocks that a delta may begin by itself, where a server forgot to."""
_GROWING = frozenset({"text_delta", "thinking_delta", "input_json_delta"})


class MessageStream:
    """The stream decoder. `frames` is how the bytes are cut: server-sent events unless the host wraps them otherwise."""

    __slots__ = ("_extra", "_frames", "_open", "_origin", "_parts", "_seen", "_started", "_stop", "_usage", "done", "error")

    def __init__(self, origin: Provenance, frames: Frames | None = None) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._frames: Frames = frames if frames is not None else ServerSentEvents()
        self._origin = origin
        self._open: dict[int, OpenBlock] = {}
        self._parts = 0
        self._seen = False
        self._started = False
        self._stop: Fields | None = None
        self._usage: dict[str, Any] | None = None
        self._extra: dict[str, Any] = {}

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        if data:
            self._seen = True
        return self._read(lambda: self._frames.feed(data))

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes. Only `message_stop` completes a stream, for this API always sends it."""
        events = self._read(self._frames.close)
        if self._seen and not self._started and self.error is None:
            self.error = ProtocolError("The stream held no event of a message.")
        return events

    def _read(self, cut: Callable[[], list[bytes]]) -> list[Event]:
        events: list[Event] = []
        if self._over():
            return events
        try:
            for payload in cut():
                self._take(payload, events)
                if self._over():
                    break
        except LLMKitError as failure:
            self.error = failure
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.error = ProtocolError("An event of the stream is not the JSON that was promised.")
        return events

    def _over(self) -> bool:
        return self.done or self.error is not None

    def _marker(self, events: list[Event]) -> None:
        """End at the mark that some proxies write in place of `message_stop`."""
        if self._stop is not None and not self.done:
            self._finish(events)

    def _take(self, payload: bytes, events: list[Event]) -> None:
        try:
            wire = _wire(payload)
        except msgspec.DecodeError:
            return self._marker(events) if payload.strip() == b"[DONE]" else self._odd(payload, events)
        if wire.type == "content_block_delta" and wire.delta is not None:
            return self._delta(wire.index, wire.delta, payload, events)
        if not self._started and wire.type not in ("message_start", "ping", "error", ""):
            self._start({}, events)
        match wire.type:
            case "content_block_start":
                block = fields_of(payload).get("content_block")
                if block is None:
                    return self._odd(payload, events)
                self._block(wire.index, fields_of(block), events)
            case "content_block_stop":
                self._end(wire.index, events)
            case "ping":
                pass
            case "message_start":
                message = fields_of(fields_of(payload).get("message", b"{}"))
                if self._started:  # Some proxies repeat it, the second time with other figures.
                    self._usage = merged(self._usage, _object(message, "usage"))
                else:
                    self._start(message, events)
            case "message_delta":
                self._message_delta(fields_of(payload))
            case "message_stop":
                self._extra |= extra_of(fields_of(payload))
                self._finish(events)
            case "error":
                self.error = stream_error(payload)
            case kind:
                if not kind and "error" in fields_of(payload):
                    self.error = stream_error(payload)
                else:
                    events.append(WireEvent(kind=kind, native=msgspec.Raw(payload)))
        return None

    def _delta(self, wire_index: int, delta: _Delta, payload: bytes, events: list[Event]) -> None:
        block = self._open.get(wire_index)
        if block is None:
            implied = _IMPLIED.get(delta.type)
            if implied is None:
                events.append(WireEvent(kind="content_block_delta", native=msgspec.Raw(payload)))
                return
            if not self._started:
                self._start({}, events)
            block = self._block(wire_index, fields_of(implied), events)
        match delta.type:
            case "text_delta":
                if delta.text:
                    block.pieces.append(delta.text)
                    events.append(TextDelta(index=block.index, text=delta.text))
            case "input_json_delta":
                if delta.partial_json:
                    block.pieces.append(delta.partial_json)
                    events.append(ArgumentsDelta(index=block.index, json=delta.partial_json))
            case "thinking_delta":
                if delta.thinking:
                    block.pieces.append(delta.thinking)
                    events.append(ReasoningDelta(index=block.index, reasoning=delta.thinking))
            case "signature_delta":
                block.signature += delta.signature or ""
            case "citations_delta":
                citation = decode_citation(_citation(delta.citation or b"{}"), self._origin)
                block.citations.append(delta.citation)
                events.append(CitationDelta(index=block.index, citation=citation))
            case "compaction_delta":
                block.compacted(delta.content, delta.encrypted_content)
            case _:
                events.append(WireEvent(kind="content_block_delta", native=msgspec.Raw(payload)))

    def _odd(self, payload: bytes, events: list[Event]) -> None:
        """Keep an event whose fields are of other types than documented. Raises `msgspec.DecodeError` for what is no object.

        Words that cannot be read are an error: the answer would be told as whole without them.
        """
        fields = fields_of(payload)
        if "delta" in fields and string(fields_of(fields["delta"]), "type") in _GROWING:
            raise ProtocolError("A piece of the answer is not what was promised.")
        events.append(WireEvent(kind=string(fields_of(payload), "type") or "", native=msgspec.Raw(payload)))

    def _start(self, message: Fields, events: list[Event]) -> None:
        self._started = True
        self._usage = _object(message, "usage")
        self._extra |= extra_of(message)
        events.append(Start(id=string(message, "id"), model=string(message, "model") or ""))

    def _block(self, wire_index: int, fields: Fields, events: list[Event]) -> OpenBlock:
        if wire_index in self._open:
            self._end(wire_index, events)
        block = self._open[wire_index] = OpenBlock(self._parts, fields, self._origin)
        self._parts += 1
        events.append(PartStart(index=block.index, part=block.begun()))
        if block.kind == "text" and block.pieces:
            events.append(TextDelta(index=block.index, text=block.pieces[0]))
        elif block.kind == "thinking" and block.pieces:
            events.append(ReasoningDelta(index=block.index, reasoning=block.pieces[0]))
        return block

    def _end(self, wire_index: int, events: list[Event]) -> None:
        block = self._open.pop(wire_index, None)
        if block is not None:
            events.append(PartEnd(index=block.index, part=block.whole()))

    def _message_delta(self, fields: Fields) -> None:
        self._usage = merged(self._usage, _object(fields, "usage"))
        self._extra |= {name: found for name, found in extra_of(fields).items() if name != "delta"}
        delta = fields_of(fields.get("delta") or b"{}")
        self._extra |= extra_of(delta)
        if string(delta, "stop_reason") is not None:
            self._stop = delta

    def _finish(self, events: list[Event]) -> None:
        if not self._started:
            self._start({}, events)
        for wire_index in list(self._open):
            self._end(wire_index, events)
        stop: Fields = self._stop or {}
        usage = self._usage
        raw = msgspec.Raw(msgspec.json.encode(usage)) if usage else NO_NATIVE
        events.append(
            Finish(
                finish=decode_finish(value(stop, "stop_reason"), value(stop, "stop_sequence"), self._extra.get("stop_details")),
                usage=decode_usage(usage, raw),
                cost=decode_cost(usage),
                service_tier=service_tier(usage),
                region=region(usage),
                extra=self._extra,
            )
        )
        self.done = True


def _object(fields: Fields, name: str) -> dict[str, Any] | None:
    found = value(fields, name)
    return found if isinstance(found, dict) else None


def decoder(*, origin: Provenance) -> MessageStream:
    """Return a fresh stream decoder."""
    return MessageStream(origin)
