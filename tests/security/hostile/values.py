"""JSON values that cost little to send and much to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from tests.security.hostile.endless import Path, at, filled

Value: TypeAlias = Callable[[Any, int], Iterator[bytes]]
"""Gets what stands in the honest answer and how many bytes there may be; returns what stands there instead."""
MILLION = 1_000_000


def _list(unit: bytes) -> Value:
    return lambda _, size: chain([b"["], filled(unit + b",", size), [unit + b"]"])


def _string(begin: bytes, unit: bytes = b"x") -> Value:
    return lambda _, size: chain([b'"' + begin], filled(unit, size), [b'"'])


def _text(begin: bytes, unit: bytes, count: int, end: bytes = b"") -> Value:
    return lambda _, size: chain([begin], filled(unit, min(size, count * len(unit))), [end])


def own(honest: Any, size: int) -> Iterator[bytes]:
    """Return a list of what the honest list holds, again and again; of other things, a list of them."""
    one = json.dumps(honest[0] if isinstance(honest, list) and honest else honest).encode()
    return _list(one)(honest, size)


def distinct_keys(_: Any, size: int) -> Iterator[bytes]:
    """Return an object of many different keys."""
    yield b"{"
    for start in range(0, min(MILLION, size // 12), 4096):
        yield b"".join([b'"%d":{},' % number for number in range(start, start + 4096)])
    yield b'"a":0}'


def deep(opening: bytes, closing: bytes) -> Value:
    """Return the value that nests a million times."""
    return lambda _, size: chain(filled(opening, min(size, MILLION)), [b"0"], filled(closing, min(size, MILLION)))


def colliding_keys(_: Any, size: int) -> Iterator[bytes]:
    """Return an object whose keys are numbers that share their low bits, as strings and with the same beginning."""
    yield b"{"
    for start in range(0, min(MILLION, size // 24), 2048):
        yield b"".join([b'"%020d":0,' % (number << 32) for number in range(start, start + 2048)])
    yield b'"a":0}'


VALUES: dict[str, Value] = {
    "its own list": own,
    "empty objects": _list(b"{}"),
    "empty lists": _list(b"[]"),
    "objects": _list(b'{"index":0,"text":"a"}'),
    "zeros": _list(b"0"),
    "fractions": _list(b"0.5"),
    "numbers of two bytes": _list(b"1000"),
    "short strings": _list(b'"ab"'),
    "nulls": _list(b"null"),
    "wide strings": _string(b"\xf0\x9f\x98\x80"),
    "wide by an escape": _string(b"\\ud83d\\ude00"),
    "escapes": _string(b"", b"\\u20ac"),
    "escaped quotes": _string(b"", b'\\"'),
    "lone surrogates": _string(b"", b"\\ud800"),
    "overlong UTF-8": _string(b"", b"\xc0\xaf"),
    "marks of order": _string(b"", b"\xef\xbb\xbf"),
    "controls": _string(b"", b"\x01"),
    "no base64": _string(b"", b"!*"),
    "base64 cut": _string(b"A", b"AAAA"),
    "a million digits": _text(b"1", b"0", MILLION),
    "a million digits below zero": _text(b"-1", b"0", MILLION),
    "a million decimals": _text(b"0.", b"1", MILLION),
    "an endless exponent": _text(b"1e", b"9", MILLION),
    "NaN": _text(b"NaN", b" ", 1),
    "Infinity": _text(b"-Infinity", b" ", 1),
    "a billion": _text(b"1000000000", b" ", 1),
    "below zero": _text(b"-1", b" ", 1),
    "the same key": lambda _, size: chain([b"{"], filled(b'"a":{},', size), [b'"a":0}']),
    "a key of its own": distinct_keys,
    "keys that collide": colliding_keys,
    "lists in lists": deep(b"[", b"]"),
    "objects in objects": deep(b'{"a":', b"}"),
    "blanks": _text(b"", b" ", MILLION, b"0"),
}
WORDS: dict[str, Value] = {
    "a long key": lambda _, size: chain([b'{"'], filled(b"k", size), [b'":0}']),
    "one string": _string(b""),
    "base64": _string(b"", b"AAAA"),
    "fractions of vectors": _list(b"0.5"),
}
"""What may be an answer, were it not so long."""


def instead(honest: Any, path: Path, value: Value, size: int) -> Iterator[bytes]:
    """Return what stands at `path` of an honest answer, replaced."""
    return value(at(honest, path), size)
