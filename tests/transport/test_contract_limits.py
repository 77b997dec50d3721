"""What every engine promises: how much may come back."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib
from functools import lru_cache

import pytest

from llmkit.errors import ProtocolError
from llmkit.transport import Limits
from llmkit.types.http import Transport

from .engines import Engine, let_go, pieces, request_to, respond, whole
from .servers import CHUNKED, OK, PATIENCE, Peer, Server, answering, answering_once


@pytest.mark.parametrize(
    "head",
    [b"X: %s\r\n" % (b"y" * 70_000), b"X: y\r\n" * 101, b"X: %s\r\n" % (b"y" * 1000) * 80],
    ids=["line", "fields", "head"],
)
def test_a_head_past_its_limits_is_refused(engine: Engine, head: bytes) -> None:
    with pytest.raises(ProtocolError):
        respond(engine, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + head + b"\r\nok")


def test_interim_responses_are_bounded(engine: Engine) -> None:
    if not engine.ours:
        pytest.skip("h11 counts no interim responses; the total time bounds them")

    with pytest.raises(ProtocolError):
        respond(engine, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000 + OK)


@pytest.mark.parametrize(
    "framing",
    [CHUNKED + b"1;" + b"x" * 300_000, CHUNKED + b"1\r\na\r\n0\r\nX: " + b"y" * 300_000],
    ids=["extension", "trailer"],
)
def test_framing_without_content_is_bounded(engine: Engine, framing: bytes) -> None:
    with pytest.raises(ProtocolError):
        respond(engine, framing)


def test_a_body_larger_than_asked_for_is_refused_and_its_connection_closed(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        with pytest.raises(ProtocolError):
            await response.body.read_all(limit=1000)
        await let_go(engine, server)

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(CHUNKED)
        while True:
            peer.chunk(b"x" * 500)

    with Server(script) as server:
        engine.play(scenario)


def test_the_policy_limits_a_body_when_the_caller_does_not(engine: Engine) -> None:
    with Server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + b"x" * 20)) as server, pytest.raises(ProtocolError):
        engine.play(lambda transport: whole(transport, request_to(server.port)), limits=Limits(body=19))


def compressed(coding: str, data: bytes) -> bytes:
    if coding == "raw-deflate":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    return gzip.compress(data, mtime=0) if coding == "gzip" else zlib.compress(data)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw-deflate"])
def test_a_compressed_body_is_unpacked(engine: Engine, coding: str) -> None:
    data = b'{"text": "hello"}' * 1000
    packed = compressed(coding, data)
    name = coding.removeprefix("raw-").encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (name, len(packed))

    assert (200, data) == respond(engine, head + packed)


@pytest.mark.parametrize("coding", [b"br", b"zstd", b"gzip, gzip", b"x"])
def test_a_coding_nobody_asked_for_is_refused(engine: Engine, coding: bytes) -> None:
    with pytest.raises(ProtocolError):
        respond(engine, b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 2\r\n\r\nok" % coding)


@pytest.mark.parametrize("packed", [gzip.compress(b"x" * 100, mtime=0)[:-9], b"not gzip at all", gzip.compress(b"x", mtime=0) + b"rest"])
def test_a_damaged_compressed_body_is_an_error(engine: Engine, packed: bytes) -> None:
    with pytest.raises(ProtocolError):
        respond(engine, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed))


def test_a_compressed_stream_is_handed_over_as_it_comes(engine: Engine) -> None:
    packer = zlib.compressobj(wbits=31)
    read = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        peer.chunk(packer.compress(b"data: 1\n\n") + packer.flush(zlib.Z_SYNC_FLUSH))
        assert read.wait(PATIENCE)
        peer.chunk(packer.compress(b"data: 2\n\n") + packer.flush())
        peer.send(b"0\r\n\r\n")

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        assert b"data: 1\n\n" == await response.body.read()
        read.set()
        assert [b"data: 2\n\n"] == await pieces(response)

    with Server(script) as server:
        engine.play(scenario)


@lru_cache
def _bomb(wbits: int) -> bytes:
    packer = zlib.compressobj(6, wbits=wbits)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(80)) + packer.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("limit", [0, 1 << 40], ids=["policy", "unlimited"])
def test_a_decompression_bomb_is_defused_in_little_memory(engine: Engine, coding: str, limit: int) -> None:
    bomb = _bomb(31 if coding == "gzip" else 15)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding.encode(), len(bomb))

    async def scenario(transport: Transport) -> int:
        response = await transport.send(request_to(server.port))
        tracemalloc.start()
        try:
            with pytest.raises(ProtocolError):
                await response.body.read_all(limit=limit)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with Server(answering_once(head + bomb)) as server:
        assert engine.play(scenario) < 64 << 20
