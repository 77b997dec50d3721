"""What every engine promises: requests and responses on the wire."""

from __future__ import annotations

import pytest

from llmkit.errors import ConnectionFailed, ProtocolError
from llmkit.types.http import Transport

from .engines import Engine, request_to, respond, whole
from .servers import CHUNKED, OK, Server, answering, answering_once


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
