"""What every engine promises: framing, limits, timeouts, connections. TLS and security have their own files."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
import tracemalloc
import zlib
from functools import lru_cache
from typing import Any

import pytest

from llmkit.errors import ConnectionFailed, ProtocolError, Timeout
from llmkit.transport import Limits
from llmkit.types.http import Timeouts, Transport

from .engines import QUICK, Engine, pieces, replace, request_to, whole
from .servers import OK, PATIENCE, Peer, Server, answering, answering_once, silent

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_LIMITS = Timeouts(connect=None, write=None, pool=None, first_event=None, idle=None, total=None)


def respond(engine: Engine, response: bytes, **changes: Any) -> tuple[int, bytes]:
    """Play one call against a server that sends `response` and closes."""
    with Server(answering_once(response)) as server:
        result: tuple[int, bytes] = engine.play(lambda transport: whole(transport, request_to(server.port, **changes)))
    return result


# Framing.


def test_a_request_arrives_as_it_was_given(engine: Engine) -> None:
    with Server(answering()) as server:
        assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port, body=b'{"a":1}')))

    (received,) = server.requests
    assert ("POST", "/v1/x?y=1", b'{"a":1}') == (received.method, received.path, received.body)
    assert f"127.0.0.1:{server.port}" == received.headers["host"]
    assert "application/json" == received.headers["content-type"]
    assert "gzip, deflate" == received.headers["accept-encoding"]
    assert 1 == received.head.lower().count(b"content-length:")


def test_a_large_body_arrives_whole(engine: Engine) -> None:
    body = bytes(range(256)) * 8192

    with Server(answering()) as server:
        engine.play(lambda transport: whole(transport, request_to(server.port, body=body)))

    assert body == server.requests[0].body


def test_a_get_carries_no_body(engine: Engine) -> None:
    with Server(answering()) as server:
        engine.play(lambda transport: whole(transport, request_to(server.port, method="GET", body=b"")))

    assert b"content-length" not in server.requests[0].head.lower()


def test_a_post_without_a_body_says_so(engine: Engine) -> None:
    with Server(answering()) as server:
        engine.play(lambda transport: whole(transport, request_to(server.port, body=b"")))

    assert "0" == server.requests[0].headers["content-length"]


@pytest.mark.parametrize(
    ("response", "status", "body"),
    [
        (OK, 200, b"ok"),
        (CHUNKED + b"2\r\nab\r\n1;ext=1\r\nc\r\n0\r\nTrailer: x\r\n\r\n", 200, b"abc"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 529 \r\nContent-Length: 1\r\n\r\nx", 529, b"x"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nok", 302, b"ok"),
        (b"HTTP/1.1 307 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nok", 307, b"ok"),
    ],
    ids=["length", "chunked", "until-close", "http10", "empty", "204", "304", "103", "100-103", "529", "302", "307"],
)
def test_every_framing_is_read(engine: Engine, response: bytes, status: int, body: bytes) -> None:
    assert (status, body) == respond(engine, response)


def test_a_redirect_is_never_followed(engine: Engine) -> None:
    response = b"HTTP/1.1 308 Permanent Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"

    with Server(answering(response)) as server:
        assert (308, b"") == engine.play(lambda transport: whole(transport, request_to(server.port)))

    assert 1 == len(server.requests)


def test_cookies_are_not_kept(engine: Engine) -> None:
    response = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"

    async def scenario(transport: Transport) -> None:
        for _ in range(2):
            await whole(transport, request_to(server.port))

    with Server(answering(response)) as server:
        engine.play(scenario)

    assert "cookie" not in server.requests[1].headers


def test_response_headers_ignore_case_and_join_repeats(engine: Engine) -> None:
    response = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\nx-a:  \xe92 \r\nEmpty:\r\n\r\nok"

    async def scenario(transport: Transport) -> dict[str, str]:
        answer = await transport.send(request_to(server.port))
        await answer.body.aclose()
        assert "1, é2" == answer.headers["x-A"] == answer.headers.get("X-a")
        assert answer.headers.get("missing") is None and "missing" not in answer.headers and "EMPTY" in answer.headers
        return dict(answer.headers)

    with Server(answering_once(response)) as server:
        assert {"x-a": "1, é2", "content-length": "2", "empty": ""} == engine.play(scenario)


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        CHUNKED + b"5\r\nabc",
        CHUNKED + b"3\r\nabc\r\n",
        CHUNKED + b"3\r\nabc\r\n0\r\n",
    ],
    ids=["nothing", "head", "length", "chunk", "between-chunks", "no-final-line"],
)
def test_a_cut_response_is_an_error_and_never_an_end(engine: Engine, response: bytes) -> None:
    with pytest.raises(ConnectionFailed):
        respond(engine, response)


@pytest.mark.parametrize(
    "response",
    [
        b"garbage\r\n\r\n",
        b"<html>not http</html>\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=["garbage", "html", "status", "both", "two-lengths", "signed", "coding", "chunk-size", "name", "101"],
)
def test_what_is_not_http_is_a_protocol_error(engine: Engine, response: bytes) -> None:
    if not engine.ours and b"Length: 2\r\nTransfer" in response:
        pytest.skip("h11 lets Transfer-Encoding win and drops the connection afterwards")
    if not engine.ours and b" 101 " in response:
        pytest.skip("httpcore hands a 101 over as the response")

    with pytest.raises(ProtocolError):
        respond(engine, response)


# Limits and decompression.


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
        await _let_go(engine, server)

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


# Streams.


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
        await _let_go(engine, server)

    with Server(script) as server:
        engine.play(scenario)


async def _let_go(engine: Engine, server: Server) -> None:
    """Wait until the server has seen every connection close, before the transport itself is closed."""
    if engine.suspends:
        await asyncio.get_running_loop().run_in_executor(None, server.wait_open, 0)
    else:
        server.wait_open(0)


def test_a_reader_that_does_not_read_stops_the_server(engine: Engine) -> None:
    blocked = threading.Event()
    sent = 0

    def script(peer: Peer) -> None:
        nonlocal sent
        peer.request()
        peer.send(CHUNKED)
        peer.sock.settimeout(0.3)
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


# Timeouts.


def test_time_to_connect_is_limited_with_tls_in_it(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, scheme="https", timeouts=QUICK.replace(connect=0.1))
        engine.play(lambda transport: whole(transport, request))

    assert ("connect", 0.1) == (caught.value.phase, caught.value.seconds)


def test_time_to_write_is_limited(engine: Engine) -> None:
    release = threading.Event()

    with Server(lambda peer: (release.wait(PATIENCE), None)[1]) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, body=bytes(32 << 20), timeouts=QUICK.replace(write=0.1))
        try:
            engine.play(lambda transport: whole(transport, request))
        finally:
            release.set()

    assert "write" == caught.value.phase


def test_time_in_the_queue_is_limited_and_the_place_given_up(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        first = await transport.send(request_to(server.port))
        with pytest.raises(Timeout) as caught:
            await transport.send(request_to(server.port, timeouts=QUICK.replace(pool=0.05)))
        assert "pool" == caught.value.phase
        await first.body.aclose()
        assert (200, b"ok") == await whole(transport, request_to(server.port))

    def script(peer: Peer) -> None:
        if peer.number == 1:
            peer.request()
            peer.send(CHUNKED)
            peer.wait_until_gone()
        else:
            answering()(peer)

    with Server(script) as server:
        engine.play(scenario, max_connections=1)


def test_time_to_the_first_byte_is_limited(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(first_event=0.1))))

    assert ("first_event", 0.1) == (caught.value.phase, caught.value.seconds)


def stalling(peer: Peer) -> None:
    """Send a beginning and no more."""
    peer.request()
    peer.send(CHUNKED)
    peer.chunk(b"first")
    peer.wait_until_gone()


def test_time_between_reads_is_limited(engine: Engine) -> None:
    with Server(stalling) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(idle=0.1))))

    assert ("idle", 0.1) == (caught.value.phase, caught.value.seconds)


@pytest.mark.parametrize("script", [silent, stalling], ids=["head", "body"])
def test_the_whole_call_is_limited(engine: Engine, script: Any) -> None:
    with Server(script) as server, pytest.raises(Timeout) as caught:
        engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=QUICK.replace(total=0.15))))

    assert ("total", 0.15) == (caught.value.phase, caught.value.seconds)


def test_a_deadline_in_the_request_limits_the_whole_call(engine: Engine) -> None:
    with Server(silent) as server, pytest.raises(Timeout) as caught:
        request = request_to(server.port, timeouts=NO_LIMITS, deadline=time.monotonic() + 0.1)
        engine.play(lambda transport: whole(transport, request))

    assert "total" == caught.value.phase


def test_a_reader_gives_its_own_deadline_and_phase(engine: Engine) -> None:
    async def scenario(transport: Transport) -> str:
        response = await transport.send(request_to(server.port, timeouts=NO_LIMITS))
        with pytest.raises(Timeout) as caught:
            while True:
                await response.body.read(time.monotonic() + 0.1, "first_event")
        return caught.value.phase

    with Server(stalling) as server:
        assert "first_event" == engine.play(scenario)


def test_no_limits_means_none(engine: Engine) -> None:
    with Server(answering()) as server:
        assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port, timeouts=NO_LIMITS)))


def test_a_timed_out_connection_is_closed_and_its_place_given_up(engine: Engine) -> None:
    def script(peer: Peer) -> None:
        (silent if peer.number == 1 else answering())(peer)

    async def scenario(transport: Transport) -> None:
        request = request_to(server.port)
        with pytest.raises(Timeout):
            await transport.send(replace(request, timeouts=QUICK.replace(first_event=0.05)))
        await _let_go(engine, server)
        assert (200, b"ok") == await whole(transport, request)

    with Server(script) as server:
        engine.play(scenario, max_connections=1)


# Connections.


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
        await _let_go(engine, server)
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
