"""Find keys, tokens and passwords of about a hundred known forms in one pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from llmkit.guardrails.finding import Finding
from llmkit.guardrails.openings import token_opening
from llmkit.guardrails.secret_formats import FORMATS, LONGEST, LOOSE, MARKERS, SHORTEST

_TOKEN = re.compile(rf"[!#-;=?-_a-~]{{{SHORTEST},}}+")
"""What a secret consists of; so long that it can be one."""
_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[A-Za-z0-9+/=\s\\:,.-]){0,7000}"
    r"(-----END [A-Z ]{0,40}-----)?"
)
_BLOCK_LONGEST = 7200
_HEADER, _FOOTER, _HEADER_LONGEST = "-----BEGIN ", "-----END", 60


class Secrets:
    """Secrets of the known forms; `kinds` narrows them down to some names of the table (and `private_key`)."""

    def __init__(self, kinds: frozenset[str] = frozenset()) -> None:
        self._blocks = not kinds or "private_key" in kinds
        self._begin, self._forms = _forms(kinds)
        self._loose = [(MARKERS[name], f"secret:{name}", _compiled(name)) for name in sorted(LOOSE) if not kinds or name in kinds]

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the secrets in `text` from `start` on."""
        found: list[Finding] = []
        loose = [one for one in self._loose if one[0] in text]
        for first, end in _tokens(text, start):
            self._token(text, first, end, found)
            for marker, kind, pattern in loose:
                if text.find(marker, first, end) >= 0:
                    found += [Finding(one.start(), one.end(), kind) for one in pattern.finditer(text, first, end)]
        if self._blocks and _HEADER in text:
            found += [Finding(one.start(), one.end(), "secret:private_key") for one in _BLOCK.finditer(text, start)]
        return found

    def _token(self, text: str, first: int, end: int, found: list[Finding]) -> None:
        begin = self._begin.search(text, first, end)
        while begin:
            place = begin.start()
            first = place + 1
            for kind, pattern in self._forms[begin[0]]:
                match = pattern.match(text, place, end)
                if match:
                    first = match.end()
                    found.append(Finding(place, first, kind))
                    break
            begin = self._begin.search(text, first, end)

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where the last token begins, or a private key that is not over."""
        last = token_opening(text, start, LONGEST)
        return min(last, _block_opening(text, start)) if self._blocks else last


def _tokens(text: str, start: int) -> list[tuple[int, int]]:
    """Return where the long tokens are. To split at white space first is three times as fast as the pattern alone."""
    tokens: list[tuple[int, int]] = []
    for word in [word for word in text[start:].split() if len(word) >= SHORTEST]:
        start = text.index(word, start)
        tokens += [match.span() for match in _TOKEN.finditer(text, start, start + len(word))]
        start += len(word)
    return tokens


def _block_opening(text: str, start: int) -> int:
    """A block's body goes on over white space, so it is open as long as the text may belong to it."""
    first = text.find(_HEADER, max(start, len(text) - _BLOCK_LONGEST))
    while first >= 0:
        block = _BLOCK.match(text, first)
        if _is_open(block, text, first):
            return first
        first = text.find(_HEADER, first + 1)
    for length in range(min(len(_HEADER) - 1, len(text) - start), 0, -1):
        if text.endswith(_HEADER[:length]):
            return len(text) - length
    return len(text)


def _is_open(block: re.Match[str] | None, text: str, first: int) -> bool:
    if block is None:
        return len(text) - first < _HEADER_LONGEST
    rest = len(text) - block.end()
    return not block[1] and (rest == 0 or (rest < _HEADER_LONGEST and text.startswith(_FOOTER, block.end())))


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
        if name not in LOOSE and (not kinds or name in kinds):
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
