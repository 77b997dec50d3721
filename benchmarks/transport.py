"""What a call costs on our transports, next to the bare socket and parser of the same run.

Run `python benchmarks/transport.py [rounds] [calls]`. Prints medians of CPU microseconds a call (user and system) and their ratios.
The server is a forked process on another core; nothing leaves the loopback.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import httptools

from llmkit.runtime import run
from llmkit.transport import AsyncioTransport, BlockingTransport
from llmkit.types.http import HttpRequest, Origin, Timeouts, Transport

_BODY = (
    b'{"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"%s"}}]}'
    % (b"The sky is blue because of Rayleigh scattering. " * 33)
)
_HEAD = b"HTTP/1.1 200 OK\r\n" + b"".join(
    b"%s: %s\r\n" % pair
    for pair in (
        (b"Date", b"Mon, 02 Feb 2026 10:00:00 GMT"),
        (b"Content-Type", b"application/json"),
        (b"Content-Length", b"%d" % len(_BODY)),
        (b"Connection", b"keep-alive"),
        (b"access-control-expose-headers", b"X-Request-ID"),
        (b"openai-organization", b"org-abcdefghijklmnop"),
        (b"openai-processing-ms", b"512"),
        (b"openai-version", b"2020-10-01"),
        (b"x-envoy-upstream-service-time", b"520"),
        (b"x-ratelimit-limit-requests", b"10000"),
        (b"x-ratelimit-limit-tokens", b"2000000"),
        (b"x-ratelimit-remaining-requests", b"9999"),
        (b"x-ratelimit-remaining-tokens", b"1999900"),
        (b"x-ratelimit-reset-requests", b"6ms"),
        (b"x-ratelimit-reset-tokens", b"3ms"),
        (b"x-request-id", b"req_0123456789abcdef0123456789abcdef"),
        (b"strict-transport-security", b"max-age=31536000; includeSubDomains; preload"),
        (b"X-Content-Type-Options", b"nosniff"),
        (b"Server", b"cloudflare"),
    )
)
_RESPONSE = _HEAD + b"\r\n" + _BODY
_REQUEST_BODY = b'{"model":"m","messages":[{"role":"user","content":"Why is the sky blue?"}]}'
_HEADERS = (("Content-Type", "application/json"), ("Authorization", "Bearer none"), ("Accept", "*/*"))


def serve(listener: socket.socket) -> None:
    """Answer every request with the same bytes; requests come in one piece."""
    listener.setblocking(False)
    epoll = select.epoll()
    epoll.register(listener.fileno(), select.EPOLLIN)
    open_sockets: dict[int, socket.socket] = {}
    while True:
        for descriptor, _ in epoll.poll():
            if descriptor == listener.fileno():
                sock, _ = listener.accept()
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                open_sockets[sock.fileno()] = sock
                epoll.register(sock.fileno(), select.EPOLLIN)
                continue
            sock = open_sockets[descriptor]
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            if data:
                sock.send(_RESPONSE)
            else:
                epoll.unregister(descriptor)
                open_sockets.pop(descriptor).close()


def start_server() -> tuple[int, int]:
    """Fork the server; return its process and port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    child = os.fork()
    if not child:
        _pin(0)
        serve(listener)
    port = listener.getsockname()[1]
    listener.close()
    _pin(1)
    return child, port


def _pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity") and core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})


class Floor(asyncio.Protocol):
    """The least that an asyncio client can do: write, parse, resolve one future."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_body(self, data: bytes) -> None:
        self.body.append(data)

    def on_message_complete(self) -> None:
        self.future.set_result(b"".join(self.body))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    async def call(self, raw: bytes) -> bytes:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.future = self.loop.create_future()
        self.transport.write(raw)  # type: ignore[attr-defined]
        return await self.future


class BlockingFloor:
    """The least that a blocking client can do."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(60)
        self.parser = httptools.HttpResponseParser(self)

    on_header = Floor.on_header
    on_body = Floor.on_body

    def on_message_complete(self) -> None:
        self.done = True

    def call(self, raw: bytes) -> bytes:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.done = False
        self.sock.sendall(raw)
        while not self.done:
            self.parser.feed_data(self.sock.recv(65536))
        return b"".join(self.body)


def _raw(port: int) -> bytes:
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nAuthorization: Bearer none\r\n"
    )
    return (head + f"Accept: */*\r\nUser-Agent: floor\r\nContent-Length: {len(_REQUEST_BODY)}\r\n\r\n").encode() + _REQUEST_BODY


def _request(port: int) -> HttpRequest:
    origin = Origin(scheme="http", host="127.0.0.1", port=port)
    return HttpRequest(method="POST", origin=origin, path="/v1/chat/completions", headers=_HEADERS, body=_REQUEST_BODY, timeouts=Timeouts())


async def _call(transport: Transport, request: HttpRequest) -> bytes:
    response = await transport.send(request)
    return await response.body.read_all()


async def _many(call: Callable[[int], Awaitable[object]], calls: int, workers: int) -> tuple[float, float]:
    async def work(index: int) -> None:
        for _ in range(calls // workers):
            await call(index)

    await asyncio.gather(*[work(index) for index in range(workers)])  # opens the connections
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*[work(index) for index in range(workers)])
    return (time.process_time() - cpu) / calls * 1e6, (time.perf_counter() - wall) / calls * 1e6


async def _floor(port: int, calls: int, workers: int) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(Floor, "127.0.0.1", port))[1] for _ in range(workers)]
    raw = _raw(port)
    result = await _many(lambda index: clients[index].call(raw), calls, workers)
    for client in clients:
        client.transport.close()
    return result


async def _ours(port: int, calls: int, workers: int) -> tuple[float, float]:
    transport = AsyncioTransport()
    request = _request(port)
    result = await _many(lambda _: _call(transport, request), calls, workers)
    await transport.aclose()
    return result


def _timed(call: Callable[[], object], calls: int) -> tuple[float, float]:
    for _ in range(calls // 4):
        call()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        call()
    return (time.process_time() - cpu) / calls * 1e6, (time.perf_counter() - wall) / calls * 1e6


def _blocking_floor(port: int, calls: int) -> tuple[float, float]:
    client = BlockingFloor(port)
    raw = _raw(port)
    result = _timed(lambda: client.call(raw), calls)
    client.sock.close()
    return result


def _blocking_ours(port: int, calls: int) -> tuple[float, float]:
    transport = BlockingTransport()
    request = _request(port)
    result = _timed(lambda: run(_call(transport, request)), calls)
    run(transport.aclose())
    return result


def measure(port: int, rounds: int, calls: int) -> dict[str, list[tuple[float, float]]]:
    """Return (CPU, wall) a call for each candidate, the rounds interleaved."""
    runners: dict[str, Callable[[Awaitable[object]], object]] = {"asyncio": asyncio.run}  # type: ignore[dict-item]
    try:
        import uvloop
    except ImportError:
        pass
    else:
        runners["uvloop"] = uvloop.run  # type: ignore[assignment]
    results: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for name, runner in runners.items():
            for workers in (1, 100):
                for who, candidate in (("floor", _floor), ("ours", _ours)):
                    results.setdefault(f"{name} c={workers} {who}", []).append(runner(candidate(port, calls, workers)))  # type: ignore[arg-type]
        results.setdefault("blocking floor", []).append(_blocking_floor(port, calls))
        results.setdefault("blocking ours", []).append(_blocking_ours(port, calls))
    return results


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    calls = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    child, port = start_server()
    try:
        results = measure(port, rounds, calls)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    medians = {name: [statistics.median(column) for column in zip(*values, strict=True)] for name, values in results.items()}
    print(f"{'':24}{'CPU us':>9}{'wall us':>9}{'x floor':>9}{'calls/s':>9}")
    for name, (cpu, wall) in medians.items():
        floor = medians[name.replace("ours", "floor")][0]
        print(f"{name:24}{cpu:9.1f}{wall:9.1f}{cpu / floor:9.2f}{1e6 / wall:9.0f}")


if __name__ == "__main__":
    main()
