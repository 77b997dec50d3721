"""Ways in which the events of a stream come, besides server-sent events and a JSON array."""

from __future__ import annotations

import msgspec

from llmkit.dialects.gemini.errors import answered_error
from llmkit.errors import ProtocolError, ProviderError
from llmkit.framing.weight import check_weight

MAX_EVENT = 28 << 20
"""Pictures and sound come whole inside one event, as base64."""


class WholeObject:
    """A stream that is one JSON object: an error, or the whole answer at once."""

    __slots__ = ("_pending",)

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes, /) -> list[bytes]:
        """Keep `data`. Raises `ProtocolError` past the limit."""
        self._pending += data
        if len(self._pending) > MAX_EVENT:
            raise ProtocolError("The stream holds an event longer than the limit.")
        return []

    def close(self) -> list[bytes]:
        """Return the object."""
        found, self._pending = bytes(self._pending), bytearray()
        check_weight(found)
        return [found]


def error_after(tail: bytes) -> ProviderError | None:
    """Return the error that a server wrote as plain JSON behind the last event, None where `tail` holds none (recorded 2024)."""
    lines = tail.replace(b"\r\n", b"\n")
    at = lines.find(b"\n{")
    if at < 0:
        return None
    text = lines[at + 1 :]
    try:
        found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return answered_error(text) if "error" in found else None
