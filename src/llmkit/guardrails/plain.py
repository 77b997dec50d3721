"""A text as one byte a character, in classes of characters: what has none of what a detector needs is told apart in microseconds."""

from __future__ import annotations


def plain(text: str) -> bytes:
    """Return one byte for each character of `text`; what Latin-1 has not is a question mark, as a question mark itself is."""
    return text.encode("latin-1", "replace")


def classes(**members: str) -> bytes:
    """Return a table for `bytes.translate`: the letter that a class is named by for each of its members, a space for the rest."""
    table = bytearray(b" " * 256)
    for letter, characters in members.items():
        for character in characters:
            table[ord(character)] = ord(letter)
    return bytes(table)


DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = CAPITALS + CAPITALS.lower()
