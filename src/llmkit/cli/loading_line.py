"""Tell a person who waits that the embedded model is being loaded."""

from __future__ import annotations

import sys

from llmkit.cli.terminal_text import one_line
from llmkit.local.loading import Loading, on_loading

__all__ = ["show_loading"]


def show_loading() -> None:
    """Show a line at the terminal while a model is being loaded, and take it away when it is there."""
    if sys.stderr.isatty():
        on_loading(_draw)


def _draw(state: Loading) -> None:
    line = f"loading {one_line(state.model)} ({state.size / 1e6:,.0f} MB) ..." if state.seconds is None else ""
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()
