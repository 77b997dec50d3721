"""A chat-completions server that costs next to nothing, in a process of its own on another core."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
BODY = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1770000000,"model":"gpt-4.1-mini","choices":[{"index":0,"message":'
    b'{"role":"assistant","content":"%s","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":'
    b'{"prompt_tokens":12,"completion_tokens":230,"total_tokens":242,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},'
    b'"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0}},'
    b'"service_tier":"default","system_fingerprint":"fp_0123456789"}' % (b"The sky is blue because of Rayleigh scattering. " * 22)
)
FIELDS = (
    b"Date: Mon, 02 Feb 2026 10:00:00 GMT\r\nConnection: keep-alive\r\naccess-control-expose-headers: X-Request-ID\r\n"
    b"openai-organization: org-abcdefghijklmnop\r\nopenai-processing-ms: 512\r\nopenai-version: 2020-10-01\r\n"
    b"x-envoy-upstream-service-time: 520\r\nx-ratelimit-limit-requests: 10000\r\nx-ratelimit-limit-tokens: 2000000\r\n"
    b"x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-remaining-tokens: 1999900\r\nx-ratelimit-reset-requests: 6ms\r\n"
    b"x-ratelimit-reset-tokens: 3ms\r\nx-request-id: req_0123456789abcdef0123456789abcdef\r\n"
    b"strict-transport-security: max-age=31536000; includeSubDomains; preload\r\nX-Content-Type-Options: nosniff\r\nServer: cloudflare\r\n"
)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY) + FIELDS + b"\r\n" + BODY
_START = (
    b'{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1770000000,"model":"gpt-4.1-mini",'
    b'"service_tier":"default","system_fingerprint":"fp_0123456789",'
)
EVENTS = [
    b"data: " + _START + b'"choices":[{"index":0,"delta":{"content":" word%d"},"logprobs":null,"finish_reason":null}],"usage":null}\n\n' % n
    for n in range(199)
]
EVENTS.append(b"data: " + _START + b'"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}\n\n')
EVENTS.append(
    b"data: " + _START + b'"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":199,"total_tokens":211}}\n\ndata: [DONE]\n\n'
)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n" + FIELDS + b"\r\n"
CHUNKS = [b"%x\r\n%s\r\n" % (len(event), event) for event in EVENTS]
BURST = STREAM_HEAD + b"".join(CHUNKS) + b"0\r\n\r\n"


def _complete(request: bytes) -> bool:
    """Tell whether head and body are there: some clients send them apart."""
    head, mark, body = request.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(mark) and len(body) >= (int(length[1]) if length else 0)


def _answer(sock: socket.socket, request: bytes) -> None:
    if b'"stream":true' not in request:
        sock.send(PLAIN)
    elif request.startswith(b"POST /paced"):
        sock.setblocking(True)
        sock.send(STREAM_HEAD)
        for chunk in CHUNKS:
            time.sleep(0.001)
            sock.send(chunk)
        sock.send(b"0\r\n\r\n")
        sock.setblocking(False)
    else:
        sock.setblocking(True)
        sock.sendall(BURST)
        sock.setblocking(False)


def _serve(listener: socket.socket) -> None:
    listener.setblocking(False)
    epoll = select.epoll()
    epoll.register(listener.fileno(), select.EPOLLIN)
    clients: dict[int, socket.socket] = {}
    parts: dict[int, bytes] = {}
    while True:
        for number, _ in epoll.poll():
            if number == listener.fileno():
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.setblocking(False)
                clients[sock.fileno()] = sock
                epoll.register(sock.fileno(), select.EPOLLIN)
                continue
            try:
                data = clients[number].recv(65536)
                if data:
                    data = parts.pop(number, b"") + data
                    if _complete(data):
                        _answer(clients[number], data)
                    else:
                        parts[number] = data
                    continue
            except OSError:
                pass
            parts.pop(number, None)
            epoll.unregister(number)
            clients.pop(number).close()


@contextmanager
def running() -> Iterator[int]:
    """Run the server; give its port. This process moves to the other core."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    child = os.fork()
    if not child:
        pin(0)
        try:
            _serve(listener)
        finally:
            os._exit(0)
    port = listener.getsockname()[1]
    listener.close()
    pin(1)
    try:
        yield port
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def pin(core: int) -> None:
    """Stay on one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity") and core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})
