"""Make text from outside harmless to a terminal, on as many lines as it has or on one."""

from __future__ import annotations

from llmkit.types.printable import printable

__all__ = ["one_line", "printable"]


def one_line(text: str) -> str:
    """Return `text` printable and on one line."""
    return " ".join(printable(text).split())
