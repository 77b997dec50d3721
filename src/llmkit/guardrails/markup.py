"""Find what does something to whoever shows the text: control sequences of terminals, hidden characters, active HTML."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from llmkit.guardrails.finding import Finding

_LONGEST = 600
_TERMINAL = re.compile(
    "\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]?|\x1b[\\]PX^_][^\x07\x1b\x9c]{0,512}(?:\x07|\x9c|\x1b\\\\)?|\x1b[ -/]{0,4}[0-~]?"
    "|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]"
)
_HIDDEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,64}|[\u200b-\u200f\u2060-\u2064\ufeff]{4,64}"
)
"""Turns of the writing direction, and tags: text that is there and cannot be seen. One selector or joiner is part of many emoji; rows
of them carry words."""
_RUNNING = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200f\u2060-\u2064\ufeff]{1,64}\\Z")
_NAMES = (
    "script|iframe|object|embed|applet|base|link|meta|style|svg|math|form|template|img|image|picture|video|audio|source|track"
    "|frame|frameset|portal|input|button|noscript|marquee"
)
_ELEMENT = re.compile(
    rf"<[\s/]{{0,4}}(?:{_NAMES})\b[^<>]{{0,400}}>?|<[a-z][^<>]{{0,300}}?[\s/\"']on[a-z]{{3,20}}[ \t\r\n]{{0,4}}=[^<>]{{0,100}}>?",
    re.IGNORECASE,
)
_HANDLER = re.compile(
    r"(?<![\w\-])(?:on[a-z]{3,20}|srcdoc|formaction)[ \t\r\n]{0,4}=[ \t\r\n]{0,4}[\"'][^\"'<>]{0,300}[\"']?", re.IGNORECASE
)
_HANDLER_LONGEST = 26
_ADDRESS = re.compile(r"(?<!\w)(?:(?:javascript|vbscript)[ \t\r\n]{0,4}:|data:(?:text/html|image/svg))", re.IGNORECASE)


class Inside:
    """The places inside some findings that follow one another."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._starts, self._ends = [one.start for one in findings], [one.end for one in findings]

    def __contains__(self, place: int) -> bool:
        number = bisect_right(self._starts, place) - 1
        return number >= 0 and place < self._ends[number]


class Terminal:
    """Control sequences and control characters, and hidden characters."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the sequences in `text` from `start` on."""
        found: list[Finding] = []
        printable = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").isprintable()
        if not printable:
            found += [Finding(match.start(), match.end(), "terminal") for match in _TERMINAL.finditer(text, start)]
        if not text.isascii() and (not printable or _has_selectors(text)):
            found += [Finding(match.start(), match.end(), "hidden_text") for match in _HIDDEN.finditer(text, start)]
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where a sequence begins that may not be over."""
        first = text.find("\x1b", max(start, len(text) - _LONGEST))
        last = len(text) if first < 0 else first
        running = None if text[-1:].isascii() else _RUNNING.search(text, max(start, len(text) - 64))
        return min(last, running.start()) if running else last


def _has_selectors(text: str) -> bool:
    """Tell whether selectors may be there; they count as printable. In UTF-16 they begin with FE, and with DB40."""
    high = text.encode("utf-16-le", "surrogatepass")[1::2]
    return b"\xfe" in high or b"\xdb" in high


class Markup:
    """HTML that runs or loads something."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the elements, handlers and addresses in `text` from `start` on."""
        found: list[Finding] = []
        place = text.find("<", start)
        while place >= 0:
            place = self._matched(_ELEMENT, text, place, place + 1, found)
            place = text.find("<", place)
        within = Inside(found)
        if "=" in text and _has(text, ("on", "srcdoc", "formaction")):
            self._handlers(text, start, found, within)
        if ":" in text and _has(text, ("script", "data:")):
            found += [Finding(one.start(), one.end(), "html") for one in _ADDRESS.finditer(text, start) if one.start() not in within]
        return found

    def _handlers(self, text: str, start: int, found: list[Finding], within: Inside) -> None:
        place = text.find("=", start)
        while place >= 0:
            before = text[max(start, place - _HANDLER_LONGEST) : place].rstrip(" \t\r\n")
            name = len(before) - len(before.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            first = max(start, place - _HANDLER_LONGEST) + len(before) - name
            place = self._matched(_HANDLER, text, first, place + 1, found) if name > 4 and place not in within else place + 1
            place = text.find("=", place)

    def _matched(self, pattern: re.Pattern[str], text: str, first: int, place: int, found: list[Finding]) -> int:
        """Keep the match at `first`, if there is one; return where to go on: behind it, else at `place`."""
        match = pattern.match(text, first)
        if match:
            found.append(Finding(first, match.end(), "html"))
        return max(place, match.end()) if match else place

    def opening(self, text: str, start: int = 0, /) -> int:
        """Hold back as much as the longest match has: an attribute can begin anywhere."""
        return max(start, len(text) - _LONGEST)


def _has(text: str, words: tuple[str, ...]) -> bool:
    low = text.lower()
    return any(one in low for one in words)


def terminal() -> Terminal:
    """Find control sequences, control characters and hidden characters."""
    return Terminal()


def html() -> Markup:
    """Find HTML that runs or loads something."""
    return Markup()
