"""Find what does something to whoever shows the text: control sequences of terminals, hidden characters, active HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmkit.guardrails.finding import Finding

_LONGEST = 600
_TERMINAL = re.compile(
    "\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]?|\x1b[\\]PX^_][^\x07\x1b\x9c]{0,512}(?:\x07|\x9c|\x1b\\\\)?|\x1b[ -/]{0,4}[0-~]?"
    "|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]"
)
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Turns of the writing direction, and tags: text that is there and cannot be seen."""
_HTML = re.compile(
    r"<[\s/]{0,4}(?:script|iframe|object|embed|applet|base|link|meta|style|svg|form|template)\b[^<>]{0,400}>?"
    r"|(?<![\w\-])on[a-z]{3,20}[ \t\r\n]{0,4}=[ \t\r\n]{0,4}[\"'][^\"'<>]{0,300}[\"']?"
    r"|(?<!\w)(?:javascript|vbscript)[ \t\r\n]{0,4}:|(?<!\w)data:text/html",
    re.IGNORECASE,
)


class Terminal:
    """Control sequences and control characters, and hidden characters."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the sequences in `text` from `start` on."""
        if text.isascii() and text.isprintable():
            return ()
        found = [Finding(match.start(), match.end(), "terminal") for match in _TERMINAL.finditer(text, start)]
        if not text.isascii():
            found += [Finding(match.start(), match.end(), "hidden_text") for match in _HIDDEN.finditer(text, start)]
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where a sequence begins that may not be over."""
        first = text.find("\x1b", max(start, len(text) - _LONGEST))
        return len(text) if first < 0 else first


class Markup:
    """HTML that runs or loads something."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the elements, handlers and addresses in `text` from `start` on."""
        if "<" not in text and "=" not in text and ":" not in text:
            return ()
        return [Finding(match.start(), match.end(), "html") for match in _HTML.finditer(text, start)]

    def opening(self, text: str, start: int = 0, /) -> int:
        """Hold back as much as the longest match has: an attribute can begin anywhere."""
        return max(start, len(text) - _LONGEST)


def terminal() -> Terminal:
    """Find control sequences, control characters and hidden characters."""
    return Terminal()


def html() -> Markup:
    """Find HTML that runs or loads something."""
    return Markup()
