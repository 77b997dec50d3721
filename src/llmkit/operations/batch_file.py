"""A file of requests: written line by line, readable by its owner alone, and read again while it is sent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Self

from llmkit.errors import InvalidRequest

_PIECE = 64 * 1024


class WrittenRequests:
    """A temporary file with mode 0600, gone at the end of its `with` block. It fulfils `llmkit.types.batch.RequestFile`."""

    def __init__(self, most: int, largest: int) -> None:
        self.count = self.size = 0
        self.address = self.wire = ""
        self.headers: dict[str, str] = {}
        self._most, self._largest = most, largest
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        handle, self._name = tempfile.mkstemp(prefix="llmkit-", suffix=".jsonl")
        self._file: IO[bytes] = os.fdopen(handle, "wb", buffering=_PIECE)
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()
        with suppress(OSError):
            os.unlink(self._name)

    def add(self, line: bytes, headers: dict[str, str]) -> None:
        """Write a further line. Raises `InvalidRequest` past what the provider takes at once."""
        data = line if self.count == 0 else b"\n" + line
        self.count += 1
        self.size += len(data)
        if self.count > self._most or self.size > self._largest:
            raise InvalidRequest(
                f"A batch of this provider has at most {self._most:,} requests and {self._largest:,} bytes.",
                parameter="requests",
                hint="Make several batches.",
            )
        self._digest.update(data)
        self._file.write(data)
        for name, value in headers.items():
            self._join(name, value)

    def close(self) -> None:
        """Write what is left: from here on it is read."""
        self._file.close()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the content."""
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start."""
        with open(self._name, "rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def lines(self) -> Iterator[bytes]:
        """Give the lines from the start."""
        with open(self._name, "rb") as file:
            for line in file:
                yield line.rstrip(b"\n")

    def _join(self, name: str, value: str) -> None:
        """Note a header; where requests differ in it, it is a list and has the words of all."""
        known = self.headers.get(name)
        words = [] if known is None else known.split(",")
        words += [word for word in value.split(",") if word not in words]
        self.headers[name] = ",".join(words)
