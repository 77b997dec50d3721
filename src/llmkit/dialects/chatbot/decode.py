"""From a chatbot's answer to a `CompletionResponse`; it tells neither tokens nor why it ended."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from llmkit.accumulate import unfold
from llmkit.dialects.openai_chat.errors import error
from llmkit.errors import LLMKitError, ProtocolError
from llmkit.types.events import Event
from llmkit.types.parts import Provenance, Text
from llmkit.types.responses import CompletionResponse, FinishReason

__all__ = ["decode", "decoder", "error"]
_LARGEST = 16 << 20


class _Answer(msgspec.Struct, gc=False):
    response: str


_answer = msgspec.json.Decoder(_Answer).decode


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the answer in `body`. Raises `ProtocolError` for other bytes."""
    answer: _Answer | None = None
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        answer = _answer(body)
    if answer is None:
        raise ProtocolError("The answer is not that of a chatbot.")
    return CompletionResponse(
        model=origin.model or "",
        content=(Text(text=answer.response, origin=origin),),
        finish=FinishReason(unified="other", detail="The format does not say why an answer ends."),
        raw=msgspec.Raw(body),
    )


def decoder(*, origin: Provenance) -> WholeAnswer:
    """Return a fresh decoder; the format has no stream, so that the events come when the answer is whole."""
    return WholeAnswer(origin)


class WholeAnswer:
    """Gathers the bytes; the answer is there when they end and are valid."""

    __slots__ = ("_held", "_origin", "done", "error")

    def __init__(self, origin: Provenance) -> None:
        self.done = False
        self.error: LLMKitError | None = None
        self._origin = origin
        self._held = bytearray()

    def feed(self, data: bytes, /) -> list[Event]:
        """Keep `data`."""
        self._held += data
        if len(self._held) > _LARGEST:
            self.error = ProtocolError(f"The answer is longer than {_LARGEST} bytes.")
        return []

    def close(self) -> list[Event]:
        """Return the events of the answer."""
        if self.done or self.error is not None:
            return []
        try:
            events = unfold(decode(bytes(self._held), origin=self._origin))
        except ProtocolError as failure:
            self.error = failure
            return []
        self.done = True
        return events
