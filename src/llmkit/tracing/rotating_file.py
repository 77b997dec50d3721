"""A file of lines that only its owner can read, and that never grows past a size."""

from __future__ import annotations

import os
import threading
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there the lock below keeps threads apart, and one process writes a file
    fcntl = None  # type: ignore[assignment]  # what is not there

_TRIES = 1000
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows


class RotatingFile:
    """Appends lines to `path`; a full file becomes `path.1`, that one `path.2`, up to `kept`. Threads and processes may share it."""

    def __init__(self, path: Path, *, largest: int, kept: int) -> None:
        self.path, self.largest, self.kept = path, largest, kept
        self._lock = threading.Lock()

    def append(self, line: bytes) -> None:
        """Append `line` whole. Raises `OSError`, also for a link in the place of the file."""
        with self._lock:
            descriptor = self._open()
            try:
                while (size := os.fstat(descriptor).st_size) and size + len(line) > self.largest:
                    self._rotate()
                    fresh = self._open()  # which others may have filled meanwhile
                    os.close(descriptor)
                    descriptor = fresh
                try:
                    _write(descriptor, line)
                except OSError:  # a full disk takes half a line, which would spoil the next one; the lock is still ours
                    os.ftruncate(descriptor, size)
                    raise
            finally:
                os.close(descriptor)

    def files(self) -> list[Path]:
        """Return the files that are there, oldest first."""
        return [path for number in range(self.kept, -1, -1) if (path := self._named(number)).is_file()]

    def _named(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def _open(self) -> int:
        """Open and lock the file that stands at the path now: another process may have moved the one that was there."""
        for _ in range(_TRIES):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NOFOLLOW, 0o600)
            try:
                if fcntl is None:
                    return descriptor
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                there, mine = _stat(self.path), os.fstat(descriptor)
                if there is not None and there.st_ino == mine.st_ino:
                    if mine.st_mode & 0o077:
                        os.fchmod(descriptor, 0o600)
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise OSError(f"Another file stands at {self.path} each time it is opened.")

    def _rotate(self) -> None:
        for number in range(self.kept, 0, -1):
            if self._named(number - 1).exists():
                os.replace(self._named(number - 1), self._named(number))
        if not self.kept:
            self.path.unlink()


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _write(descriptor: int, line: bytes) -> None:
    """Write all of it: a signal can cut a write short."""
    view = memoryview(line)
    while view:
        view = view[os.write(descriptor, view) :]
