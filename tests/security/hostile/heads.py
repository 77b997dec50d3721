"""Answers that two readers could read differently, to smuggle bytes into somebody else's answer.

`GOOD` is the only body that may come of one, where it is not refused. What a wrong reader would take for the next answer says POISON.
"""

from __future__ import annotations

from dataclasses import dataclass

GOOD = b'{"n":1}'
POISON = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"POISONED"'
NEXT = b'{"n":2}'
_CHUNKS = b"7\r\n" + GOOD + b"\r\n0\r\n\r\n"
_OK = b"HTTP/1.1 200 OK\r\n"
_SEVEN = b"Content-Length: 7\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"


@dataclass(frozen=True)
class Case:
    """One answer. `sound`: it has one meaning, so that it may also be read."""

    name: str
    sent: bytes
    sound: bool = False
    after: bytes = b""
    """What comes when the answer is over and the connection waits for the next call."""
    body: bytes = GOOD
    closes: bool = False
    """The server ends the connection, where a reader would wait for more."""


def _fields(*lines: bytes, body: bytes = GOOD, first: bytes = _OK, sound: bool = False, name: str = "") -> Case:
    head = first + b"".join(lines) + b"\r\n"
    return Case(name or repr(b"".join(lines))[2:-1], head + body + POISON, sound)


def _chunks(name: str, body: bytes, *, sound: bool = False) -> Case:
    return Case(f"chunks: {name}", _OK + _CHUNKED + b"\r\n" + body + POISON, sound)


def _first(line: bytes, *, sound: bool = False) -> Case:
    return Case(f"first line: {line!r}"[:90], line + _SEVEN + b"\r\n" + GOOD + POISON, sound)


LENGTHS = (
    _fields(_SEVEN, sound=True),
    _fields(_SEVEN, b"Content-Length: 7\r\n"),
    _fields(_SEVEN, b"Content-Length: 2\r\n"),
    _fields(b"Content-Length: 2\r\n", _SEVEN),
    *(
        _fields(b"Content-Length: " + value + b"\r\n")
        for value in (
            b"+7",
            b"-7",
            b"-1",
            b"0x7",
            b"7.0",
            b"7e0",
            b"7, 7",
            b"7, 2",
            b"7;",
            b"7 7",
            b'"7"',
            b"7_",
            b"\xd9\xa7",
            b"7\x0b",
            b"7\x00",
            b"\x0c7",
            b"seven",
            b"18446744073709551623",
            b"99999999999999999999999999",
            b"",
            b"7\t7",
            b"1_0",
        )
    ),
    Case("the largest length", _OK + b"Content-Length: 9223372036854775815\r\n\r\n" + GOOD + POISON, closes=True),
    _fields(b"Content-Length: 007\r\n", sound=True),
    _fields(b"Content-Length:\t7 \r\n", sound=True),
    _fields(b"content-length: 7\r\n", b"CONTENT-LENGTH: 7\r\n"),
)
BOTH = (
    _fields(_SEVEN, _CHUNKED, body=_CHUNKS),
    _fields(_CHUNKED, _SEVEN, body=_CHUNKS),
    _fields(_CHUNKED, _CHUNKED, body=_CHUNKS),
    _fields(_CHUNKED, b"Transfer-Encoding: identity\r\n", body=_CHUNKS),
    _fields(b"Transfer-Encoding: identity\r\n", _CHUNKED, body=_CHUNKS),
    _fields(_CHUNKED, b"Transfer-Encoding: x\r\n", body=_CHUNKS),
    *(
        _fields(b"Transfer-Encoding: " + value + b"\r\n", body=_CHUNKS)
        for value in (
            b"gzip, chunked",
            b"chunked, gzip",
            b"chunked, chunked",
            b"chunked, identity",
            b"xchunked",
            b"chunkedx",
            b"chunked;q=1",
            b'"chunked"',
            b"chun ked",
            b"\x0bchunked",
            b"chunked\x00",
            b"chunked\x0b",
            b"identity",
            b"deflate",
            b"",
            b"cow",
            b"chunked,",
            b",chunked",
        )
    ),
    _fields(b"Transfer-Encoding: CHUNKED\r\n", body=_CHUNKS, sound=True),
    _fields(b"Transfer-Encoding : chunked\r\n", body=_CHUNKS),
    _fields(b"Transfer_Encoding: chunked\r\n", _SEVEN, sound=True),
    _fields(b"\x00Transfer-Encoding: chunked\r\n", _SEVEN),
    _fields(b"Transfer-Encoding:\r\n chunked\r\n", body=_CHUNKS),
    _fields(b"Transfer-Encoding: chunked\n", _SEVEN, body=_CHUNKS),
)
FIELDS = (
    _fields(_SEVEN, b"X: a\r\n Content-Length: 2\r\n"),
    _fields(_SEVEN, b" X: a\r\n"),
    _fields(b" X: a\r\n", _SEVEN),
    _fields(_SEVEN, b"X : a\r\n"),
    _fields(b"Content-Length : 2\r\n", _SEVEN),
    _fields(_SEVEN, b"X\t: a\r\n"),
    _fields(_SEVEN, b": a\r\n"),
    _fields(_SEVEN, b"no colon\r\n"),
    _fields(_SEVEN, b"X: a\x00b\r\n"),
    _fields(_SEVEN, b"X\x00: a\r\n"),
    _fields(_SEVEN, b"X: a\rContent-Length: 2\r\n"),
    _fields(_SEVEN, b"X: a\nContent-Length: 2\r\n"),
    _fields(_SEVEN, b"X: a\n"),
    _fields(_SEVEN, b"X: a\r\r\n"),
    _fields(b"Content-Length: 7\n"),
    _fields(_SEVEN, b"X(: a\r\n"),
    _fields(_SEVEN, b"X\xe9: a\r\n"),
    _fields(_SEVEN, b"X: \xe9\xff\r\n", sound=True),
    _fields(_SEVEN, b"X: \x7f\r\n"),
    _fields(_SEVEN, b"X: \x1b]0;title\x07\r\n"),
    _fields(_SEVEN, b'{"a": 1}\r\n'),
    _fields(_SEVEN, b"X: y\r\n\rZ: 1\r\n"),
    _fields(_SEVEN, b"Connection: upgrade\r\nUpgrade: h2c\r\n", sound=True),
    _fields(_SEVEN, b"Set-Cookie: a=b\r\nHTTP/1.1 200 OK\r\n"),
)
FIRST = tuple(
    _first(line, sound=sound)
    for line, sound in (
        (b"HTTP/1.1 200\r\n", True),
        (b"HTTP/1.1 200 OK\n", False),
        (b"\r\nHTTP/1.1 200 OK\r\n", True),
        (b" HTTP/1.1 200 OK\r\n", False),
        (b"HTTP/1.1  200 OK\r\n", False),
        (b"HTTP/1.1\t200 OK\r\n", False),
        (b"HTTP/1.1 0200 OK\r\n", False),
        (b"HTTP/1.1 20 OK\r\n", False),
        (b"HTTP/1.1 2000 OK\r\n", False),
        (b"HTTP/1.1 -200 OK\r\n", False),
        (b"HTTP/1.1 +20 OK\r\n", False),
        (b"HTTP/1.1 2x0 OK\r\n", False),
        (b"HTTP/1.1 099 OK\r\n", False),
        (b"HTTP/1.1 000 OK\r\n", False),
        (b"HTTP/1.1 200 \x00\r\n", False),
        (b"HTTP/2.0 200 OK\r\n", False),
        (b"HTTP/2 200 OK\r\n", False),
        (b"HTTP/3.0 200 OK\r\n", False),
        (b"HTTP/0.9 200 OK\r\n", False),
        (b"HTTP/1.2 200 OK\r\n", False),
        (b"HTTP/1.10 200 OK\r\n", False),
        (b"HTTP/11 200 OK\r\n", False),
        (b"http/1.1 200 OK\r\n", False),
        (b"HTTPS/1.1 200 OK\r\n", False),
        (b"ICY 200 OK\r\n", False),
        (b"RTSP/1.0 200 OK\r\n", False),
        (b"GET / HTTP/1.1\r\n", False),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", False),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x00\x10\x00\x00\r\n", False),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n", False),
        (b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n", False),
        (b"<html>\r\n", False),
        (b"SSH-2.0-OpenSSH_9.0\r\n", False),
    )
)
CHUNKS = (
    _chunks("as they should be", _CHUNKS, sound=True),
    _chunks("an extension", b"7;a=b\r\n" + GOOD + b"\r\n0\r\n\r\n", sound=True),
    _chunks("a trailer", b"7\r\n" + GOOD + b"\r\n0\r\nX: y\r\n\r\n", sound=True),
    _chunks("zeros before the size", b"0007\r\n" + GOOD + b"\r\n000\r\n\r\n", sound=True),
    *(
        _chunks(repr(size)[2:-1], size + GOOD + b"\r\n0\r\n\r\n")
        for size in (
            b"0x7\r\n",
            b"+7\r\n",
            b"-7\r\n",
            b" 7\r\n",
            b"7\n",
            b"\r\n7\r\n",
            b"7\r",
            b"seven\r\n",
            b"\r\n",
            b";a\r\n",
            b"7h\r\n",
            b"7_0\r\n",
            b"10000000000000007\r\n",
            b"fffffffffffffffff7\r\n",
            b"7;a\x00\r\n",
            b"7;a\nb\r\n",
            b"\xb7\r\n",
            b"7\x00\r\n",
        )
    ),
    Case("chunks: the largest", _OK + _CHUNKED + b"\r\nffffffffffffffff\r\n" + GOOD + POISON, closes=True),
    Case("chunks: one that is below zero", _OK + _CHUNKED + b"\r\n8000000000000007\r\n" + GOOD + POISON, closes=True),
    _chunks("blanks behind the size", b"7 \r\n" + GOOD + b"\r\n0\r\n\r\n"),
    _chunks("a shorter one", b"6\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    _chunks("a longer one", b"8\r\n" + GOOD + b"\r\n0\r\n\r\n"),
    _chunks("no end of a chunk", b"7\r\n" + GOOD + b"0\r\n\r\n"),
    _chunks("another end of a chunk", b"7\r\n" + GOOD + b"\n0\r\n\r\n"),
    _chunks("two bytes for an end", b"7\r\n" + GOOD + b"xx0\r\n\r\n"),
    _chunks("a bare end", b"7\r\n" + GOOD + b"\r\n0\n\n"),
    _chunks("a length in the trailer", b"7\r\n" + GOOD + b"\r\n0\r\nContent-Length: 2\r\n\r\n", sound=True),
    _chunks("a folded trailer", b"7\r\n" + GOOD + b"\r\n0\r\nX: y\r\n z\r\n\r\n"),
    _chunks("a trailer without a colon", b"7\r\n" + GOOD + b"\r\n0\r\nPOISON\r\n\r\n"),
    _chunks("an answer in the trailer", b"7\r\n" + GOOD + b"\r\n0\r\n" + POISON),
)
INTERIM = (
    Case("an early hint", b"HTTP/1.1 103 Early Hints\r\n\r\n" + _OK + _SEVEN + b"\r\n" + GOOD + POISON, sound=True),
    Case("an interim answer with a body", b"HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\n" + GOOD + _OK + _SEVEN + b"\r\n" + GOOD),
    Case("an interim answer in chunks", b"HTTP/1.1 102 Wait\r\n" + _CHUNKED + b"\r\n" + _CHUNKS + _OK + _SEVEN + b"\r\n" + GOOD),
    Case("101 that nobody asked for", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + POISON),
    Case("101 and then an answer", b"HTTP/1.1 101 Switching\r\n\r\n" + _OK + _SEVEN + b"\r\n" + GOOD),
    Case("interim answers without number", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200 + _OK + _SEVEN + b"\r\n" + GOOD),
    Case("204 with a body", b"HTTP/1.1 204 No\r\nContent-Length: 50\r\n\r\n" + POISON, sound=True, body=b""),
    Case("304 with a body", b"HTTP/1.1 304 No\r\n" + _CHUNKED + b"\r\n" + POISON, sound=True, body=b""),
    Case("no status, only words", GOOD),
    Case("a body of one line", GOOD + b"\r\n\r\n" + POISON),
)
_SAID = _OK + _SEVEN + b"\r\n" + GOOD
WAITING = (
    Case("an answer that nobody asked for yet", _SAID, sound=True, after=POISON),
    Case("half a head waits", _SAID, sound=True, after=b"HTTP/1.1 200 OK\r\nX: "),
    Case("a letter waits", _SAID, sound=True, after=b"H"),
    Case("an empty line waits", _SAID, sound=True, after=b"\r\n"),
    Case("an interim answer waits", _SAID, sound=True, after=b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    Case("a timeout waits", _SAID, sound=True, after=b"HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n"),
    Case("an answer waits behind chunks", _OK + _CHUNKED + b"\r\n" + _CHUNKS, sound=True, after=POISON),
    Case("the rest of chunks waits", _OK + _CHUNKED + b"\r\n" + _CHUNKS, sound=True, after=b"0\r\n\r\n" + POISON),
)
CASES = (*LENGTHS, *BOTH, *FIELDS, *FIRST, *CHUNKS, *INTERIM, *WAITING)
