"""Mask a secret in what a server said, in every form in which servers repeat one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote

MASK = "****"
_BEGINNING, _END = 12, 4
_TELLING = 8
"""So many letters in a row are of the secret wherever they stand (CVE-2024-9606: all but the first five were shown)."""
_SHOWN_PARTLY = 16
"""A shorter secret is a password, whose parts could stand in any text."""
_COVER = frozenset("*•·.…xX#")
"""What servers put in place of the letters that they hide: `sk-proj-****wxyz` (OpenAI), `sk-ab...wxyz`."""


def masked(text: str, secret: str) -> str:
    """Return `text` without `secret`: whole, escaped, encoded, or shortened to its ends.

    No regular expression is made of a secret: the module `re` would keep it.
    """
    for form in _forms(secret):
        if form in text:
            text = text.replace(form, MASK)
    return _without_end(text, secret) if len(secret) >= _SHOWN_PARTLY else text


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    if len(secret) < _SHOWN_PARTLY:
        return
    raw = secret.encode()
    yield from (raw.hex(), raw.hex().upper(), secret[:_BEGINNING])
    for before in range(3):  # base64 of `user:secret` is the same from some letter on, whatever the user is called
        encoded = base64.b64encode(bytes(before) + raw).decode()
        core = encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield from (core, core.replace("+", "-").replace("/", "_"))


def _without_end(text: str, secret: str) -> str:
    """Mask the last letters, as many as there are: where a cover stands before them, and where they are too many for chance."""
    end = secret[-_END:]
    pieces = text.split(end)
    told = pieces[0]
    for before, after in pairwise(pieces):
        more = _shared(before, secret[:-_END])
        cover = before[: len(before) - more][-2:]
        hidden = more + _END >= _TELLING or (len(cover) == 2 and _COVER.issuperset(cover))
        told = (told[: len(told) - more] + MASK if hidden else told + end) + after
    return told


def _shared(text: str, other: str) -> int:
    """Return how many letters two texts have in common at their ends."""
    most = min(len(text), len(other))
    return next((count for count in range(most) if text[-1 - count] != other[-1 - count]), most)
