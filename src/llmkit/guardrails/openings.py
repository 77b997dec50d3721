"""Where the end of a text may be the beginning of a match: what a stream must hold back."""

from __future__ import annotations

import re

_TOKEN_TAIL = re.compile(r"[!#-;=?-_a-~]*+")
"""Read backwards: printable ASCII without white space, quotes, backticks and angle brackets, in which no token detector matches."""
_NUMBER_TAIL = re.compile(
    r"[ .\-/()+:]{0,2}+[A-Za-z0-9]*+(?:[ .\-/()+:]{1,2}+(?:[A-Za-z]*+[0-9][A-Za-z0-9]*+|[A-Z]{1,4}+(?![A-Za-z0-9])))*+[ .\-/()+:]{0,2}+"
)
"""Read backwards: the last word, and the groups with digits or a few capitals before it, with at most two separators between."""


def token_opening(text: str, start: int, longest: int) -> int:
    """Return where the last token begins, at most `longest` characters before the end."""
    return _tail(_TOKEN_TAIL, text, start, longest)


def number_opening(text: str, start: int, longest: int) -> int:
    """Return where the last group of numbers begins, at most `longest` characters before the end."""
    return _tail(_NUMBER_TAIL, text, start, longest)


def _tail(pattern: re.Pattern[str], text: str, start: int, longest: int) -> int:
    first = max(start, len(text) - longest)
    match = pattern.match(text[first:][::-1])
    return len(text) - (match.end() if match else 0)
