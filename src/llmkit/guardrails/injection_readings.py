"""The same text read in other ways: what is written so that a filter does not see it, and a model does."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from llmkit.guardrails.words import quickly_folded

_DEPTH = 3
_MOST = 64 * 1024
"""Characters of one text that are read; what is packed in it is as long at most."""
_SHORTEST = 12
"""Characters: less is no order."""
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_ROT13 = str.maketrans(_SMALL + _SMALL.upper(), _SMALL[13:] + _SMALL[:13] + (_SMALL[13:] + _SMALL[:13]).upper())
_DIGITS = str.maketrans("013457@$!", "oieastasi")
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
"""Characters of the block Tags, which no screen shows and some models read as the letters below them."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[ :]?){12,}")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}[^%\s]{0,8}){3,}")
_APART = re.compile(r"(?<!\w)(?:\w[ .*_-]){5,}\w(?!\w)")
_MIXED = re.compile(r"[a-z][013457@$!]|[013457@$!][a-z]", re.I)


def readings(text: str) -> Iterator[str]:
    """Yield the other readings of `text`: look-alike and invisible letters, digits for letters, letters apart, packed or turned text."""
    text = text[:_MOST]
    folded = quickly_folded(text.translate(_TAGS))
    if folded != text.lower():
        yield folded
    if _MIXED.search(folded):
        yield folded.translate(_DIGITS)
    together = _APART.sub(_joined, text)
    if together != text:
        yield together
    yield text.translate(_ROT13)
    yield text[::-1]
    yield from _unpacked(text, _DEPTH)


def _joined(match: re.Match[str]) -> str:
    return "".join(match[0][::2])


def _unpacked(text: str, depth: int) -> Iterator[str]:
    if not depth:
        return
    for packed in (*_of_base64(text), *_of_hex(text), *_of_percent(text)):
        if len(packed) >= _SHORTEST:
            yield packed
            yield from _unpacked(packed, depth - 1)


def _of_base64(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        word = match[0].replace("-", "+").replace("_", "/")
        try:
            found = _readable(base64.b64decode(word + "=" * (-len(word) % 4)))
        except binascii.Error:  # one letter too many
            found = ""
        yield found


def _of_hex(text: str) -> Iterator[str]:
    for match in _HEX.finditer(text):
        digits = re.sub(r"[ :]", "", match[0])
        yield _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _of_percent(text: str) -> Iterator[str]:
    if _PERCENT.search(text):
        yield unquote(text)


def _readable(data: bytes) -> str:
    """Return the text that the bytes are, or nothing where they are none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if all(letter.isprintable() or letter.isspace() for letter in text) else ""
