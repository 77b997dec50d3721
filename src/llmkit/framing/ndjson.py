"""Cut a stream of JSON values, one a line, into its lines."""

from __future__ import annotations

from llmkit.errors import ProtocolError
from llmkit.framing.utf8 import is_utf8
from llmkit.framing.weight import LIGHT, light

MAX_LINE = 4 << 20
_BOM = b"\xef\xbb\xbf"


class JsonLines:
    """Bytes in, in any split; out comes every complete line that is not blank, without its end (LF or CR LF).

    Whether a line is JSON is the reader's business.
    """

    __slots__ = ("_begun", "_failure", "_max_line", "_pending")

    def __init__(self, *, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._pending = bytearray()
        self._begun = False
        self._failure: ProtocolError | None = None

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the lines that `data` completes.

        Raises `ProtocolError` past the limit or for a line that is not UTF-8; where good lines came before the bad one they are
        returned and the next call raises, so that the split does not matter.
        """
        if self._failure is not None:
            raise self._failure
        if self._pending or not self._begun:
            self._pending += data
            if b"\n" not in data:
                return self._wait()
            data = bytes(self._pending)
            self._pending.clear()
        if not self._begun:
            self._begun = True
            data = data.removeprefix(_BOM)
        *lines, rest = data.split(b"\n")
        found = self._found(lines)
        if rest and self._failure is None:
            self._pending += rest
            if len(rest) > self._max_line:
                self._failure = _too_long()
        if len(data) > LIGHT:
            found, heavy = light(found)
            self._failure = heavy or self._failure
        if self._failure is not None and not found:
            raise self._failure
        return found

    def close(self) -> list[bytes]:
        """Return a last line that lacks its end; one that was cut inside a character is dropped."""
        if self._failure is not None:
            raise self._failure
        rest = bytes(self._pending)
        self._pending.clear()
        if not self._begun:
            rest = rest.removeprefix(_BOM)
        found = self._found([rest]) if is_utf8(rest) else []
        if self._failure is not None:
            raise self._failure
        return found

    def _wait(self) -> list[bytes]:
        mark = 0 if self._begun or not self._pending.startswith(_BOM) else len(_BOM)
        if len(self._pending) > self._max_line + mark:
            self._failure = _too_long()
            raise self._failure
        return []

    def _found(self, lines: list[bytes]) -> list[bytes]:
        found: list[bytes] = []
        for line in lines:
            if len(line) > self._max_line:  # with the blanks around it: whether they came already must not matter
                self._failure = _too_long()
                break
            line = line.strip(b" \t\r")
            if not line.isascii() and not is_utf8(line):
                self._failure = ProtocolError("The stream holds a line that is not UTF-8.")
                break
            if line:
                found.append(line)
        return found


def _too_long() -> ProtocolError:
    return ProtocolError("The stream holds a line longer than the limit.")
