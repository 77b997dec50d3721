"""Cut a JSON array that arrives piece by piece into its elements."""

from __future__ import annotations

import re

from llmkit.errors import ProtocolError
from llmkit.framing.utf8 import is_utf8
from llmkit.framing.weight import check_weight

MAX_ELEMENT = 4 << 20
_MARK = re.compile(rb'["\[\]{}]')
_STRING_END = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BEFORE = re.compile(rb"[ \t\r\n]+")
_BETWEEN = re.compile(rb"[ \t\r\n,]+")


class JsonArray:
    """Bytes in, in any split; out comes every complete element that is an object or an array, as its bytes.

    `ended` turns true with the closing bracket; bytes after it are passed over.
    """

    __slots__ = ("_begun", "_depth", "_failure", "_max_element", "_pending", "_scanned", "_start", "ended")

    def __init__(self, *, max_element: int = MAX_ELEMENT) -> None:
        self.ended = False
        self._max_element = max_element
        self._pending = bytearray()
        self._begun = False
        self._depth = 0
        self._start = self._scanned = 0
        """Where what was not given out begins, and how far it was looked at."""
        self._failure: ProtocolError | None = None

    def feed(self, data: bytes, /) -> list[bytes]:
        """Return the elements that `data` completes.

        Raises `ProtocolError` for what is no such array or past the limit; where good elements came before the bad one they are
        returned and the next call raises, so that the split does not matter.
        """
        if self._failure is not None:
            raise self._failure
        found: list[bytes] = []
        self._pending += data
        try:
            self._cut(found)
        except ProtocolError as failure:
            self._failure = failure
            self._forget()
            if not found:
                raise
        return found

    def close(self) -> list[bytes]:
        """Return nothing: an element without its end is no element. Raises what `feed` kept back."""
        if self._failure is not None:
            raise self._failure
        self._forget()
        return []

    def _cut(self, found: list[bytes]) -> None:
        while not self.ended and (element := self._next()) is not None:
            if len(element) > self._max_element:
                raise _too_long()
            if element:
                found.append(element)
        if self._start:  # once, not after each element: what is left is moved
            del self._pending[: self._start]
            self._scanned -= self._start
            self._start = 0
        if not self.ended and len(self._pending) > self._max_element:
            raise _too_long()

    def _forget(self) -> None:
        self._pending.clear()
        self._start = self._scanned = 0

    def _next(self) -> bytes | None:
        """Return the next element, empty for the opening bracket, None where more bytes are needed."""
        return self._inside() if self._depth else self._outside()

    def _outside(self) -> bytes | None:
        pending = self._pending
        blank = (_BETWEEN if self._begun else _BEFORE).match(pending, self._start)
        self._start = self._scanned = blank.end() if blank else self._start
        mark = bytes(pending[self._start : self._start + 1])
        if not mark:
            return None
        if not self._begun:
            if mark != b"[":
                raise ProtocolError("The stream is not a JSON array.")
            self._begun = True
            self._start += 1
        elif mark == b"]":
            self.ended = True
            self._start = len(pending)
        elif mark in (b"{", b"["):
            self._depth, self._scanned = 1, self._start + 1
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
                        with memoryview(pending) as view:
                            element = bytes(view[self._start : at])
                        self._start = self._scanned = at
                        check_weight(element)
                        return _utf8(element)
        self._scanned = len(pending)
        return None


def _too_long() -> ProtocolError:
    return ProtocolError("The stream holds an element longer than the limit.")


def _utf8(element: bytes) -> bytes:
    if not is_utf8(element):
        raise ProtocolError("The stream holds an element that is not UTF-8.")
    return element
