"""Write a file that is whole or not there: a name never stands for half of what it should hold."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from llmkit.errors import SaveFailed

_HINTS = {
    errno.ENOSPC: "Make room, or save elsewhere.",
    errno.EDQUOT: "Make room, or save elsewhere.",
    errno.EROFS: "Save elsewhere.",
    errno.EACCES: "Save to a folder that you may write to.",
    errno.EPERM: "Save to a folder that you may write to.",
    errno.ENOENT: "Make the folder first.",
}


class UnfinishedFile:
    """A file beside `target` that takes its place when it is kept, and is gone otherwise.

    It is readable by its owner alone; where `target` is a link, the link is replaced and never followed. Raises `SaveFailed` where it
    cannot be written.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._kept = False

    def __enter__(self) -> Self:
        try:
            handle, self._name = tempfile.mkstemp(prefix=".llmkit-", dir=self._target.parent)
        except OSError as error:
            raise save_failed(self._target, error) from None
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        return self

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        try:
            self._file.write(data)
        except OSError as error:
            raise save_failed(self._target, error) from None

    @property
    def file(self) -> IO[bytes]:
        """Return the file itself, for what writes by its own rules."""
        return self._file

    def restart(self) -> None:
        """Forget what was written: it comes again from the start."""
        try:
            self._file.seek(0)
            self._file.truncate()
        except OSError as error:
            raise save_failed(self._target, error) from None

    def keep(self) -> None:
        """Let it take its place at the end of the block."""
        self._kept = True

    def claim(self, name: Path) -> bool:
        """Let it take the place `name` now, where that is free; tell whether it was. Nothing more can be written."""
        try:
            self._file.close()
            claim_name(self._name, name)
        except FileExistsError:
            return False
        except OSError as error:
            raise save_failed(name, error) from None
        return True

    def __exit__(self, *failure: object) -> None:
        problem: OSError | None = None
        try:
            self._file.close()
            if self._kept and failure[0] is None:
                os.replace(self._name, self._target)
        except OSError as error:
            problem = error
        finally:
            with suppress(FileNotFoundError):
                os.unlink(self._name)
        if problem is not None and failure[0] is None:
            raise save_failed(self._target, problem)


def save_failed(path: Path, error: OSError) -> SaveFailed:
    """Return what a failure to write `path` means, and what helps."""
    return SaveFailed(str(path), (error.strerror or type(error).__name__).lower(), _HINTS.get(error.errno or 0))


def claim_name(name: str | Path, target: Path) -> None:
    """Give a file another name as well, or instead. Raises `FileExistsError` where that is taken."""
    try:
        os.link(name, target)  # unlike a rename it fails where the name is taken
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(name, target)
