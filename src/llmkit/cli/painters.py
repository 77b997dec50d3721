"""Where the words of an answer go: a terminal gets them clean or as Markdown, a pipe gets them as they are."""

from __future__ import annotations

import os
import sys
from typing import Protocol, TextIO

from llmkit.cli.terminal_text import printable

__all__ = ["Painter", "painter"]


class Painter(Protocol):
    """Shows text as it comes."""

    def feed(self, text: str, /) -> None:
        """Show more text."""
        ...

    def close(self) -> None:
        """End the line."""
        ...


class PlainPainter:
    """Writes text at once; `clean` takes out what steers a terminal."""

    def __init__(self, out: TextIO, *, clean: bool) -> None:
        self._out = out
        self._clean = clean
        self._ended = True

    def feed(self, text: str) -> None:
        """Write and flush."""
        shown = printable(text) if self._clean else text
        if shown:
            self._out.write(shown)
            self._out.flush()
            self._ended = shown.endswith("\n")

    def close(self) -> None:
        """Leave the cursor at the beginning of a line."""
        if not self._ended:
            self._out.write("\n")
            self._out.flush()
            self._ended = True


def painter(*, raw: bool = False) -> Painter:
    """Return the painter that suits standard output."""
    terminal = sys.stdout.isatty()
    if raw or not terminal or os.environ.get("TERM") == "dumb":
        return PlainPainter(sys.stdout, clean=terminal and not raw)
    from rich.console import Console

    from llmkit.cli.markdown import MarkdownPainter

    return MarkdownPainter(Console(file=sys.stdout, highlight=False))
