"""What was typed before, for the arrow keys: kept on disk without anything that looks like a key."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import History

from llmkit.cli.private_files import append_private, write_private
from llmkit.dialects.error_text import error_text

__all__ = ["PromptHistory"]

_KEPT = 1000
"""Entries kept on disk."""
_LONGEST = 4000
"""Characters of an entry worth keeping; longer ones are pasted documents."""
_SHORTEST_SECRET = 8


class PromptHistory(History):
    """One JSON string a line, newest last, mode 0600."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def load_history_strings(self) -> Iterable[str]:
        """Return the entries, newest first; a damaged line is passed over."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        entries = [entry for line in lines[-_KEPT:] if (entry := _entry(line)) is not None]
        if len(lines) > 2 * _KEPT:
            with suppress(OSError):  # it stays as long as it is
                write_private(self._path, b"".join(map(_line, entries)), overwrite=True)
        return reversed(entries)

    def store_string(self, string: str) -> None:
        """Keep `string`, unless it is too long or may hold a key. A full disk ends no conversation."""
        if len(string) > _LONGEST or holds_secret(string):
            return
        try:
            append_private(self._path, _line(string))
        except OSError:
            return


def holds_secret(text: str) -> bool:
    """Return whether `text` has the form of a key, or holds a value of the environment that is named like one."""
    if error_text(text) != text:
        return True
    named = [value for name, value in os.environ.items() if name.upper().endswith(("KEY", "TOKEN", "SECRET", "PASSWORD"))]
    return any(value in text for value in named if len(value) >= _SHORTEST_SECRET)


def _entry(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, str) else None


def _line(entry: str) -> bytes:
    return json.dumps(entry).encode() + b"\n"
