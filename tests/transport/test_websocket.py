"""WebSockets over both of our engines, against a real host."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from llmkit.errors import ConnectionFailed, InvalidRequest, LLMKitError, ProtocolError, Timeout
from llmkit.testing.websocket import FakeSocket, Talk
from llmkit.transport.policy import Limits
from llmkit.types.websocket import Close

from .engines import Engine
from .sockets_at import OURS, handshake, talk, until_closed
from .sockets_at import engine as engine


@pytest.mark.parametrize("engine", OURS, ids=lambda engine: engine.name)
def test_messages_go_both_ways_whole_and_unchanged(engine: Engine) -> None:
    """Text, bytes, empty ones, and those larger than any buffer."""
    messages = ["hé", b"\x00\xff", "", "x" * 300_000, b"y" * 1_000_000]

    async def scenario(socket: Any) -> Any:
        found = []
        for message in messages:
            await socket.send(message)
            found.append(await socket.receive())
        return found

    def echo(talk: Talk) -> None:
        for _ in messages:
            talk.send(talk.receive())

    with FakeSocket(echo) as host:
        found = talk(engine, host.url, scenario)
        asked = host.handshakes[0]

    assert messages == found
    assert ("GET", "/v1/socket?model=m", "k") == (asked.method, asked.target, asked.headers["x-key"])
    assert ("websocket", "Upgrade", "13", None) == tuple(
        asked.headers.get(name) for name in ("upgrade", "connection", "sec-websocket-version", "sec-websocket-extensions")
    )


@pytest.mark.parametrize("engine", OURS, ids=lambda engine: engine.name)
def test_pings_are_answered_and_the_close_is_told(engine: Engine) -> None:
    """A server that gets no pong hangs up; its code says why it ends."""

    def script(talk: Talk) -> None:
        talk.ping(b"there?")
        talk.send("a", "b")
        talk.receive()
        talk.close(4001, "that was all")

    async def scenario(socket: Any) -> Any:
        first = await socket.receive()
        await socket.send("I am")
        return [first, *await until_closed(socket)]

    with FakeSocket(script) as host:
        found = talk(engine, host.url, scenario)

    assert [b"there?"] == host.talks[0].pongs
    assert ["a", "b", Close(code=4001, reason="that was all")] == found


def test_a_client_that_closes_says_so(engine: Engine) -> None:
    """The server learns the code, and can end its own work."""
    codes: list[Any] = []

    async def scenario(socket: Any) -> None:
        await socket.aclose(1000, "done")
        await socket.aclose()
        with pytest.raises(ConnectionFailed):
            await socket.send("too late")

    with FakeSocket(lambda talk: codes.append(talk.until_gone())) as host:
        talk(engine, host.url, scenario)

    assert [1000] == codes


def test_a_cut_connection_is_a_failure_and_no_end(engine: Engine) -> None:
    """A session that ends without a word has lost something."""

    def script(talk: Talk) -> None:
        talk.send("a")
        talk.cut()

    with FakeSocket(script) as host, pytest.raises(ConnectionFailed):
        talk(engine, host.url, until_closed)


@pytest.mark.parametrize("engine", OURS, ids=lambda engine: engine.name)
def test_waiting_ends_at_the_deadline_and_reading_goes_on(engine: Engine) -> None:
    """A timeout of one read loses nothing."""

    async def scenario(socket: Any) -> Any:
        from time import monotonic

        with pytest.raises(Timeout) as caught:
            await socket.receive(monotonic() + 0.01, "first_event")
        await socket.send("now")
        return caught.value.phase, await socket.receive()

    with FakeSocket(lambda talk: talk.send(talk.receive())) as host:
        found = talk(engine, host.url, scenario)

    assert ("first_event", "now") == found


def frames(data: bytes) -> Callable[[Talk], None]:
    def script(talk: Talk) -> None:
        talk.raw(data)
        talk.until_gone()

    return script


BROKEN = {
    "a masked frame from the server": b"\x81\x81abcdx",
    "a reserved bit": b"\xf1\x01x",
    "an unknown opcode": b"\x83\x00",
    "text that is no UTF-8": b"\x81\x01\xff",
    "a continuation of nothing": b"\x80\x00",
    "a long ping": b"\x89\x7e\x00\xff" + bytes(255),
    "a close with a code that nobody may send": b"\x88\x02\x03\xed",
    "a message past the limit": b"\x82\x7e\x08\x00" + bytes(2048),
    "a message past the limit in pieces": b"\x02\x7e\x02\x00" + bytes(512) + (b"\x00\x7e\x02\x00" + bytes(512)) * 3,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_frames_are_refused(engine: Engine, data: bytes) -> None:
    """What breaks the protocol or a limit ends the connection with a typed error."""
    with FakeSocket(frames(data)) as host, pytest.raises(ProtocolError):
        talk(engine, host.url, until_closed, limits=Limits(body=1024))


def test_the_engine_closes_what_is_open(engine: Engine) -> None:
    """`close` of a client leaves no socket behind, and whoever reads is told."""

    async def whole(transport: Any) -> Any:
        socket = await transport.connect(handshake(host.url))
        await transport.aclose()
        with pytest.raises(LLMKitError):
            await socket.receive()

    with FakeSocket() as host:
        engine.play(whole)


def test_threads_send_while_one_reads() -> None:
    """Sound goes in while sound comes out; messages are never mixed up."""
    blocking = next(engine for engine in OURS if not engine.suspends)
    sent = [f"{number}:" + "x" * 5000 for number in range(40)]

    def echo(talk: Talk) -> None:
        for _ in sent:
            talk.ping()
            talk.send(talk.receive())

    async def scenario(socket: Any) -> Any:
        def say(some: list[str]) -> None:
            for message in some:
                with pytest.raises(StopIteration):
                    socket.send(message).send(None)

        threads = [threading.Thread(target=say, args=(sent[start::4],)) for start in range(4)]
        for thread in threads:
            thread.start()
        found = [await socket.receive() for _ in sent]
        for thread in threads:
            thread.join()
        return found

    with FakeSocket(echo) as host:
        found = talk(blocking, host.url, scenario)

    assert sorted(sent) == sorted(found)


def test_closing_ends_another_threads_wait() -> None:
    """The thread that reads learns that the session is over."""
    blocking = next(engine for engine in OURS if not engine.suspends)
    ends: list[Any] = []

    async def scenario(socket: Any) -> Any:
        def read() -> None:
            try:
                socket.receive().send(None)
            except StopIteration as stop:
                ends.append(type(stop.value))
            except LLMKitError as error:
                ends.append(type(error))

        thread = threading.Thread(target=read)
        thread.start()
        while not socket._reading.locked():
            pass
        with pytest.raises(InvalidRequest):
            await socket.receive()
        await socket.aclose()
        thread.join(5)

    with FakeSocket() as host:
        talk(blocking, host.url, scenario)

    assert 1 == len(ends)


def test_a_cancelled_read_loses_nothing() -> None:
    """`asyncio.timeout` around a read is common."""
    engine = OURS[0]

    async def scenario(socket: Any) -> Any:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.01)
        await socket.send("now")
        return await socket.receive()

    with FakeSocket(lambda talk: talk.send(talk.receive())) as host:
        found = talk(engine, host.url, scenario)

    assert "now" == found


def test_a_silent_server_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead line sends no word; pings find out."""
    from llmkit.transport import websocket_asyncio, websocket_blocking

    for module in (websocket_asyncio, websocket_blocking):
        monkeypatch.setattr(module, "PING_AFTER", 0.02)
    released = threading.Event()
    with FakeSocket(lambda talk: released.wait(5)) as host, pytest.raises(ConnectionFailed, match="silent"):
        try:
            talk(engine, host.url, until_closed)
        finally:
            released.set()


def test_a_slow_reader_holds_the_server_back() -> None:
    """A client that does not read must not take in everything."""
    engine = OURS[0]

    async def scenario(socket: Any) -> Any:
        while not socket._paused:
            await asyncio.sleep(0.001)
        for _ in range(500):  # turns of the loop, in which it would read on
            await asyncio.sleep(0)
        held = socket.link.buffered
        return held, len([await socket.receive() for _ in range(64)])

    with FakeSocket(lambda talk: [talk.send(b"x" * 100_000) for _ in range(64)] and talk.until_gone()) as host:
        held, count = talk(engine, host.url, scenario, limits=Limits(high_water=200_000))

    assert held < 1_000_000
    assert 64 == count


def test_another_implementation_understands_us(engine: Engine) -> None:
    """Our fake is made of the same library as we are; this server is not."""
    sync = pytest.importorskip("websockets.sync.server")
    messages = ["é" * 40_000, b"\x01" * 70_000, ""]

    def echo(connection: Any) -> None:
        connection.ping()
        for message in connection:
            connection.send(message)

    async def scenario(socket: Any) -> Any:
        found = []
        for message in messages:
            await socket.send(message)
            found.append(await socket.receive())
        return found

    with sync.serve(echo, "127.0.0.1", 0, compression="deflate") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            found = talk(engine, f"http://127.0.0.1:{server.socket.getsockname()[1]}", scenario)
        finally:
            server.shutdown()
            thread.join()

    assert messages == found
