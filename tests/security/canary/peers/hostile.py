"""A loopback server that answers wrongly on purpose: it redirects elsewhere, stops in the middle, or never stops."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from itertools import repeat

Send = Callable[[bytes], None]
Way = Callable[[str, Send], None]
"""How to answer a request for a path."""

BLOCK = b"a" * (1 << 16)
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_STEPS = {
    "/messages": (
        {
            "type": "message_start",
            "message": {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "claude-sonnet-4-5",
                "content": [],
                "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": 3, "output_tokens": 1},
            },
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Half an ans"}},
    ),
    "enerateContent": ({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "Half an ans"}]}}]},),
    "/chat/completions": (
        {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "gpt-4.1-mini",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Half an ans"}, "finish_reason": None}],
        },
    ),
}


class Hostile:
    """The server. `got` holds every request as it came; `url` is its address."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.got: list[bytes] = []

    def __enter__(self) -> Hostile:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = _request(connection)
            self.got.append(request)
            self._way(request.split(b" ", 2)[1].decode() if request else "", connection.sendall)
            connection.shutdown(socket.SHUT_WR)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got and (more := connection.recv(1 << 16)):
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]) and (more := connection.recv(1 << 16)):
                body += more
    return head + b"\r\n\r\n" + body


def away_to(url: str) -> Way:
    """Redirect, with the method and the body to be kept, to the same path of another origin."""

    def answer(path: str, send: Send) -> None:
        send(f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {url}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    return answer


def half(path: str, send: Send) -> None:
    """Begin a stream in order and end the connection in order, without the end of the answer."""
    send(_STREAM + _beginning(path))


def comments(path: str, send: Send) -> None:
    """Begin a stream, and then send nothing but comments that keep the connection alive."""
    send(_STREAM + _beginning(path))
    while True:
        send(b": keep-alive\n\n")
        time.sleep(0.05)


def endless_line(size: int) -> Way:
    """Begin a stream, and then a line that does not end before `size` bytes."""

    def answer(path: str, send: Send) -> None:
        send(_STREAM + _beginning(path) + b'data: {"a": "')
        for _ in range(size // len(BLOCK)):
            send(BLOCK)

    return answer


def bomb(size: int) -> Way:
    """Answer with a small body that unfolds to `size` bytes of JSON."""
    body = _folded(b'{"a": "', BLOCK, size // len(BLOCK), b'"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n"

    def answer(path: str, send: Send) -> None:
        send(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


def _folded(before: bytes, block: bytes, times: int, after: bytes) -> bytes:
    """Return the gzip of a block many times over. After a full flush the same block is always the same bytes, so it is folded once."""
    folding = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first, each = (folding.compress(part) + folding.flush(zlib.Z_FULL_FLUSH) for part in (before, block))
    last = folding.compress(after) + folding.flush()
    total, length = zlib.crc32(before), len(before) + times * len(block) + len(after)
    for part in (*repeat(block, times), after):
        total = zlib.crc32(part, total)
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return head + first + each * times + last + struct.pack("<II", total, length & 0xFFFFFFFF)


def _beginning(path: str) -> bytes:
    steps = next((steps for end, steps in _STEPS.items() if end in path), ())
    named = "/messages" in path
    return b"".join(
        (f"event: {step['type']}\n" if named else "").encode() + b"data: " + json.dumps(step).encode() + b"\n\n" for step in steps
    )
