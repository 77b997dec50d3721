"""Find words and phrases, however they are written: case, width, accents, invisible characters, letters that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from llmkit.errors import ConfigurationError
from llmkit.guardrails.finding import Finding

_ALIKE = str.maketrans("авеорсухіјѕкмнтονρ", "abeopcyxijskmhtovp")
"""Cyrillic and Greek letters that look like Latin ones; phrases go through the same table, so nothing is lost for those who write them."""
_FEW = 200
"""To look for each phrase is quicker than the pattern, up to about so many."""
_SPACES = str.maketrans("\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f", "         ")


def folded(text: str) -> tuple[str, list[int] | None]:
    """Return `text` as words are compared, and for each of its characters where it stood; None: where it stands."""
    if text.isascii():
        plain = text.lower().translate(_SPACES)
        if "  " not in plain:
            return plain, None
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFKD", letter).casefold():
            if one.isspace():
                if letters and letters[-1] == " ":
                    continue
                one = " "
            elif unicodedata.category(one) in ("Mn", "Cf"):
                continue
            letters.append(one)
            places.append(place)
    return "".join(letters).translate(_ALIKE), places


def quickly_folded(text: str) -> str:
    """Return `text` as words are compared, without where each letter stood."""
    if text.isascii():
        text = text.lower().translate(_SPACES)
    else:
        text = unicodedata.normalize("NFKD", text).casefold()
        looked_at = _OTHER if _is_plain(text) else set(text)
        for one in looked_at:
            if one not in text:
                continue
            if one.isspace():
                text = text.replace(one, " ")
            elif ord(one) in _ALIKE:
                text = text.replace(one, chr(_ALIKE[ord(one)]))
            elif not one.isascii() and unicodedata.category(one) in ("Mn", "Cf"):
                text = text.replace(one, "")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


_PLAIN = bytes([0x00, 0x11, *range(0x30, 0xA0), *range(0xAC, 0xD8)])
"""The rows of Unicode (Latin 1, Hangul, Han, Kana) in which only `_OTHER` are spaces, marks or invisible."""
_OTHER = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\xad\u3000\u302a\u302b\u302c\u302d\u3099\u309a"


def _is_plain(text: str) -> bool:
    return not text.encode("utf-16-le", "surrogatepass")[1::2].translate(None, _PLAIN)


class Words:
    """Phrases by kind; a match stands at word boundaries, where the phrase begins and ends with letters of words."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._kinds: dict[str, str] = {}
        for kind, some in phrases.items():
            for phrase in [some] if isinstance(some, str) else some:
                words = folded(phrase.strip())[0].strip()
                if not words:
                    raise ConfigurationError("An empty phrase would be found everywhere.", parameter=kind)
                self._kinds.setdefault(words, kind)
        self._longest = max(map(len, self._kinds), default=0)
        self._begun = {words[:end] for words in self._kinds for end in range(1, len(words) + 1)}
        self._pattern = re.compile("|".join(_bounded(words) for words in sorted(self._kinds, key=len, reverse=True)) or "(?!)")

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the phrases in `text` from `start` on."""
        if len(self._kinds) <= _FEW:
            bare = quickly_folded(text)
            if not any(phrase in bare for phrase in self._kinds):
                return ()
        plain, places = folded(text)
        first = start if places is None else sum(1 for place in places if place < start)
        found: list[Finding] = []
        for match in self._pattern.finditer(plain, first):
            begin, end = match.span()
            if places is not None:
                begin, end = places[begin], places[end - 1] + 1
            found.append(Finding(begin, end, self._kinds[match[0]]))
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return where words begin that a phrase begins with. Marks may still be put on the last letter."""
        first = max(start, len(text) - 4 * self._longest - 16)
        plain, places = folded(text[first:])
        if places is not None and (start == first or len(plain) < self._longest):
            first, (plain, places) = start, folded(text[start:])
        for begin in range(max(0, len(plain) - self._longest), len(plain)):
            if plain[begin:] in self._begun:
                return first + (begin if places is None else places[begin])
        return len(text) if not plain else first + (len(plain) - 1 if places is None else places[-1])


def _bounded(words: str) -> str:
    """Scripts without spaces have no word boundaries."""
    left = r"(?<!\w)" if _is_spaced(words[0]) else ""
    right = r"(?!\w)" if _is_spaced(words[-1]) else ""
    return f"{left}{re.escape(words)}{right}"


def _is_spaced(letter: str) -> bool:
    return bool(re.match(r"\w", letter)) and ord(letter) < 0x0E00


def words(*phrases: str, kind: str = "word") -> Words:
    """Find `phrases`."""
    return Words({kind: phrases})


def topics(phrases: Mapping[str, Iterable[str]]) -> Words:
    """Find the phrases of each topic; the kind is `topic:` and its name. It knows words, not meanings."""
    return Words({f"topic:{name}": some for name, some in phrases.items()})
