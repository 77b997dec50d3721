"""Where records of usage go: a file of JSON lines, or a function of yours."""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from llmkit.metering.records import UsageRecord

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows


class Sink(Protocol):
    """Takes records. It may be called from any thread."""

    @property
    def blocking(self) -> bool:
        """Return whether `write` waits for a disk or a network."""
        ...

    def write(self, records: Sequence[UsageRecord], /) -> None:
        """Keep `records`. When it raises, they are offered again."""
        ...

    def close(self) -> None:
        """Free what is open; the sink can be used again."""
        ...


class JsonLines:
    """Appends to `path`, made with mode 0600. One write for all records of a call: lines of several processes never mix.

    A process that dies loses nothing that was written; a power cut can take back what the system had not yet put to the disk.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._torn = False

    def write(self, records: Sequence[UsageRecord], /) -> None:
        """Append a line for each record."""
        data = b"".join([msgspec.json.encode(record) + b"\n" for record in records])
        with self._lock:
            data = b"\n" + data if self._torn else data
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NOFOLLOW, 0o600)
            try:
                written = os.write(descriptor, data)
            finally:
                os.close(descriptor)
            self._torn = written != len(data)  # the disk is full; what stands there of a line is ended by the next
            if self._torn:
                raise OSError(f"Only {written} of {len(data)} bytes could be written.")

    def close(self) -> None:
        """Do nothing: the file is open only while it is written."""


class Callback:
    """Gives each record to `function`, plain or async. `blocking=False` calls a plain one where the call itself runs, without a thread."""

    def __init__(self, function: Callable[[UsageRecord], Any], *, blocking: bool = True) -> None:
        self.function = function
        self.blocking = blocking

    def write(self, records: Sequence[UsageRecord], /) -> Any:
        """Call the function for each record; what an async one returns is awaited by the meter."""
        waiting = [value for record in records if (value := self.function(record)) is not None and inspect.isawaitable(value)]
        return _all(waiting) if waiting else None

    def close(self) -> None:
        """Do nothing."""


async def _all(waiting: list[Any]) -> None:
    for value in waiting:
        await value
