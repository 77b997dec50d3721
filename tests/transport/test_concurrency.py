"""Many calls at once: queues, cancellation, threads, loops and forks."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from llmkit.errors import ConnectionFailed, Timeout
from llmkit.runtime import run
from llmkit.transport import AsyncioTransport, BlockingTransport, Trust
from llmkit.transport.asyncio_connection import Connection
from llmkit.types.http import Transport

from .conftest import Authority
from .engines import ENGINES, QUICK, Engine, request_to, whole
from .servers import PATIENCE, Peer, Server, answering, silent

ON_A_LOOP = [engine for engine in ENGINES if engine.suspends]
IN_THREADS = [engine for engine in ENGINES if not engine.suspends]
OURS_ON_A_LOOP = [engine for engine in ON_A_LOOP if engine.ours]


def named(engine: Engine) -> str:
    return engine.name


async def _in_thread(work: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)


@pytest.mark.parametrize("engine", ON_A_LOOP, ids=named)
def test_never_more_connections_than_allowed_and_every_call_answered(engine: Engine) -> None:
    async def scenario(transport: Transport) -> list[Any]:
        return await asyncio.gather(*[whole(transport, request_to(server.port)) for _ in range(100)])

    with Server(answering()) as server:
        assert [(200, b"ok")] * 100 == engine.play(scenario, max_connections=7)

    assert server.most_open <= 7


@pytest.mark.parametrize("engine", IN_THREADS, ids=named)
def test_threads_share_a_transport(engine: Engine) -> None:
    async def scenario(transport: Transport) -> list[Any]:
        def call(_: int) -> Any:
            return run(whole(transport, request_to(server.port)))

        with ThreadPoolExecutor(20) as threads:
            return list(threads.map(call, range(200)))

    with Server(answering()) as server:
        assert [(200, b"ok")] * 200 == engine.play(scenario, max_connections=7)

    assert server.most_open <= 7


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
def test_the_queue_is_served_in_order(engine: Engine) -> None:
    async def scenario(transport: Transport) -> None:
        requests = [request_to(server.port, path=f"/{number}") for number in range(20)]
        await asyncio.gather(*[whole(transport, request) for request in requests])

    with Server(answering()) as server:
        engine.play(scenario, max_connections=1)

    assert [f"/{number}" for number in range(20)] == [received.path for received in server.requests]


@pytest.mark.parametrize("engine", ON_A_LOOP, ids=named)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_storm_of_cancellations_leaks_nothing(engine: Engine, tls: bool, authority: Authority) -> None:
    """Ten of the hundred are in flight, ninety wait: the server sees ten closes, and all places are free again."""
    if tls and not engine.ours:
        pytest.skip("httpcore leaves the socket of a cancelled TLS handshake to the garbage collector")

    stormy = threading.Event()

    def script(peer: Peer) -> None:
        (silent if not stormy.is_set() else answering())(peer)

    async def scenario(transport: Transport) -> None:
        request = request_to(server.port, scheme="https" if tls else "http", host="localhost" if tls else "127.0.0.1")
        calls = [asyncio.ensure_future(whole(transport, request)) for _ in range(100)]
        await _in_thread(server.wait_open, 10)
        for call in calls:
            call.cancel()
        assert all(isinstance(result, asyncio.CancelledError) for result in await asyncio.gather(*calls, return_exceptions=True))
        await _in_thread(server.wait_open, 0)
        stormy.set()
        assert [(200, b"ok")] * 10 == await asyncio.gather(*[whole(transport, request) for _ in range(10)])

    with Server(script, tls=authority.server() if tls else None) as server:
        engine.play(scenario, max_connections=10, trust=Trust(ca_file=authority.file))

    assert server.most_open <= 10


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("steps", range(10))
def test_cancelling_at_any_step_leaves_the_next_call_working(engine: Engine, steps: int, host: str) -> None:
    async def scenario(transport: Transport) -> None:
        for _ in range(3):
            call = asyncio.ensure_future(whole(transport, request_to(server.port, host=host)))
            for _ in range(steps):
                await asyncio.sleep(0)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        await whole(transport, request_to(server.port, host=host))
        await _in_thread(server.wait_open, 1)
        server.most_open = 1
        await asyncio.gather(*[whole(transport, request_to(server.port, host=host)) for _ in range(5)])

    with Server(answering()) as server:
        engine.play(scenario, max_connections=1)

    assert 1 == server.most_open  # no place was given back twice


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
def test_cancelling_a_read_closes_the_connection(engine: Engine) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        peer.wait_until_gone()

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        reading = asyncio.ensure_future(response.body.read())
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await _in_thread(server.wait_open, 0)
        with pytest.raises(ConnectionFailed):
            await response.body.read()

    with Server(script) as server:
        engine.play(scenario)


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
@pytest.mark.parametrize("whole_body", [False, True], ids=["right-to-open", "connection"])
def test_a_granted_turn_is_passed_on_when_its_call_is_cancelled(engine: Engine, whole_body: bool) -> None:
    """What the first waits for is handed over, and its call cancelled, in the same turn of the loop."""
    finish = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx")
        assert finish.wait(PATIENCE)
        peer.send(b"y")
        answering()(peer)

    async def scenario(transport: Transport) -> None:
        first = await transport.send(request_to(server.port))
        waiting = [asyncio.ensure_future(whole(transport, request_to(server.port))) for _ in range(2)]
        await asyncio.sleep(0)
        finish.set()
        if whole_body:
            assert b"xy" == await first.body.read_all()
        else:
            await first.body.aclose()
        waiting[0].cancel()
        assert 200 == (await waiting[1])[0]

    with Server(script) as server:
        engine.play(scenario, max_connections=1)

    assert (1 if whole_body else 2) == server.accepted


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
def test_a_close_that_a_busy_loop_has_not_seen_yet_is_seen(engine: Engine) -> None:
    """The loop was held up by other work while the server closed the idle connection."""

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async def scenario(transport: Transport) -> None:
        await whole(transport, request_to(server.port))
        server.wait_open(0)
        time.sleep(0.06)
        assert (200, b"ok") == await whole(transport, request_to(server.port))

    with Server(script) as server:
        engine.play(scenario)

    assert 2 == len(server.requests)


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
def test_bytes_wake_the_reader_within_one_turn_of_the_loop(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is buffered: the task that reads is ready as soon as the loop has the bytes."""
    turns: list[str] = []
    received = Connection.data_received

    def noting(connection: Connection, data: bytes) -> None:
        received(connection, data)
        if go.is_set():
            turns.append("bytes")
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, turns.append, "two turns later")

    async def scenario(transport: Transport) -> None:
        response = await transport.send(request_to(server.port))
        go.set()
        await response.body.read()
        assert ["bytes"] == turns

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert go.wait(PATIENCE)
        peer.send(b"1\r\na\r\n0\r\n\r\n")

    go = threading.Event()
    monkeypatch.setattr(Connection, "data_received", noting)
    with Server(script) as server:
        engine.play(scenario)


@pytest.mark.parametrize("engine", OURS_ON_A_LOOP, ids=named)
def test_another_loop_gets_connections_of_its_own(engine: Engine) -> None:
    transport = AsyncioTransport()

    async def call() -> Any:
        return await whole(transport, request_to(server.port))

    with Server(answering()) as server, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        for _ in range(3):
            if engine.name == "uvloop":
                import uvloop

                assert (200, b"ok") == uvloop.run(call())
            else:
                assert (200, b"ok") == asyncio.run(call())
            server.wait_open(0)  # the loop's end closed them
        gc.collect()

    assert 3 == server.accepted


def test_a_loop_that_ends_without_its_shutdown_is_cleaned_up_by_the_next() -> None:
    transport = AsyncioTransport()

    with Server(answering()) as server:
        for _ in range(2):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(whole(transport, request_to(server.port)))
            loop.close()
        asyncio.run(whole(transport, request_to(server.port)))
        server.wait_open(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gc.collect()


@pytest.mark.parametrize("steps", range(8))
def test_closing_ends_calls_under_way_and_in_the_queue(steps: int) -> None:
    async def scenario() -> None:
        transport = AsyncioTransport(max_connections=2)
        calls = [asyncio.ensure_future(whole(transport, request_to(server.port))) for _ in range(5)]
        for _ in range(steps):
            await asyncio.sleep(0)
        await transport.aclose()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [ConnectionFailed] * 5 == [type(result) for result in results]

    with Server(silent) as server:
        asyncio.run(scenario())
        server.wait_open(0)


def test_closing_ends_calls_of_other_threads() -> None:
    transport = BlockingTransport()

    with Server(silent) as server, ThreadPoolExecutor(1) as threads:
        call = threads.submit(lambda: run(whole(transport, request_to(server.port))))
        server.wait_open(1)
        run(transport.aclose())
        with pytest.raises(ConnectionFailed):
            call.result(PATIENCE)


def test_threads_wait_in_a_queue_and_time_out_there() -> None:
    transport = BlockingTransport(max_connections=1)

    with Server(silent) as server, ThreadPoolExecutor(5) as threads:
        request = request_to(server.port, timeouts=QUICK.replace(first_event=0.5, pool=0.05))
        errors = [call.exception() for call in [threads.submit(lambda: run(whole(transport, request))) for _ in range(5)]]
        run(transport.aclose())

    assert ["first_event", *["pool"] * 4] == sorted(error.phase for error in errors if isinstance(error, Timeout))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("kind", [AsyncioTransport, BlockingTransport])
def test_a_forked_child_takes_connections_of_its_own(kind: Any) -> None:
    transport = kind()

    def call(loop: asyncio.AbstractEventLoop | None) -> Any:
        work = whole(transport, request_to(server.port))
        return run(work) if loop is None else loop.run_until_complete(work)

    with Server(answering()) as server:
        loop = asyncio.new_event_loop() if kind is AsyncioTransport else None
        assert (200, b"ok") == call(loop)
        child = os.fork()
        if not child:
            code = 1
            try:
                code = 0 if (200, b"ok") == (asyncio.run(whole(transport, request_to(server.port))) if loop else call(None)) else 2
            finally:
                os._exit(code)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert (200, b"ok") == call(loop)
        if loop is None:
            run(transport.aclose())
        else:
            loop.run_until_complete(transport.aclose())
            loop.close()

    assert [1, 2, 1] == [received.connection for received in server.requests]


def test_importing_an_engine_loads_only_its_own() -> None:
    import subprocess

    def loaded(code: str) -> set[str]:
        names = ("asyncio", "ssl", "socket", "httptools", "httpx2", "llmkit.transport.asyncio_engine", "llmkit.transport.blocking_engine")
        probe = f"import sys; {code}; print(*[name for name in {names} if name in sys.modules])"
        done = subprocess.run(
            [sys.executable, "-c", probe],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return set(done.stdout.split())

    assert set() == loaded("import llmkit.transport")
    assert set() == loaded("from llmkit.transport import Limits, Trust, TransportSettings, parse_url")
    blocking = loaded("from llmkit.transport import BlockingTransport; BlockingTransport()")
    assert {"socket", "httptools", "llmkit.transport.blocking_engine"} == blocking
    assert "llmkit.transport.blocking_engine" not in loaded("from llmkit.transport import AsyncioTransport")
