"""Cut a stream of server-sent events into name and data of each: the data is bare words here, so the name alone tells the kind."""

from __future__ import annotations

from collections.abc import Iterator

from llmkit.errors import ProtocolError

MAX_EVENT = 2 << 20


class NamedEvents:
    """Bytes in, in any split; out come the name and the data of every complete event that has either."""

    __slots__ = ("_after_cr", "_pending")

    def __init__(self) -> None:
        self._after_cr = False
        self._pending = b""

    def feed(self, data: bytes, /) -> Iterator[tuple[str, str]]:
        """Yield the events that `data` completes. Raises `ProtocolError` past the limit and for bytes that are not UTF-8."""
        if data:
            data = data.removeprefix(b"\n") if self._after_cr else data  # its CR has ended the line
            self._after_cr = data.endswith(b"\r")
        *blocks, self._pending = (self._pending + data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).split(b"\n\n")
        if len(self._pending) > MAX_EVENT or any(len(block) > MAX_EVENT for block in blocks):
            raise ProtocolError("The stream holds an event longer than the limit.")
        for block in blocks:
            if (event := _event(block)) is not None:
                yield event


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
