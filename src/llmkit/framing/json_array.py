"""Cut a JSON array that arrives piece by piece into its elements."""

from __future__ import annotations

import re

from llmkit.errors import ProtocolError

MAX_ELEMENT = 4 << 20
_MARK = re.compile(rb'["\[\]{}]')
_STRING_END = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BETWEEN = b" \t\r\n,"


class JsonArray:
    """Bytes in, in any split; out comes every complete element that is an object or an array, as its bytes.

    `ended` turns true with the closing bracket; bytes after it are passed over.
    """

    __slots__ = ("_begun", "_depth", "_max_element", "_pending", "_scanned", "ended")

    def __init__(self, *, max_element: int = MAX_ELEMENT) -> None:
        self.ended = False
        self._max_element = max_element
        self._pending = bytearray()
        self._begun = False
        self._depth = 0
        self._scanned = 0

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the elements that `data` completes. Raises `ProtocolError` for what is no such array or past the limit."""
        found: list[bytes] = []
        self._pending += data
        while not self.ended and (element := self._next()) is not None:
            if element:
                found.append(element)
        if not self.ended and len(self._pending) > self._max_element:
            raise ProtocolError("The stream holds an element longer than the limit.")
        return found

    def close(self) -> list[bytes]:
        """Return nothing: an element without its end is no element."""
        self._pending.clear()
        return []

    def _next(self) -> bytes | None:
        """Return the next element, empty for the opening bracket, None where more bytes are needed."""
        pending = self._pending
        if self._depth == 0:
            kept = pending.lstrip(_BETWEEN if self._begun else _BETWEEN[:-1])
            del pending[: len(pending) - len(kept)]
            if not pending:
                return None
            return self._outside(pending[:1])
        return self._inside()

    def _outside(self, mark: bytes | bytearray) -> bytes:
        if not self._begun:
            if mark != b"[":
                raise ProtocolError("The stream is not a JSON array.")
            self._begun = True
            del self._pending[:1]
        elif mark == b"]":
            self.ended = True
            self._pending.clear()
        elif mark in (b"{", b"["):
            self._depth, self._scanned = 1, 1
        else:
            raise ProtocolError("The stream is a JSON array of something else than objects.")
        return b""

    def _inside(self) -> bytes | None:
        pending, at = self._pending, self._scanned
        while (mark := _MARK.search(pending, at)) is not None:
            at = mark.end()
            match mark.group():
                case b'"':
                    end = _STRING_END.match(pending, at)
                    if end is None:
                        self._scanned = mark.start()
                        return None
                    at = end.end()
                case b"{" | b"[":
                    self._depth += 1
                case _:
                    self._depth -= 1
                    if self._depth == 0:
                        element = bytes(pending[:at])
                        del pending[:at]
                        return _utf8(element)
        self._scanned = len(pending)
        return None


def _utf8(element: bytes) -> bytes:
    try:
        element.decode()
    except UnicodeDecodeError:
        pass
    else:
        return element
    raise ProtocolError("The stream holds an element that is not UTF-8.")
