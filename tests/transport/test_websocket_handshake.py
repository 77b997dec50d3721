"""How a WebSocket is opened, and where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llmkit.errors import ProtocolError, SecurityError, Timeout, TLSError
from llmkit.testing.websocket import FakeSocket, accepted
from llmkit.transport.policy import parse_url
from llmkit.transport.trust import Trust
from llmkit.types.http import HttpRequest, Timeouts
from llmkit.types.websocket import Close

from .conftest import Authority
from .engines import Engine
from .servers import Server
from .sockets_at import OURS, talk, until_closed
from .sockets_at import engine as engine


def test_a_refused_handshake_is_an_answer(engine: Engine) -> None:
    """Its status and body say what is wrong with the key or the model."""
    with FakeSocket(refusal=(401, {"error": "no"})) as host:
        found = talk(engine, host.url, until_closed)

    assert (401, b'{"error": "no"}') == found


REFUSED_HEADS = {
    "another accept": lambda head: head.replace(b"Accept: ", b"Accept: A"),
    "no upgrade": lambda head: head.replace(b"Upgrade: websocket\r\n", b""),
    "no connection": lambda head: head.replace(b"Connection: Upgrade\r\n", b""),
    "an extension": lambda head: head[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    "a subprotocol": lambda head: head[:-2] + b"Sec-WebSocket-Protocol: graphql\r\n\r\n",
    "two accepts": lambda head: head[:-2] + head[head.index(b"Sec-WebSocket-Accept") : -2] + b"\r\n",
    "a line that is no field": lambda head: head[:-2] + b"nonsense\r\n\r\n",
    "an endless head": lambda head: head[:-2] + b"X: " + b"y" * 70_000,
    "no HTTP": lambda head: b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
}


@pytest.mark.parametrize("change", REFUSED_HEADS.values(), ids=REFUSED_HEADS)
def test_a_handshake_that_is_none_is_refused(engine: Engine, change: Callable[[bytes], bytes]) -> None:
    """A cache or a proxy in between must not pass for the server."""

    def script(peer: Any) -> None:
        from llmkit.testing.received import Received
        from llmkit.types.http import Headers

        got = peer.request()
        peer.send(change(accepted(Received(got.method, got.path, Headers(got.headers.items()), b"", 1))))
        peer.wait_until_gone()

    with Server(script) as server, pytest.raises(ProtocolError):
        talk(engine, f"http://127.0.0.1:{server.port}", until_closed)


def test_plain_http_to_another_machine_is_refused(engine: Engine) -> None:
    """Keys go over TLS or stay on the machine."""
    with pytest.raises(SecurityError):
        talk(engine, "http://example.com", until_closed)


def test_headers_of_the_handshake_are_ours(engine: Engine) -> None:
    """A header of the caller's must not change what the handshake means."""
    with FakeSocket() as host, pytest.raises(SecurityError):
        talk(engine, host.url, until_closed, request={"headers": (("Sec-WebSocket-Extensions", "x"),)})


@pytest.mark.parametrize("engine", OURS, ids=lambda engine: engine.name)
def test_tls_is_checked(engine: Engine, authority: Authority) -> None:
    """A WebSocket is as secure as any request."""
    with FakeSocket(lambda talk: talk.send(talk.receive()), context=authority.server()) as host:

        async def scenario(socket: Any) -> Any:
            await socket.send("x" * 100_000)
            return await socket.receive()

        found = talk(engine, host.url, scenario, trust=Trust(ca_file=authority.file))
        with pytest.raises(TLSError):
            talk(engine, host.url, scenario)

    assert "x" * 100_000 == found


def test_timeouts_bound_the_handshake(engine: Engine) -> None:
    """A host that accepts and says nothing is not waited for."""
    with Server(lambda peer: peer.wait_until_gone()) as server, pytest.raises(Timeout) as caught:
        talk(engine, f"http://127.0.0.1:{server.port}", until_closed, request={"timeouts": Timeouts(first_event=0.02)})

    assert "first_event" == caught.value.phase


def test_a_tunnel_carries_it(engine: Engine, authority: Authority) -> None:
    """Through a CONNECT proxy, with TLS to the host behind it."""

    def proxy(peer: Any) -> None:
        from llmkit.testing.received import Received
        from llmkit.types.http import Headers

        peer.request()
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.start_tls(authority.server("api.example"))
        got = peer.request()
        peer.send(accepted(Received(got.method, got.path, Headers(got.headers.items()), b"", 1)) + b"\x81\x02hi\x88\x02\x03\xe8")
        peer.wait_until_gone()

    with Server(proxy) as server:
        options = {"proxy": f"http://127.0.0.1:{server.port}", "trust": Trust(ca_file=authority.file)}
        found = talk(engine, "https://api.example", until_closed, **options)

    assert ["hi", Close(code=1000)] == found
    assert ["CONNECT", "GET"] == [request.method for request in server.requests]


def test_a_key_goes_to_its_own_origin_alone(engine: Engine) -> None:
    """A session is opened with a key, like any call."""

    class Key:
        origin = parse_url("https://api.example")[0]

        def headers(self, request: HttpRequest) -> list[tuple[str, str]]:
            raise AssertionError

    with FakeSocket() as host, pytest.raises(SecurityError):
        talk(engine, host.url, until_closed, request={"credential": Key()})
