"""What every engine promises: what is kept, shared and never sent twice."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from llmkit.errors import ConnectionFailed
from llmkit.types.http import Transport

from .engines import Engine, let_go, request_to, whole
from .servers import OK, PATIENCE, Peer, Server, answering, stalling


def test_a_connection_serves_one_call_after_the_other(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        for _ in range(5):
            await whole(transport, request_to(server.port))

    with Server(answering()) as server:
        engine.play(scenario)

    assert (1, 5) == (server.accepted, len(server.requests))


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"surplus",
        OK + OK,
    ],
    ids=["close", "http10", "surplus", "two-responses"],
)
def test_a_connection_that_cannot_serve_again_is_closed(engine: Engine, response: bytes) -> None:
    if not engine.ours and response.startswith(OK):
        pytest.skip("h11 takes what comes after a response for the answer to the next request, and fails it")

    async def scenario(transport: Transport) -> None:
        assert (200, b"ok") == await whole(transport, request_to(server.port))
        assert (200, b"ok") == await whole(transport, request_to(server.port))

    with Server(answering(response)) as server:
        engine.play(scenario)

    assert 2 == server.accepted


def test_a_kept_connection_that_the_server_closed_is_not_used(engine: Engine) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(OK)

    async def scenario(transport: Transport) -> None:
        assert (200, b"ok") == await whole(transport, request_to(server.port))
        await let_go(engine, server)
        assert (200, b"ok") == await whole(transport, request_to(server.port))

    with Server(script) as server:
        engine.play(scenario)

    assert [1, 2] == [received.connection for received in server.requests]


def test_a_request_that_left_is_never_sent_again(engine: Engine) -> None:
    """A billed POST whose connection dies is the caller's to repeat."""

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(OK)
        peer.request()

    async def scenario(transport: Transport) -> None:
        await whole(transport, request_to(server.port))
        with pytest.raises(ConnectionFailed):
            await whole(transport, request_to(server.port))

    with Server(script) as server:
        engine.play(scenario)

    assert 2 == len(server.requests)


def test_an_idle_connection_expires(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        await whole(transport, request_to(server.port))
        await (asyncio.sleep(0.08) if engine.suspends else _nap())
        await whole(transport, request_to(server.port))

    with Server(answering()) as server:
        engine.play(scenario, idle_expiry=0.04)

    assert 2 == server.accepted


async def _nap() -> None:
    time.sleep(0.08)


def test_an_answer_ahead_of_the_whole_request_is_read(engine: Engine) -> None:
    """Servers refuse a body that is too large without reading it."""
    if not engine.ours:
        pytest.skip("httpcore reads no response before the request is written")

    def script(peer: Peer) -> None:
        while b"\r\n\r\n" not in peer.buffer:
            peer._more()
        peer.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        answered.wait(PATIENCE)

    async def scenario(transport: Transport) -> tuple[int, bytes]:
        try:
            return await whole(transport, request_to(server.port, body=bytes(32 << 20)))
        finally:
            answered.set()

    answered = threading.Event()
    with Server(script) as server:
        assert (413, b"no") == engine.play(scenario)


def test_a_refused_connection_is_a_typed_error(engine: Engine) -> None:
    with Server(answering()) as server:
        port = server.port

    with pytest.raises(ConnectionFailed) as caught:
        engine.play(lambda transport: whole(transport, request_to(port)))

    assert caught.value.retryable


def test_a_name_that_does_not_resolve_is_a_typed_error(engine: Engine) -> None:
    with pytest.raises(ConnectionFailed):
        engine.play(lambda transport: whole(transport, request_to(443, scheme="https", host="does-not-exist.invalid")))


def test_ipv6_is_spoken(engine: Engine) -> None:
    try:
        with Server(answering(), host="::1") as server:
            assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port, host="::1")))
    except OSError:
        pytest.skip("no IPv6 on this machine")

    assert f"[::1]:{server.port}" == server.requests[0].headers["host"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_localhost_is_found_on_either_family(engine: Engine, host: str) -> None:
    if not engine.ours and host == "::1":
        pytest.skip("the client asks the resolver, which may know only one family")
    try:
        with Server(answering(), host=host) as server:
            assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port, host="localhost")))
    except OSError:
        pytest.skip(f"no {host} on this machine")


def test_a_closed_transport_refuses_to_send(engine: Engine) -> None:
    if not engine.ours:
        pytest.skip("a client of the user's stays his")

    async def scenario(transport: Transport) -> None:
        await transport.aclose()
        with pytest.raises(ConnectionFailed):
            await transport.send(request_to(1))

    engine.play(scenario)


def test_the_body_of_a_closed_response_is_an_error_and_not_an_end(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        await response.body.aclose()
        with pytest.raises(ConnectionFailed):
            await response.body.read()

    with Server(stalling) as server:
        engine.play(scenario)
