"""Whether two questions that sound alike may have the same answer: what can be told from their words.

Vectors of meaning hardly see a number, a "not" or a name (years, amounts, cities and "to" for "from" are the classic wrong hits), so
these are compared as words. It is strict on purpose: a wrong hit is worse than a miss. The words are English, with the commonest
negations of other languages; of a language without its words here more is taken for content, and fewer questions are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, normalize

from llmkit.caching.small_words import FILLERS, LIMITS, NEGATIONS, OPENINGS

_TOKEN = re.compile(r"https?://\S+|`[^`]*`|\"[^\"]*\"|“[^“”]*”|[\w$€£¥%#@]+(?:[.'’_/:@,+-]+\w+)*[%+#]*|[^\w\s]")
_END = frozenset(".!?:;…\n")
_SIGNS = frozenset("%°§#@&*/\\^_=<>+|~≠≤≥")
_NEGATIVE = re.compile(r"(?<![\w)])[-−](?=\d)")

_SMALL = FILLERS | LIMITS | OPENINGS | NEGATIONS

_POLITE = re.compile(
    r"\b(?:(?:can|could|would|will) you (?:please |kindly )?)(?=\w)|\b(?:tell|show|explain to|let) (?:me|us)\b(?: know\b)?"
    r"|\bi (?:want|need|would like|'d like) to know\b",
    re.IGNORECASE,
)


def signs(question: str) -> tuple[str, ...]:
    """Return what must be the same in two questions: numbers, negations, limiting words, symbols, and what is quoted."""
    found = []
    for token, _ in _tokens(_NEGATIVE.sub("minus", question)):
        word = _plain(token)
        if _negative(token, word):
            found.append("not")
        elif word in LIMITS or _exact(token):
            found.append(word)
    return tuple(sorted(found))


def names_agree(one: str, other: str) -> bool:
    """Return whether the names in each question are words of the other."""
    return all(_names(asked) <= _written(told) for asked, told in ((one, other), (other, one)))


def words_agree(one: str, other: str) -> bool:
    """Return whether the content words of one question all stand in the other, in the same order."""
    words, more = sorted(([*_content(one)], [*_content(other)]), key=len)
    rest = iter(more)
    return bool(words) and all(word in rest for word in words)


def _content(question: str) -> Iterator[str]:
    for token, _ in _tokens(question):
        word = _plain(token)
        if word not in FILLERS and any(map(str.isalnum, word)):
            yield "not" if _negative(token, word) else word


def _names(question: str) -> set[str]:
    """Return the words that are written with capitals, unless every sentence begins with them so."""
    found = set()
    for token, begins in _tokens(question):
        word = _plain(token)
        if token == token.lower() or (begins and word in _SMALL and not _loud(token)):
            continue
        found.add(token if _loud(token) and word in _SMALL else word)  # US is not us
    return found


def _written(question: str) -> set[str]:
    return {form for token, _ in _tokens(question) for form in (token, _plain(token))}


def _loud(token: str) -> bool:
    return len(token) > 1 and token.isupper()


def _tokens(question: str) -> Iterator[tuple[str, bool]]:
    """Return words and symbols, each with whether it begins a sentence."""
    begins = True
    for match in _TOKEN.finditer(_POLITE.sub(" ", normalize("NFKC", question))):
        token = match.group()
        if token not in ("I", "I'm", "I’m"):
            yield token, begins
        else:
            yield token.lower(), begins
        begins = token in _END or (begins and not token[0].isalnum())


def _plain(token: str) -> str:
    return token.casefold().replace("'", "").replace("’", "") if token[0] not in '`"“' else token


def _negative(token: str, word: str) -> bool:
    return word in NEGATIONS or token.lower().endswith(("n't", "n’t"))


def _exact(token: str) -> bool:
    """Return whether the token is no usual word: a number, code, an address, something quoted, a symbol that means something."""
    if len(token) == 1 and not token.isalnum():
        return token in _SIGNS or category(token) in ("Sc", "Sm")
    return token[0] in '`"“' or any(letter.isdigit() or letter in "_/@:%#$€£¥+." for letter in token)
