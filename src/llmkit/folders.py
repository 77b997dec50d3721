"""Folders that only their owner may enter."""

from __future__ import annotations

from pathlib import Path


def private_folder(path: Path) -> None:
    """Make a folder where there is none, and those it is in, each with mode 0700. Raises `OSError`.

    `Path.mkdir(parents=True, mode=...)` gives the mode to the last one only (docs.python.org, pathlib, read 2026-11-23).
    """
    if path.parent != path and not path.parent.exists():
        private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
