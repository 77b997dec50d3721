"""The least that a client can do: write, parse HTTP, resolve one future."""

from __future__ import annotations

import asyncio
import socket

import httptools

REQUEST_BODY = b'{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Why is the sky blue?"}]}'
RAW = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: */*\r\nUser-Agent: floor\r\n"
    b"Authorization: Bearer sk-floor\r\nContent-Length: %d\r\n\r\n%s" % (len(REQUEST_BODY), REQUEST_BODY)
)


_STREAM_BODY = REQUEST_BODY[:-1] + b',"stream":true}'
RAW_PACED = RAW.replace(b"POST /v1", b"POST /paced/v1").replace(b"Length: %d" % len(REQUEST_BODY), b"Length: %d" % len(_STREAM_BODY))
RAW_PACED = RAW_PACED.replace(REQUEST_BODY, _STREAM_BODY)


class _Parsing:
    def begin(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.done = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_body(self, data: bytes) -> None:
        self.body.append(data)


class AsyncFloor(_Parsing, asyncio.Protocol):
    """One connection on an event loop."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)
        self.loop = asyncio.get_running_loop()

    def on_message_complete(self) -> None:
        self.future.set_result(b"".join(self.body))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    async def call(self, raw: bytes = RAW) -> bytes:
        self.begin()
        self.future = self.loop.create_future()
        self.transport.write(raw)  # type: ignore[attr-defined]
        return await self.future


class BlockingFloor(_Parsing):
    """One blocking connection."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.parser = httptools.HttpResponseParser(self)

    def on_message_complete(self) -> None:
        self.done = True

    def call(self) -> bytes:
        self.begin()
        self.sock.sendall(RAW)
        while not self.done:
            self.parser.feed_data(self.sock.recv(65536))
        return b"".join(self.body)
