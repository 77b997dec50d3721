"""Write a file that is whole or not there: a name never stands for half of what it should hold."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Self


class UnfinishedFile:
    """A file beside `target` that takes its place when it is kept, and is gone otherwise.

    It is readable by its owner alone; where `target` is a link, the link is replaced and never followed.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._kept = False

    def __enter__(self) -> Self:
        handle, self._name = tempfile.mkstemp(prefix=".llmkit-", dir=self._target.parent)
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        return self

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        self._file.write(data)

    def keep(self) -> None:
        """Let it take its place at the end of the block."""
        self._kept = True

    def __exit__(self, *failure: object) -> None:
        self._file.close()
        if self._kept and failure[0] is None:
            os.replace(self._name, self._target)
            return
        with suppress(FileNotFoundError):
            os.unlink(self._name)
