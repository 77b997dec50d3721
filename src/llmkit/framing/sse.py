"""Cut a stream of server-sent events into the data of each event."""

from __future__ import annotations

from llmkit.errors import ProtocolError
from llmkit.framing.utf8 import is_utf8
from llmkit.framing.weight import LIGHT, light

MAX_LINE = 1 << 20
MAX_EVENT = 4 << 20
_LARGE = 1 << 20
_BOM = b"\xef\xbb\xbf"


class ServerSentEvents:
    """Bytes in, in any split; out comes the `data` of every complete event that has any.

    Lines may end in LF, CR LF or CR. Comments and the fields `event`, `id`, `retry` are passed over. A format that streams
    pictures inside its events raises both limits.
    """

    __slots__ = ("_after_cr", "_begun", "_failure", "_max_event", "_max_line", "_pending")

    def __init__(self, *, max_event: int = MAX_EVENT, max_line: int | None = None) -> None:
        self._max_event = max_event
        self._max_line = min(MAX_LINE, max_event) if max_line is None else max_line
        self._pending = bytearray()
        self._begun = False
        self._after_cr = False
        self._failure: ProtocolError | None = None

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the data of the events that `data` completes.

        Raises `ProtocolError` past a limit or for data that is not UTF-8; where good events came before the bad one they are
        returned and the next call raises, so that the split does not matter.
        """
        if self._failure is not None:
            raise self._failure
        if self._after_cr or b"\r" in data:
            data = self._line_feeds(data)
        pending = self._pending
        if pending or not self._begun:
            seen = len(pending)
            pending += data
            if not self._ready(seen):
                return []
            if len(pending) > _LARGE:
                return self._large()
            data = bytes(pending)
            pending.clear()
        plain = data[:6] == b"data: " and data[-2:] == b"\n\n"
        found = self._plain(data) if plain else self._mixed(data)
        if len(data) > LIGHT:
            found, heavy = light(found)
            self._failure = heavy or self._failure
        if self._failure is not None and not found:
            raise self._failure
        return found

    def close(self) -> list[bytes]:
        """Return the data of a last event that lacks its empty line; one that was cut inside a character is dropped."""
        if self._failure is not None:
            raise self._failure
        rest, self._pending = bytes(self._pending), bytearray()
        return self._found([rest], small=True, whole=True) if rest.isascii() or is_utf8(rest) else []

    def _plain(self, data: bytes) -> list[bytes]:
        """Return what whole events of one line each say: by far the most common bytes. Anything else goes the long way."""
        payloads = data[6:-2].split(b"\n\ndata: ")
        if len(data) > self._max_line or not (data.isascii() or is_utf8(data)):
            return self._mixed(data)
        for payload in payloads:
            if not payload or b"\n" in payload:
                return self._mixed(data)
        return payloads

    def _mixed(self, data: bytes) -> list[bytes]:
        blocks = data.split(b"\n\n")
        rest = blocks.pop()
        found = self._found(blocks, small=len(data) <= self._max_line, whole=data.isascii() or is_utf8(data))
        if rest:
            self._pending += rest
            if len(rest) > self._max_line and self._failure is None and not self._fits(rest):
                self._failure = _too_long()
        return found

    def _large(self) -> list[bytes]:
        """Return the events among many pending bytes, with one copy of each where the common way makes several."""
        pending, found = self._pending, list[bytes]()
        while self._failure is None and (end := pending.find(b"\n\n")) >= 0:
            line = pending.rfind(b"\n", 0, end) + 1
            if end > self._max_line and (not line or not self._fits(pending[:end])):
                self._failure = _too_long()
                break
            if pending.startswith(b"data: ", line) and pending.find(b"data", 0, line) < 0:
                with memoryview(pending) as view:
                    payload = bytes(view[line + 6 : end])
            else:
                payload = _data(bytes(pending[:end]))
            del pending[: end + 2]
            if not is_utf8(payload):
                self._failure = ProtocolError("The stream holds an event that is not UTF-8.")
            elif payload:
                found.append(payload)
        found, heavy = light(found)
        self._failure = heavy or self._failure
        if self._failure is not None and not found:
            raise self._failure
        return found

    def _line_feeds(self, data: bytes) -> bytes:
        """Return `data` with every line end as LF; a CR at the end counts at once and swallows the LF that may follow."""
        if self._after_cr and data:
            self._after_cr = False
            if data.startswith(b"\n"):
                data = data[1:]
        if data.endswith(b"\r"):
            self._after_cr = True
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _ready(self, seen: int) -> bool:
        """Tell whether the pending bytes, of which `seen` were known, hold a whole event."""
        pending = self._pending
        if not self._begun:
            if len(pending) < len(_BOM) and _BOM.startswith(pending):
                return False
            if pending.startswith(_BOM):
                del pending[: len(_BOM)]
            self._begun = True
            seen = 0
        if pending.find(b"\n\n", max(0, seen - 1)) >= 0:
            return True
        if len(pending) > self._max_line and not self._fits(pending):
            self._failure = _too_long()
            raise self._failure
        return False

    def _fits(self, block: bytes | bytearray) -> bool:
        """Tell whether an event, complete or not, is within the limits."""
        size = len(block) - block.endswith(b"\n")  # the end of the event may be half there: it does not count
        if size > self._max_event:
            return False
        start = 0
        while size - start > self._max_line:
            end = block.rfind(b"\n", start, start + self._max_line + 1)
            if end < 0:
                return False
            start = end + 1
        return True

    def _found(self, blocks: list[bytes], *, small: bool, whole: bool) -> list[bytes]:
        found: list[bytes] = []
        for block in blocks:
            if not block:
                continue
            if not small and not self._fits(block):
                self._failure = _too_long()
                break
            payload = block[6:] if block[:6] == b"data: " and b"\n" not in block else _data(block)
            if not whole and not is_utf8(payload):
                self._failure = ProtocolError("The stream holds an event that is not UTF-8.")
                break
            if payload:
                found.append(payload)
        return found


def _data(block: bytes) -> bytes:
    """Return the data of an event's lines, joined by LF; empty where it has none."""
    head, _, tail = block.partition(b"\n")
    if tail[:6] == b"data: " and head[:6] == b"event:" and b"\n" not in tail:
        return tail[6:]
    return b"\n".join([line[6:] if line[5:6] == b" " else line[5:] for line in block.split(b"\n") if line[:5] == b"data:"])


def _too_long() -> ProtocolError:
    return ProtocolError("The stream holds a line or an event longer than the limit.")
