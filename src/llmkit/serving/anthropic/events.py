"""Render a stream as the events of a message: blocks one after the other, numbered without gaps."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.serving.anthropic.answer_totals import is_own_finish, stop_fields, usage_wire
from llmkit.serving.anthropic.failure import error_body
from llmkit.serving.anthropic.open_blocks import OpenBlocks
from llmkit.serving.anthropic.response import note_candidates
from llmkit.serving.losses import Losses
from llmkit.serving.one_line import one_line
from llmkit.types.events import (
    ArgumentsDelta,
    CitationDelta,
    Event,
    Finish,
    LogprobsDelta,
    MediaDelta,
    PartEnd,
    PartStart,
    ReasoningDelta,
    RefusalDelta,
    Start,
    TextDelta,
    WireEvent,
)
from llmkit.types.parts import Part, Refusal
from llmkit.types.requests import CompletionRequest
from llmkit.types.warnings import Warning

_AT_TOP = frozenset({"context_management"})
"""What stands beside the `delta` of `message_delta`, and not in it."""
_OF_BLOCKS = ("content_block_", "message_")
_UNKNOWN_YET = {"input_tokens": 0, "output_tokens": 0}
"""The figures at the beginning are provisional in this format; those at the end count."""


def renderer(*, request: CompletionRequest | None = None) -> MessageEvents:
    """Return a fresh renderer."""
    return MessageEvents()


class MessageEvents:
    """Writes each event as soon as its block can be open.

    The format has one open block at a time. Where parts grow side by side, text and thinking are ended when another part begins
    (and go on in a block of their own); a tool call stays open until it is whole, and what comes meanwhile waits.
    """

    def __init__(self) -> None:
        self._begun = self._done = self._failed = False
        self._losses = Losses()
        self._blocks = OpenBlocks(self._losses)
        self._waiting: deque[PartStart | PartEnd | _Delta] = deque()
        self._candidates: dict[int, int] = {}
        self._own: bool | None = None
        self._held: list[WireEvent] = []
        self._refused = False

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what was lost so far."""
        return tuple(self._losses.warnings)

    def feed(self, event: Event, /) -> bytes:
        """Return the events that `event` comes to."""
        if self._done or self._failed:
            return b""
        match event:
            case Start():
                return self._begin(event)
            case LogprobsDelta():
                self._losses.add("dropped", "logprobs", "the format has no place for them")
                return b""
            case WireEvent():
                return self._wire(event)
            case Finish():
                return self._finish(event)
        return self._begin(Start()) + self._part(event)

    def fail(self, error: LLMKitError, /) -> bytes:
        """Return the error as an event; nothing follows it."""
        self._failed = True
        return framed(error_body(error))

    def close(self) -> bytes:
        """Return `message_stop`. Raises `ProtocolError` when the answer is not complete."""
        if not self._done or self._failed:
            raise ProtocolError("The stream ended before the answer was complete.")
        return framed({"type": "message_stop"})

    def _begin(self, event: Start) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        message: dict[str, Any] = {
            "model": event.model,
            "id": event.id or "",
            "type": "message",
            "role": "assistant",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": _UNKNOWN_YET,
        }
        return framed({"type": "message_start", "message": message})

    def _part(self, event: PartStart | PartEnd | _Delta) -> bytes:
        if isinstance(event, PartStart):
            self._candidates[event.index] = event.candidate
        if self._candidates.get(event.index, 0):
            note_candidates(self._losses)
            return b""
        found = self._learn(event.part) if isinstance(event, PartStart | PartEnd) else b""
        self._waiting.append(event)
        return found + self._drain()

    def _drain(self) -> bytes:
        found: list[bytes] = []
        blocks = self._blocks
        while self._waiting:
            event = next((event for event in self._waiting if not blocks.waits(event.index)), None)
            if event is None:
                break
            self._waiting.remove(event)
            found += [framed(wire) for wire in blocks.take(event)]
        return b"".join(found)

    def _learn(self, part: Part) -> bytes:
        """Learn from the first part whose format the answer is in; say the wire events that came before it."""
        self._refused = self._refused or isinstance(part, Refusal)
        if self._own is not None or part.origin is None:
            return b""
        self._own = part.origin.dialect == NAME
        held, self._held = self._held, []
        return b"".join([self._wire(event) for event in held])

    def _wire(self, event: WireEvent) -> bytes:
        if self._own is None:
            self._held.append(event)
        if not self._own or not event.native or not self._fits(event):
            return b""
        return b"event: " + event.kind.encode() + b"\ndata: " + one_line(event.native) + b"\n\n"

    def _fits(self, event: WireEvent) -> bool:
        """Tell whether an event of the upstream's can be told here: a delta of a kind we do not know only to the block it is of."""
        if not event.kind.startswith(_OF_BLOCKS):
            return True
        found = msgspec.json.decode(event.native)
        return isinstance(found, dict) and event.kind == "content_block_delta" and found.get("index") == self._blocks.opened

    def _finish(self, event: Finish) -> bytes:
        found = self._begin(Start())
        self._done = True
        while self._waiting:  # A call that never became whole: its end did not come, yet the answer is complete.
            found += b"".join([framed(wire) for wire in self._blocks.stop()]) + self._drain()
        found += b"".join([framed(wire) for wire in self._blocks.stop()])
        own = is_own_finish(event.finish) if self._own is None else self._own
        if event.others:
            note_candidates(self._losses)
        extra = event.extra if own else {}
        delta: dict[str, Any] = {
            **stop_fields(event.finish, self._losses, own=own, refused=self._refused),
            **{name: value for name, value in extra.items() if name not in _AT_TOP},
        }
        top = {name: value for name, value in extra.items() if name in _AT_TOP}
        usage = usage_wire(event.usage, event.service_tier, self._losses, own=own)
        return found + framed({"type": "message_delta", "delta": delta, **top, "usage": usage})


_Delta = TextDelta | ReasoningDelta | RefusalDelta | ArgumentsDelta | CitationDelta | MediaDelta


def framed(wire: dict[str, Any]) -> bytes:
    """Return `wire` as a server-sent event."""
    kind: str = wire["type"]
    return b"event: " + kind.encode() + b"\ndata: " + one_line(wire) + b"\n\n"
