"""What every engine promises: bytes as they come."""

from __future__ import annotations

import threading

import pytest

from llmkit.errors import ConnectionFailed
from llmkit.types.http import Transport

from .engines import Engine, let_go, request_to
from .servers import CHUNKED, PATIENCE, Peer, Server, answering_once


def test_each_piece_is_handed_over_before_the_next_is_sent(engine: Engine) -> None:
    turns = [threading.Event() for _ in range(5)]

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(CHUNKED)
        for number, turn in enumerate(turns):
            peer.chunk(b"data: %d\n\n" % number)
            assert turn.wait(PATIENCE)
        peer.send(b"0\r\n\r\n")

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        for number, turn in enumerate(turns):
            assert b"data: %d\n\n" % number == await response.body.read()
            turn.set()
        assert b"" == await response.body.read()
        assert b"" == await response.body.read()

    with Server(script) as server:
        engine.play(scenario)


def test_what_came_before_a_cut_is_read_before_the_error(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        assert b"abc" == await response.body.read()
        with pytest.raises(ConnectionFailed):
            await response.body.read()

    with Server(answering_once(CHUNKED + b"3\r\nabc\r\n5\r\n")) as server:
        engine.play(scenario)


def test_closing_a_stream_early_closes_its_connection_at_once(engine: Engine) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(CHUNKED)
        peer.chunk(b"first")
        peer.wait_until_gone()

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        assert b"first" == await response.body.read()
        await response.body.aclose()
        await response.body.aclose()
        await let_go(engine, server)

    with Server(script) as server:
        engine.play(scenario)


def test_a_reader_that_does_not_read_stops_the_server(engine: Engine) -> None:
    blocked = threading.Event()
    sent = 0

    def script(peer: Peer) -> None:
        nonlocal sent
        peer.request()
        peer.send(CHUNKED)
        peer.sock.settimeout(0.1)
        try:
            while sent < 200 << 20:
                peer.chunk(bytes(65536))
                sent += 65536
        except TimeoutError:
            blocked.set()

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        await response.body.read()
        await engine.wait(blocked)
        await response.body.aclose()

    with Server(script) as server:
        engine.play(scenario)

    assert sent < 32 << 20
