"""Cut a stream of server-sent events into name and data of each: the data is bare words here, so the name alone tells the kind."""

from __future__ import annotations

from llmkit.errors import ProtocolError

MAX_EVENT = 4 << 20


class NamedEvents:
    """Bytes in, in any split; out come the name and the data of every complete event that has either."""

    __slots__ = ("_pending",)

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes, /) -> list[tuple[str, str]]:
        """Return the events that `data` completes. Raises `ProtocolError` past the limit and for bytes that are not UTF-8."""
        text = self._pending + data
        tail = b"\r" if text.endswith(b"\r") else b""  # the LF may still come
        text = text[: len(text) - len(tail)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *blocks, rest = text.split(b"\n\n")
        self._pending = rest + tail
        if len(self._pending) > MAX_EVENT or any(len(block) > MAX_EVENT for block in blocks):
            raise ProtocolError("The stream holds an event longer than the limit.")
        return [event for block in blocks if (event := _event(block)) is not None]


def _event(block: bytes) -> tuple[str, str] | None:
    try:
        lines = block.decode().removeprefix("\ufeff").split("\n")
    except UnicodeDecodeError:
        lines = None
    if lines is None:
        raise ProtocolError("The stream holds an event that is not UTF-8.")
    name = next((line[6:].strip() for line in lines if line.startswith("event:")), "")
    data = [line[5:].removeprefix(" ") for line in lines if line.startswith("data:")]
    return (name, "\n".join(data)) if name or data else None
