"""Files that only their owner can read, and where the command line keeps its own."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from llmkit.folders import private_folder
from llmkit.unfinished import claim_name

__all__ = ["append_private", "is_private", "state_directory", "write_private"]

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # absent on Windows


def state_directory() -> Path:
    """Return the user's directory for our state, created with mode 0700. Raises `OSError` where that cannot be."""
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    directory = home / "llmkit"
    private_folder(directory)
    return directory


def write_private(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write `data` to `path` with mode 0600, whole or not at all. Raises `FileExistsError` unless `overwrite`."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            os.replace(aside, path)
        else:
            claim_name(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def append_private(path: Path, data: bytes) -> None:
    """Append `data` to `path`, made with mode 0600."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NOFOLLOW, 0o600), "ab") as file:
        file.write(data)


def is_private(path: Path) -> bool:
    """Return whether nobody but the owner can read or write `path`; true where the system has no such modes."""
    return os.name != "posix" or not path.stat().st_mode & 0o077
