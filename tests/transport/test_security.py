"""What is refused before a byte is sent, and what an error never carries."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

import pytest

from llmkit.errors import LLMKitError, SecurityError
from llmkit.transport import Trust
from llmkit.types.http import HttpRequest, Origin, Transport

from .conftest import Authority
from .engines import QUICK, Engine, request_to, whole
from .servers import Peer, Server, answering, silent

KEY = "sk-canary-0123456789"


class Bearer:
    """A credential as an auth layer makes it."""

    def __init__(self, origin: Origin, value: str = f"Bearer {KEY}", name: str = "Authorization") -> None:
        self.origin = origin
        self._pair = (name, value)

    def headers(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        return (self._pair,)


def _origin(port: int) -> Origin:
    return Origin(scheme="http", host="127.0.0.1", port=port)


def test_a_credential_is_applied_to_each_request(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        for number in range(2):
            await whole(transport, request_to(server.port, credential=Bearer(_origin(server.port), f"Bearer {number}")))
        await whole(transport, request_to(server.port))

    with Server(answering()) as server:
        engine.play(scenario)

    assert ["Bearer 0", "Bearer 1", None] == [received.headers.get("authorization") for received in server.requests]


@pytest.mark.parametrize("change", [{"port": 1}, {"scheme": "https"}, {"host": "localhost"}], ids=["port", "scheme", "host"])
def test_a_credential_never_goes_to_another_origin(engine: Engine, change: dict[str, Any]) -> None:
    with Server(answering()) as server, pytest.raises(SecurityError) as caught:
        own = Bearer(_origin(server.port).replace(**change))
        engine.play(lambda transport: whole(transport, request_to(server.port, credential=own)))

    assert 0 == server.accepted
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("host", ["example.com", "10.1.2.3", "192.168.0.1", "localhost.example", "fd00::1"])
def test_plain_http_to_another_machine_is_refused(engine: Engine, host: str) -> None:
    with pytest.raises(SecurityError, match="insecure_origins"):
        engine.play(lambda transport: whole(transport, request_to(80, host=host)))


async def _all_refused(transport: Transport, requests: Iterable[HttpRequest]) -> None:
    for request in requests:
        with pytest.raises(SecurityError):
            await transport.send(request)


MARKS = ["\r", "\n", "\r\nX: y", "\x00", "\x7f", "\u20ac", "\ud800"]


@pytest.mark.parametrize("place", ["method", "path", "name", "value", "host", "credential-name", "credential-value"])
def test_what_could_split_a_head_is_refused_before_a_byte_is_sent(engine: Engine, place: str) -> None:
    def changed(text: str) -> HttpRequest:
        changes: dict[str, dict[str, Any]] = {
            "method": {"method": text.upper()},
            "path": {"path": f"/{text}"},
            "name": {"headers": ((text, "x"),)},
            "value": {"headers": (("X-A", text),)},
            "host": {"origin": Origin(scheme="https", host=text, port=server.port)},
            "credential-name": {"credential": Bearer(_origin(server.port), "x", text)},
            "credential-value": {"credential": Bearer(_origin(server.port), text)},
        }
        return request_to(server.port, **changes[place])

    with Server(answering()) as server:
        engine.play(lambda transport: _all_refused(transport, [changed(f"a{mark}b") for mark in MARKS]))

    assert 0 == server.bytes_seen


def test_the_words_of_a_refusal_never_hold_the_value(engine: Engine) -> None:
    request = request_to(1, headers=(("X-A", f"{KEY}\n"),))

    with pytest.raises(SecurityError) as caught:
        engine.play(lambda transport: transport.send(request))

    assert KEY not in str(caught.value)


PATHS = ["", "x", "http://127.0.0.1/", "/a b", "/a#b", "/\t", "/\x85"]
METHODS = ["", "get", "GET ", "G\tT", "M" * 21]
NAMES = ["Host", "content-length", "Transfer-Encoding", "CONNECTION", "Upgrade", "Expect", "TE", "Trailer", "", "a b", "a:"]


def test_a_path_is_visible_ascii_from_the_root(engine: Engine) -> None:
    with Server(answering()) as server:
        engine.play(lambda transport: _all_refused(transport, [request_to(server.port, path=path) for path in PATHS]))

    assert 0 == server.accepted


def test_headers_of_the_transport_cannot_be_overridden(engine: Engine) -> None:
    with Server(answering()) as server:
        engine.play(lambda transport: _all_refused(transport, [request_to(server.port, headers=((name, "1"),)) for name in NAMES]))

    assert 0 == server.accepted


def test_a_method_is_an_upper_case_word(engine: Engine) -> None:
    with Server(answering()) as server:
        engine.play(lambda transport: _all_refused(transport, [request_to(server.port, method=method) for method in METHODS]))

    assert 0 == server.accepted


def test_a_refused_credential_leaves_the_transport_usable(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        request = request_to(server.port)
        await whole(transport, request)
        with pytest.raises(SecurityError):
            await whole(transport, request_to(server.port, credential=Bearer(_origin(server.port), "a\nb")))
        assert (200, b"ok") == await whole(transport, request)

    with Server(answering()) as server:
        engine.play(scenario, max_connections=1)

    assert 2 == len(server.requests)


def _cut(peer: Peer) -> None:
    peer.request()


def _garbage(peer: Peer) -> None:
    peer.request()
    peer.send(b"garbage\r\n\r\n")


def _cut_body(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")


def _reset(peer: Peer) -> None:
    import socket
    import struct

    peer.request()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.sock.close()


@pytest.mark.parametrize("script", [_cut, _garbage, _cut_body, _reset, silent])
@pytest.mark.parametrize("large", [False, True])
def test_an_error_carries_no_request(engine: Engine, script: Any, large: bool) -> None:
    """Neither its chain nor the frames of its traceback hold the bytes of the head."""

    async def scenario(transport: Transport) -> None:
        body = bytes(1 << 20) if large else b"{}"
        credential = Bearer(_origin(server.port))
        await whole(transport, request_to(server.port, body=body, credential=credential, timeouts=QUICK.replace(first_event=0.05)))

    with Server(script) as server, pytest.raises(LLMKitError) as caught:
        engine.play(scenario)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert [] == [name for name, value in _locals(caught.value.__traceback__) if KEY in repr(value)]


def _locals(trace: TracebackType | None) -> Iterable[tuple[str, object]]:
    while trace is not None:
        if "llmkit" in trace.tb_frame.f_globals.get("__name__", "") and "tests" not in trace.tb_frame.f_globals["__name__"]:
            yield from trace.tb_frame.f_locals.items()
        trace = trace.tb_next


def test_a_tls_error_has_no_chain(engine: Engine, authority: Authority) -> None:
    with Server(answering(), tls=authority.server("other.example")) as server, pytest.raises(LLMKitError) as caught:
        request = request_to(server.port, scheme="https", host="localhost")
        engine.play(lambda transport: whole(transport, request), trust=Trust(ca_file=authority.file))

    assert caught.value.__context__ is None
