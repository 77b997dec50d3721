"""Count what tokens depend on in a text: letters, words, digits, white space, punctuation and scripts.

The text is mapped byte by byte to classes, and runs of classes are counted: a fixed number of passes over the bytes, all of them in
C, so that the time grows only with the length, whatever the text is.
"""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase, digits

Features = tuple[int, ...]


def _table(classes: Iterable[tuple[Iterable[int], str]], other: str) -> bytes:
    table = bytearray(other.encode() * 256)
    for members, name in classes:
        for member in members:
            table[member] = ord(name)
    return bytes(table)


_CLASSES = _table(
    (
        (ascii_lowercase.encode(), "a"),
        (ascii_uppercase.encode(), "A"),
        (digits.encode(), "0"),
        (b" ", " "),
        (b"\n\r", "n"),
        (b"\t", "t"),
        (b"\"'`", "q"),
        (b"{}[]()<>", "b"),
        (b".,;:!?", "."),
        # First bytes of UTF-8 sequences, by what they begin.
        (range(0x80, 0xC0), "c"),  # any further byte
        (range(0xC0, 0xCA), "l"),  # Latin with marks
        (range(0xCA, 0xCE), "m"),  # phonetic letters, combining marks
        (range(0xCE, 0xD0), "g"),  # Greek
        (range(0xD0, 0xD4), "y"),  # Cyrillic
        (range(0xD4, 0xD8), "h"),  # Armenian, Hebrew
        (range(0xD8, 0xDD), "r"),  # Arabic
        (range(0xDD, 0xE0), "x"),  # Thaana, N'Ko ...
        ((0xE0,), "i"),  # Indic scripts, Thai
        ((0xE1,), "v"),  # Georgian, Khmer, Vietnamese letters ...
        ((0xE2,), "p"),  # typographic signs, symbols
        ((0xE3,), "k"),  # Kana
        (range(0xE4, 0xEA), "z"),  # Han
        (range(0xEA, 0xEE), "o"),  # Hangul
        (range(0xEE, 0xF0), "w"),  # full-width forms
        (range(0xF0, 0xF8), "e"),  # emoji, rare planes
    ),
    "#",
)
_BARE = (ascii_lowercase + ascii_uppercase).encode()
_CAPITALS = ascii_uppercase.encode()
_RARE = b"wybvkxjqzWYBVKXJQZ"
_WORDS = _table(((ascii_lowercase.encode(), "a"), (ascii_uppercase.encode(), "a")), " ")
_CONSONANTS = _table(((b"bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ", "c"),), " ")

_IN_WORDS = {"words": " a", "long words": "a" * 14}
_IN_CLASSES = {
    "capital pairs": "AA",
    "inner capitals": "aA",
    "2 spaces": "  ",
    "4 spaces": "    ",
    "8 spaces": " " * 8,
}
_WITHOUT_LETTERS = {
    "digits": "0",
    "digit pairs": "00",
    "digit triples": "000",
    "numbers after a space": " 0",
    "line ends": "n",
    "empty lines": "nn",
    "tabs": "t",
    "brackets": "b",
    "bracket pairs": "bb",
    "lines that end on a bracket": "bn",
    "brackets beside a sign": "b.",
    "signs": ".",
    "lines that end on a sign": ".n",
    "quotes": "q",
    "quotes after a space": " q",
    "quotes beside a sign": "q.",
    "symbols": "#",
    "symbol pairs": "##",
    "16 symbols": "#" * 16,
    "symbols after a space": " #",
}
"""Counted where the letters are taken out: a quarter of the bytes, so these passes cost little."""
_ASCII = bytes(set(range(128)) - {ord(" ")})
_IN_SCRIPTS = {
    "marked Latin": "l",
    "marks": "m",
    "Greek": "g",
    "4 Cyrillic": "ycycycyc",
    "2 Cyrillic": "ycyc",
    "2 Hebrew": "hchc",
    "2 Arabic": "rcrc",
    "2-byte scripts": "x",
    "Indic": "i",
    "2 three-byte letters": "vccvcc",
    "typographic signs": "p",
    "2 typographic signs": "pccpcc",
    "2 Kana": "kcckcc",
    "Han": "z",
    "Hangul": "o",
    "full-width": "w",
    "emoji": "e",
    "further bytes": "c",
    "words of other scripts": " ",
}
FEATURES = ("letters", "capitals", "rare letters", "4 consonants", *_IN_WORDS, *_IN_CLASSES, *_WITHOUT_LETTERS, *_IN_SCRIPTS)
"""What is counted, in this order; overlapping runs count once."""

_WORD_RUNS, _CLASS_RUNS, _BARE_RUNS, _SCRIPT_RUNS = (
    tuple([run.encode() for run in runs.values()]) for runs in (_IN_WORDS, _IN_CLASSES, _WITHOUT_LETTERS, _IN_SCRIPTS)
)
_NO_SCRIPTS = (0,) * len(_SCRIPT_RUNS)


def features(text: str) -> Features:
    """Return the counts of `FEATURES` in `text`."""
    data = text.encode("utf-8", "surrogatepass")
    classes = data.translate(_CLASSES).count
    bare = data.translate(_CLASSES, _BARE)
    return (
        len(data) - len(bare),
        len(data) - len(data.translate(None, _CAPITALS)),
        len(data) - len(data.translate(None, _RARE)),
        data.translate(_CONSONANTS).count(b"cccc"),
        *map((b" " + data.translate(_WORDS)).count, _WORD_RUNS),
        *map(classes, _CLASS_RUNS),
        *map(bare.count, _BARE_RUNS),
        *(_NO_SCRIPTS if text.isascii() else map(data.translate(_CLASSES, _ASCII).count, _SCRIPT_RUNS)),
    )
