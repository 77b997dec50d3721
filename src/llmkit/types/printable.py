"""Make text from outside harmless to a terminal.

A model, a provider's error message or a file name can hold escape sequences that write to the clipboard, hide text, move the
cursor or retitle the window. Each of them starts with, or is, one control character; without it the rest is plain letters.
So the work is done character by character and does not care where a stream is cut.
"""

from __future__ import annotations

import re

__all__ = ["printable"]

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f"  # C0 without tab and newline: ESC, BEL, backspace, carriage return ...
    "\x7f-\x9f"  # DEL and C1, which some terminals read as ESC followed by a letter
    "\u00ad\u034f\u180e"  # soft hyphen, grapheme joiner, vowel separator: shown as nothing
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides and isolates
    "\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff"  # zero-width
    "\ufff9-\ufffb"  # interlinear annotation
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors: text smuggled past the eye
)
_STRIPPED = re.compile(f"[{_INVISIBLE}]")
_BREAKS = re.compile("[\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` without control, bidirectional and zero-width characters; newline and tab stay."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _BREAKS.sub("\n", _STRIPPED.sub("", text)))
