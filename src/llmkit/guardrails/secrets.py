"""Find keys, tokens and passwords of about a hundred known forms in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening
from llmkit.guardrails.plain import DIGITS, LETTERS, classes, plain
from llmkit.guardrails.private_keys import HEADER, block_opening, blocks
from llmkit.guardrails.secret_formats import BROKEN, FORMATS, LONGEST, LOOSE, SHORTEST

_CORE = classes(x=DIGITS + LETTERS + "_-")
_RUN = b"x" * SHORTEST
"""Every secret has so many letters, digits, hyphens and underscores in a row, but for those of `BROKEN` and `LOOSE`."""
_TOKEN = classes(x="".join(map(chr, range(33, 127))).translate({ord(letter): None for letter in "\"'<>`"}))
"""What a secret consists of: it does not begin before such a token does."""
_PASSWORD = re.compile("://[!#-.0-;=?A-_a-~]{4,301}+@")
_SCHEME_LONGEST, _HOST_LONGEST = 24, 300


class Secrets:
    """Secrets of the known forms; `kinds` narrows them down to some names of the table (and `private_key`)."""

    def __init__(self, kinds: frozenset[str] = frozenset()) -> None:
        self._blocks = not kinds or "private_key" in kinds
        self._passwords = not kinds or "connection_string" in kinds
        self._begin, self._forms = _forms(kinds)
        self._broken = _by_mark([words for name, some in BROKEN.items() if not kinds or name in kinds for words in some])
        self._loose = [(*LOOSE[name], f"secret:{name}", _compiled(name)) for name in sorted(LOOSE) if not kinds or name in kinds]

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the secrets in `text` from `start` on."""
        found: list[Finding] = []
        if self._forms:
            for first, end in self._places(text, start):
                self._place(text, first, end, found)
        for marker, before, kind, pattern in self._loose:
            if _mark(marker) in text and marker in text:
                found += _around(text, start, marker, before, kind, pattern)
        if self._passwords and "@" in text and "://" in text:
            found += _connections(text, start)
        if self._blocks and HEADER in text:
            found += blocks(text, start)
        return found

    def _places(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Return where secrets may begin: around each long row; everywhere, where words stand that need none."""
        for mark, some in self._broken:
            if mark in text and any(words in text for words in some):
                yield start, len(text)
                return
        bare = plain(text)
        row = bare.translate(_CORE)
        place = row.find(_RUN, start)
        token = bare.translate(_TOKEN) if place >= 0 else b""
        while place >= 0:
            end = row.find(b" ", place)
            end = len(text) if end < 0 else end
            yield max(start, token.rfind(b" ", 0, place) + 1), end
            start, place = end, row.find(_RUN, end)

    def _place(self, text: str, first: int, end: int, found: list[Finding]) -> None:
        first = max(first, found[-1].end) if found else first
        begin = self._begin.search(text, first, end)
        while begin:
            place = begin.start()
            first = place + 1
            for kind, pattern in self._forms[begin[0]]:
                match = pattern.match(text, place)
                if match:
                    first = match.end()
                    found.append(Finding(place, first, kind))
                    break
            begin = self._begin.search(text, first, end)

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins, or a private key that is not over."""
        last = token_opening(text, start, LONGEST)
        return min(last, block_opening(text, start)) if self._blocks else last


@cache
def _mark(words: str) -> str:
    """Return a character of `words` that is rare in prose, if it has one: to look for one character costs next to nothing."""
    return next((letter for letter in words if not letter.isalnum() and letter != "."), "")


def _by_mark(words: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    marks: dict[str, list[str]] = {}
    for one in words:
        marks.setdefault(_mark(one), []).append(one)
    return tuple((mark, tuple(some)) for mark, some in marks.items())


def _around(text: str, start: int, marker: str, before: int, kind: str, pattern: re.Pattern[str]) -> list[Finding]:
    """Return the matches that have `marker` at most `before` characters behind their beginning."""
    found: list[Finding] = []
    first, place = start, text.find(marker, start)
    while place >= 0:
        for begin in range(max(first, place - before), place + 1):
            match = pattern.match(text, begin)
            if match:
                found.append(Finding(begin, match.end(), kind))
                first = match.end()
                break
        place = text.find(marker, max(place + 1, first))
    return found


def _connections(text: str, start: int) -> list[Finding]:
    pattern = _compiled("connection_string")
    found: list[Finding] = []
    first = start
    for password in _PASSWORD.finditer(text, start):
        match = pattern.search(text, max(first, password.start() - _SCHEME_LONGEST), password.end() + _HOST_LONGEST)
        if match and match.start() < password.start():
            found.append(Finding(match.start(), match.end(), "secret:connection_string"))
            first = match.end()
    return found


def _closed(pattern: str) -> str:
    """A key of a fixed length ends where it ends; one without may go on."""
    return pattern + "(?![A-Za-z0-9])" if re.search(r"\{[0-9]+\}\Z", pattern) else pattern


@cache
def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(_closed, FORMATS[name]))})")


@cache
def _forms(kinds: frozenset[str]) -> tuple[re.Pattern[str], dict[str, tuple[tuple[str, re.Pattern[str]], ...]]]:
    """Return what finds the first two characters of any format, and the formats by these."""
    forms: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, patterns in FORMATS.items():
        if name not in LOOSE and name != "connection_string" and (not kinds or name in kinds):
            for pattern in [one for whole in patterns for one in _split(whole)]:
                begin = re.split(r"[^A-Za-z0-9_-]", pattern[:2])[0]
                forms.setdefault(begin, []).append((f"secret:{name}", re.compile(_closed(pattern))))
    for begin in [one for one in forms if len(one) == 2 and one[0] in forms]:
        forms[begin[0]] += forms.pop(begin)
    letters: dict[str, list[str]] = {}
    for begin in sorted(forms):
        letters.setdefault(begin[0], []).append(re.escape(begin[1:]))
    tree = "|".join(f"{first}[{''.join(rest)}]" if all(rest) else first for first, rest in letters.items())
    return re.compile(rf"(?<![A-Za-z0-9])(?:{tree or '(?!)'})"), {begin: tuple(some) for begin, some in forms.items()}


def _split(pattern: str) -> list[str]:
    """A pattern that begins with alternatives is several patterns."""
    if not pattern.startswith("(?:"):
        return [pattern]
    inner, _, rest = pattern[3:].partition(")")
    return [one + rest for one in inner.split("|")]


SECRETS = frozenset({*FORMATS, "private_key"})
"""The names of the kinds."""
