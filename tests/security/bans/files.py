"""Look at what was written: who can read it, what became of a link in its place, who wrote it and how."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import llmkit
from llmkit.errors import LLMKitError
from tests.security.bans.writing import Play

PACKAGE = os.path.dirname(llmkit.__file__) + os.sep
_SAFE = os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_OTHERS = 0o077
_VICTIM = b"what another file held"


@contextmanager
def open_to_all() -> Iterator[None]:
    """Take the mask away that would hide a file whose mode is left to it."""
    mask = os.umask(0)
    try:
        yield
    finally:
        os.umask(mask)


def readable(play: Play, folder: Path) -> list[str]:
    """Play, and return what others can read, or is not there, or was left behind."""
    play.before(folder)
    for path in folder.rglob("*"):
        path.chmod(0o600)
    with open_to_all():
        play.write(folder)
    there = dict(_standing(folder))
    wrong = [f"{name} has mode {stat.filemode(found.st_mode)}" for name, found in there.items() if found.st_mode & _OTHERS]
    wrong += [f"{name} is not there" for name in (*play.files, *play.folders) if name not in there]
    return wrong + [f"{name} was left" for name in there if os.path.basename(name).startswith(".") or name.endswith((".part", ".tmp"))]


def _standing(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what is in a folder; a database's own files may go while one looks."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            yield path.relative_to(folder).as_posix(), path.lstat()


def followed(play: Play, name: str, folder: Path) -> bool:
    """Play where a link stands for one of its files, and tell whether it was followed to what it leads to."""
    victim, place = folder / "victim", folder / "folder"
    place.mkdir(mode=0o700)
    victim.write_bytes(_VICTIM)
    victim.chmod(0o640)
    link = place / name
    link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    link.symlink_to(victim)
    with suppress(OSError, LLMKitError):  # a refusal is as good as another file in the place of the link
        play.write(place)
    return victim.read_bytes() != _VICTIM or victim.stat().st_mode & 0o777 != 0o640


class Openings:
    """Hears of every file that our code opens to write, through the audit events of the interpreter (they cannot be taken off again)."""

    def __init__(self) -> None:
        self.writers: set[str] = set()
        self.unsafe: list[str] = []
        self._on = False
        sys.addaudithook(self._hear)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear of what happens in the block."""
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._on or event not in ("open", "sqlite3.connect", "os.mkdir", "os.rename", "os.link"):
            return
        writer = writer_of(sys._getframe(1))
        if writer is None:
            return
        if event != "open":
            self.writers.add(writer)
            return
        path, _, flags = arguments
        if isinstance(path, (str, bytes)) and isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self.writers.add(writer)
            if not flags & _SAFE and path != os.devnull and not os.path.isdir(path):
                self.unsafe.append(f"{writer} opens {path} with flags {flags:#o}")


def writer_of(frame: FrameType | None) -> str | None:
    """Return the innermost function of the package that leads to a frame, as `path:Class.function`; None for compiled modules."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib"):  # the interpreter keeps what it compiled of an import
            return None
        if code.co_filename.startswith(PACKAGE):
            return f"{code.co_filename.removeprefix(PACKAGE)}:{code.co_qualname.replace('.<locals>', '')}"
        frame = frame.f_back
    return None
