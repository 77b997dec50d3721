"""Change inputs: bytes anywhere, and JSON values where they stand, so that what comes out is often still JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple
from zlib import crc32

_VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\btrue\b|\bfalse\b|\bnull\b')
_BRACKETS = re.compile(rb"[{}\[\]]")
_OPENING, _CLOSING = b"{[", b"}]"
ODD: tuple[bytes, ...] = (
    b"null",
    b"true",
    b"false",
    b"0",
    b"-1",
    b"1",
    b"0.5",
    b"-0.0",
    b"1e308",
    b"1e400",
    b"-1e-400",
    b"NaN",
    b"Infinity",
    b"1e10",
    b"1E+2",
    b"9007199254740993",
    b"18446744073709551616",
    b"-9223372036854775809",
    b"9" * 40,
    b"253402300800",
    b"1e18",
    b"[]",
    b"{}",
    b"[[]]",
    b"[{}]",
    b"[null]",
    b'{"a":1}',
    b'{"":null}',
    b'[1,"a",null,{}]',
    b'""',
    b'"a"',
    b'" "',
    b'"\\u0000"',
    b'"\\ud800"',
    b'"\\udc00x"',
    b'"\\ud83d\\ude00"',
    b'"\xf0\x9f\x98\x80"',
    b'"\xff"',
    b'"1"',
    b'"-1"',
    b'"1e999"',
    b'"NaN"',
    b'"true"',
    b'"null"',
    b'"{}"',
    b'"{\\"a\\":"',
    b'"[1]"',
    b'"AAAA"',
    b'"A"',
    b'"="',
    b'"data:image/png;base64,AAAA"',
    b'"data:,"',
    b'"https://x.example/y"',
    b'"http://[::1"',
    b'"//x"',
    b'"file:///etc"',
    b'"../.."',
    b'"2026-11-23T00:00:00Z"',
    b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"',
    b'"2026-13-40"',
    b'"12:34:56.789"',
    b'"1.5s"',
    b'"\\n\\r\\n"',
    b'"' + b"a" * 300 + b'"',
    b"[" * 60 + b"]" * 60,
    b"[" * 600,
    b"[" * 1200 + b"]" * 1200,
    b"1" * 5000,
    b'"' + b"7" * 5000 + b'"',
    b'"1_0"',
    b'"\xd9\xa3"',
    b'"\xc2\xb2"',
    b'{"a":' * 600,
    b"[" + b"1," * 99 + b"1]",
)
"""Values that programs take for others."""


class Seed(NamedTuple):
    """An input with the places of its values: texts and numbers, and whole objects and arrays."""

    data: bytes
    spans: Sequence[tuple[int, int]]


def seed_of(data: bytes) -> Seed:
    """Find the values in `data`."""
    spans = [match.span() for match in _VALUE.finditer(data)][:400]
    open_: list[int] = []
    for match in _BRACKETS.finditer(data):
        if match.group() in _OPENING:
            open_.append(match.start())
        elif open_ and len(spans) < 600:
            spans.append((open_.pop(), match.end()))
    return Seed(data, spans)


class Mutator:
    """Gives one input after the other. `add` tells it that one was worth it."""

    MOST = 4000

    def __init__(self, seeds: Sequence[bytes], words: Sequence[bytes], source: Random, longest: int) -> None:
        self._pool = [seed_of(seed) for seed in dict.fromkeys(seeds)] or [seed_of(b"")]
        self._words = tuple(words) or (b"a",)
        self._quoted = tuple(b'"' + word + b'"' for word in self._words if word.isascii() and b'"' not in word) or (b'""',)
        self._source = source
        self._longest = longest
        self._random = source.random
        self._wounds = (self._cut, self._word, self._byte, self._splice, self._twice, self._noise, self._odd)

    def add(self, data: bytes) -> None:
        """Keep `data` to be changed further."""
        if len(self._pool) < self.MOST:
            self._pool.append(seed_of(data))
        else:
            self._pool[self._below(self.MOST)] = seed_of(data)

    def __call__(self) -> bytes:
        """Return the next input."""
        seed = self._pool[self._below(len(self._pool))]
        if seed.spans and self._random() < 0.65:
            data = self._revalued(seed)
            if self._random() < 0.8:
                return data[: self._longest]
        else:
            data = seed.data
        for _ in range(1 + self._below(4)):
            data = self._wounds[self._below(7)](data)
        return data[: self._longest]

    def _revalued(self, seed: Seed) -> bytes:
        """Put other values in the place of one or a few."""
        data, end = seed.data, len(seed.data) + 1
        spans = sorted([seed.spans[self._below(len(seed.spans))] for _ in range(1 + self._below(3))], reverse=True)
        for first, last in spans:
            if last > end:  # it lies in one that was changed already
                continue
            data = data[:first] + self._value() + data[last:]
            end = first
        return data

    def _value(self) -> bytes:
        chance = self._random()
        if chance < 0.5:
            return ODD[self._below(len(ODD))]
        if chance < 0.75:
            return self._quoted[self._below(len(self._quoted))]
        other = self._pool[self._below(len(self._pool))]
        if not other.spans:
            return ODD[self._below(len(ODD))]
        first, last = other.spans[self._below(len(other.spans))]
        return other.data[first:last]

    def _below(self, size: int) -> int:
        return int(self._random() * size)

    def _cut(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + data[at + 1 + self._below(8) :] if self._random() < 0.8 else data[:at]

    def _word(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + self._words[self._below(len(self._words))] + data[at:]

    def _byte(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + bytes((self._below(256),)) + data[at + 1 :]

    def _splice(self, data: bytes) -> bytes:
        other = self._pool[self._below(len(self._pool))].data
        return data[: self._below(len(data) + 1)] + other[self._below(len(other) + 1) :]

    def _twice(self, data: bytes) -> bytes:
        first = self._below(len(data) + 1)
        last = first + self._below(64)
        return data[:last] + data[first:last] * (1 + self._below(3)) + data[last:]

    def _noise(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + self._source.randbytes(1 + self._below(12)) + data[at:]

    def _odd(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + ODD[self._below(len(ODD))] + data[at:]


def pieces(data: bytes) -> list[bytes]:
    """Cut `data` into a few pieces, now and then into single bytes: where, the data itself decides, so that it is always cut alike."""
    size = len(data)
    if size < 2:
        return [data]
    state = crc32(data)
    if size < 200 and not state & 31:
        return [data[place : place + 1] for place in range(size)]
    first, second = 1 + (state >> 3) % (size - 1), 1 + (state >> 16) % (size - 1)
    if first > second:
        first, second = second, first
    return [data[:first], data[first:second], data[second:]] if first < second else [data[:first], data[first:]]
