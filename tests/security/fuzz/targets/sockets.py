"""WebSockets: the handshake's answer and the frames, in any split."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Hashable, Iterator

from llmkit.errors import LLMKitError
from llmkit.transport.head import Heads
from llmkit.transport.policy import Limits
from llmkit.transport.websocket import Link
from llmkit.types.http import HttpRequest, Origin
from tests.security.fuzz.mutation import pieces
from tests.security.fuzz.target import Target, hold

_LIMITS = Limits(head=2048, fields=20, body=4096)
_ORIGIN = Origin(scheme="https", host="x.example", port=443)
_REQUEST = HttpRequest(method="GET", origin=_ORIGIN, path="/", headers=(("Sec-WebSocket-Protocol", "chat, json"),))
_ACCEPT = b"{accept}"
"""Stands for the answer to this handshake's number, which is another one each time."""
HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"


def targets() -> Iterator[Target]:
    """Return the handshake and the frames."""
    refused = b'HTTP/1.1 401 Unauthorized\r\nContent-Length: 14\r\n\r\n{"error":"no"}'
    chosen = HEAD[:-2] + b"Sec-WebSocket-Protocol: json\r\n\r\n"
    heads = (
        b"\r\n",
        b"Upgrade: websocket\r\n",
        b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        b"Sec-WebSocket-Protocol: x\r\n",
        _ACCEPT,
    )
    yield Target(
        name="websocket.handshake", run=_handshake, seeds=lambda: (HEAD, chosen, refused, HEAD + b"\x81\x02hi"), words=lambda: heads
    )
    frames = (
        b"\x81\x05hello\x82\x01\x00\x89\x00",
        b"\x01\x02\xc3\xa9\x80\x01!\x8a\x00",
        b"\x88\x05\x03\xe8bye",
        b"\x81\x7e\x00\x80" + b"a" * 128,
        b"\x81\x7f" + bytes(7) + b"\x05hello",
        b"\x09\x00\x01\x01a\x89\x01p\x80\x01b\x88\x00",
    )
    yield Target(
        name="websocket.frames",
        run=_frames,
        seeds=lambda: frames,
        words=lambda: (
            b"\x81\x85abcd",
            b"\x00\x00",
            b"\x80\x00",
            b"\x88\x02\x03\xee",
            b"\x8f\x00",
            b"\xc1\x00",
            b"\x81\x7f\xff" + b"\xff" * 7,
            b"\x89\x7e",
        ),
        longest=1000,
    )


def _link() -> Link:
    link = Link(_LIMITS)
    link.write(Heads(_ORIGIN.netloc), _REQUEST)
    return link


def _accept(link: Link) -> bytes:
    number: bytes = link._nonce  # what the server must answer is nowhere else
    return b64encode(hashlib.sha1(number + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest())


def _handshake(data: bytes) -> Hashable:
    return _played([], data)


def _frames(data: bytes) -> Hashable:
    return _played([HEAD], data)


def _played(before: list[bytes], data: bytes) -> Hashable:
    whole, parts = _told(before, data, whole=True), _told(before, data, whole=False)
    hold(whole[0][: len(parts[0])] == parts[0] or parts[0][: len(whole[0])] == whole[0], "a split changes the messages")
    if not (whole[2] or parts[2]):
        hold(whole[:2] == parts[:2], "a split changes the end")
    return len(whole[0]), whole[1:], [type(message).__name__ for message in whole[0]][:2] == ["str", "str"]


def _told(before: list[bytes], data: bytes, *, whole: bool) -> tuple[list[str | bytes], Hashable, str]:
    link = _link()
    accept = _accept(link)
    cut = [data] if whole else pieces(data)
    head, mark, rest = data.partition(_ACCEPT)
    if mark and not before:  # in the first place alone: in a message it would be another one each time
        cut = [head + accept + rest] if whole else [*pieces(head), *pieces(accept + rest)]
    for piece in [*[one.replace(_ACCEPT, accept) for one in before], *cut]:
        link.feed(piece)
        link.outgoing()
    link.eof()
    messages = [link.take() for _ in range(len(link.messages))]
    hold(link.buffered == 0, "the count of what waits is wrong")
    hold(sum(map(len, messages)) <= 3 * (len(data) + len(accept)), "messages are longer than what came")
    failure = "" if link.failure is None else type(link.failure).__name__
    return messages, (link.waits, link.closed is not None and link.closed.code, _refused(link)), failure


def _refused(link: Link) -> Hashable:
    try:
        answer = link.refusal(_REQUEST)
    except (LLMKitError, AttributeError) as error:
        if isinstance(error, AttributeError) and link.failure is None and not link.waits:
            raise
        return type(error).__name__
    return None if answer is None else answer.status
