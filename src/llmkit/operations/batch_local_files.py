"""The files of a batch that runs here: requests, results as they come, a mark that it was cancelled. Only their owner can read them."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from llmkit.errors import InvalidRequest
from llmkit.operations.batch_written import Head, Sent, head_of, outcome_of, result_of, sent_of
from llmkit.types.batch import BatchCounts, BatchResult

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)  # each is known to some systems only
_ROOM = 4096
"""Bytes that are kept free at the beginning: what the first line says is known only when the others are written."""


class LocalFiles:
    """The files beside one path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers = path.with_name(path.name + ".results")
        self._mark = path.with_name(path.name + ".cancelled")
        self._lock = path.with_name(path.name + ".lock")

    # The requests.

    @contextmanager
    def writing(self) -> Generator[IO[bytes], None, None]:
        """Give a new file for the requests; it is gone again where the block fails. Raises `InvalidRequest` where it is there."""
        problem = ""
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600)
        except OSError as error:
            problem = error.strerror or "it cannot be written"
        if problem:
            raise InvalidRequest(f"{self.path}: {problem}.", parameter="file", hint="kit.batch(id) takes up a batch that is there.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(b" " * (_ROOM - 1) + b"\n")
                yield out
        except BaseException:
            with suppress(OSError):
                self.path.unlink()
            raise

    def finish(self, out: IO[bytes], head: Head) -> None:
        """Write the first line: without it the file is none of ours."""
        line = msgspec.json.encode(head)
        if len(line) >= _ROOM:
            raise InvalidRequest("The metadata is too long.", parameter="metadata")
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
        out.write(line)

    def head(self) -> Head:
        """Return the first line. Raises `InvalidRequest` where the file is not there, or none of ours."""
        problem = ""
        try:
            with open(self.path, "rb") as file:
                return head_of(file.readline(_ROOM))
        except OSError as error:
            problem = error.strerror or "it cannot be read"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            problem = "it holds no batch"
        raise InvalidRequest(f"{self.path}: {problem}.", parameter="batch")

    def requests(self, done: bytearray) -> Iterator[tuple[int, Sent]]:
        """Give the requests whose places are not marked in `done`."""
        with open(self.path, "rb") as file:
            file.seek(_ROOM)
            for place, line in enumerate(file):
                if not done[place >> 3] & (1 << (place & 7)):
                    yield place, sent_of(line)

    # The results.

    def done(self, count: int) -> bytearray:
        """Return which requests have their result, a bit each; a line that a killed process left unfinished is cut off."""
        marks = bytearray((count >> 3) + 1)
        whole = 0
        if not self.answers.exists():
            return marks
        with os.fdopen(os.open(self.answers, os.O_RDWR | _NOFOLLOW), "r+b") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                place = outcome_of(line).place
                if 0 <= place < count:
                    marks[place >> 3] |= 1 << (place & 7)
            file.truncate(whole)
        return marks

    def adding(self) -> IO[bytes]:
        """Return the file of results, for further ones."""
        handle = os.open(self.answers, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NOFOLLOW, 0o600)
        return os.fdopen(handle, "ab")

    def results(self) -> Generator[BatchResult, None, None]:
        """Give the results that are there."""
        if not self.answers.exists():
            return
        with open(self.answers, "rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield result_of(line)

    def counts(self) -> BatchCounts:
        """Count the results that are there."""
        found = {"succeeded": 0, "failed": 0}
        if self.answers.exists():
            with open(self.answers, "rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        found["succeeded" if outcome_of(line).status == "succeeded" else "failed"] += 1
        return BatchCounts(**found)

    def ordered(self, ids: Sequence[str] | None) -> OrderedFile:
        """Return the results in the order of the requests, or of `ids`."""
        places = None if ids is None else {str(id): place for place, id in enumerate(ids)}.get
        return OrderedFile(self.answers, places)

    # Whose turn it is.

    @property
    def cancelled(self) -> bool:
        """Tell whether somebody has cancelled it."""
        return self._mark.exists()

    def cancel(self) -> None:
        """Note that it is cancelled."""
        os.close(os.open(self._mark, os.O_WRONLY | os.O_CREAT | _NOFOLLOW, 0o600))

    def lock(self) -> int:
        """Return a lock that dies with the process. Raises `InvalidRequest` where another process works on the batch."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | _NOFOLLOW, 0o600)
        try:
            import fcntl
        except ImportError:  # no such locks on Windows: there two processes must not work on one batch
            return handle
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
        else:
            return handle
        raise InvalidRequest("Another process works on this batch.", parameter="batch")


class OrderedFile:
    """Results by the places of their requests: one pass finds where each is, another reads them."""

    def __init__(self, path: Path, places: Callable[[str], int | None] | None) -> None:
        self._file: IO[bytes] = open(path, "rb") if path.exists() else BytesIO()  # noqa: SIM115  # closed by aclose
        found: list[tuple[int, int]] = []
        at = 0
        for line in self._file:
            if line.endswith(b"\n"):
                told = outcome_of(line)
                place = told.place if places is None else places(told.id)
                if place is not None:
                    found.append((place, at))
            at += len(line)
        self._at = array("Q", [at for _, at in sorted(found)])
        self._next = 0

    async def next(self) -> BatchResult | None:
        """Return the next result."""
        if self._next >= len(self._at):
            return None
        self._file.seek(self._at[self._next])
        self._next += 1
        return result_of(self._file.readline())

    async def aclose(self) -> None:
        """Close the file."""
        self._file.close()
