"""What every engine promises of a body that is too large for memory: all of it, anew for each try, and no more than the server wants."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from llmkit.errors import InvalidRequest
from llmkit.types.http import HttpRequest, Origin, Transport

from .engines import QUICK, Engine
from .servers import OK, Peer, Server

PIECE = b"0123456789abcdef" * 4096


class Repeated:
    """A body of `count` pieces that never exist at once; `given` counts how many were asked for."""

    def __init__(self, count: int, size: int | None = None) -> None:
        self.count, self.given = count, 0
        self.size = count * len(PIECE) if size is None else size

    def pieces(self) -> Iterator[bytes]:
        for _ in range(self.count):
            self.given += 1
            yield PIECE


def request_with(port: int, body: Repeated) -> HttpRequest:
    origin = Origin(scheme="http", host="127.0.0.1", port=port)
    return HttpRequest(method="POST", origin=origin, path="/", headers=(("Content-Type", "x/y"),), upload=body, timeouts=QUICK)


def drained(peer: Peer) -> tuple[bytes, int]:
    """Read a request whose body is not kept; return its head and the body's length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.sock.recv(65536)
    head, _, rest = data.partition(b"\r\n\r\n")
    told = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    size = seen = int(told.partition(b":")[2]) - len(rest)
    while seen:
        seen -= len(peer.sock.recv(min(seen, 65536)))
    return head, size + len(rest)


def test_a_body_in_pieces_arrives_whole_and_in_flat_memory(engine: Engine) -> None:
    """Its length goes before it, and the connection serves the next request."""
    heads: list[bytes] = []
    sizes: list[int] = []

    def script(peer: Peer) -> None:
        for _ in range(2):
            head, size = drained(peer)
            heads.append(head)
            sizes.append(size)
            peer.send(OK)

    async def scenario(transport: Transport) -> int:
        for count in (64, 1):
            body = Repeated(count)
            tracemalloc.start()
            response = await transport.send(request_with(server.port, body))
            assert b"ok" == await response.body.read_all()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return 0

    peaks: list[int] = []
    with Server(script) as server:
        engine.play(scenario)

    assert [64 * len(PIECE), len(PIECE)] == sizes
    assert b"content-length: 4194304" in heads[0].lower()
    assert peaks[0] < 1_500_000  # the server's own reading is in it


def test_a_server_that_answers_early_gets_no_more(engine: Engine) -> None:
    """A refusal after the first bytes is heard, and the rest is not sent."""
    if not engine.ours:
        pytest.skip("httpx2 reads no answer before its request is sent")

    def script(peer: Peer) -> None:
        peer.sock.recv(65536)
        peer.send(OK)
        peer.wait_until_gone()

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_with(server.port, body))
        assert 200 == response.status
        await response.body.read_all()

    body = Repeated(2000)
    with Server(script) as server:
        engine.play(scenario)

    assert body.given < 2000


@pytest.mark.parametrize("size", [len(PIECE) // 2, len(PIECE) * 3], ids=["longer", "shorter"])
def test_a_body_of_another_length_than_it_says_is_never_taken_for_the_whole(engine: Engine, size: int) -> None:
    """A file that was changed meanwhile must not smuggle a second request, nor be cut in silence."""

    def script(peer: Peer) -> None:
        peer.wait_until_gone()

    async def scenario(transport: Transport) -> None:
        with pytest.raises(InvalidRequest, match="length"):
            await transport.send(request_with(server.port, Repeated(2, size)))

    with Server(script) as server:
        engine.play(scenario)
