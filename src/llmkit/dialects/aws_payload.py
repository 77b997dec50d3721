"""Unwrap a model's own stream from the binary events that AWS puts around its pieces."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

import msgspec

from llmkit.dialects.aws_errors import stream_error
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.framing.aws_eventstream import EventStreamMessages
from llmkit.types.dialect import StreamDecoder
from llmkit.types.events import Event

_WHOLE = "chunk"
"""The event whose JSON holds one whole event of the model's stream, in base64."""


class _Chunk(msgspec.Struct, gc=False):
    bytes: str = ""


class Payloads:
    """Feeds the bytes inside the events to `inner`, the decoder of the model's own format.

    A `PayloadPart` holds a piece of the stream as the container wrote it; a `chunk` holds the JSON of one event, which goes on framed
    as a server-sent event. An exception among the events is the stream's error.
    """

    __slots__ = ("_frames", "_inner", "done", "error")

    def __init__(self, inner: StreamDecoder) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._inner = inner
        self._frames = EventStreamMessages()

    def feed(self, data: bytes, /) -> list[Event]:
        """Return the events that `data` completes."""
        events: list[Event] = []
        if self.done or self.error is not None:
            return events
        try:
            for message in self._frames.feed(data):
                if message.text(":message-type") in ("exception", "error"):
                    self.error = stream_error(message)
                elif message.text(":event-type") == _WHOLE:
                    self._pass_on(b"data: " + _unwrapped(message.payload) + b"\n\n", events)
                else:
                    self._pass_on(message.payload, events)
                if self.done or self.error is not None:
                    break
        except LLMKitError as failure:
            self.error = failure
        return events

    def close(self) -> list[Event]:
        """Return what is left at the end of the bytes."""
        if self.done or self.error is not None:
            return []
        try:
            self._frames.close()
        except LLMKitError as failure:
            self.error = failure
            return []
        events = self._inner.close()
        self.done, self.error = self._inner.done, self._inner.error
        return events

    def _pass_on(self, piece: bytes, events: list[Event]) -> None:
        events += self._inner.feed(piece)
        self.done, self.error = self._inner.done, self._inner.error


def _unwrapped(payload: bytes) -> bytes:
    try:
        return b64decode(msgspec.json.decode(payload, type=_Chunk).bytes, validate=True)
    except (msgspec.DecodeError, NotBase64, ValueError, RecursionError):
        raise ProtocolError("An event of the stream does not hold the bytes that were promised.") from None
