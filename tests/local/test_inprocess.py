"""The in-process transport keeps the promises of every transport: bytes as they come, deadlines, cancellation, back-pressure."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, ConnectionFailed, ProtocolError, Timeout
from llmkit.runtime.step import run
from llmkit.transport.inprocess import Cancelled, Handler, InProcessTransport, Pipe
from llmkit.transport.policy import Limits
from llmkit.types.http import HttpRequest, Origin, Timeouts

Drive = Callable[[Coroutine[Any, Any, Any]], Any]
BOTH = pytest.mark.parametrize("drive", [run, asyncio.run], ids=["sync", "async"])


def _request(**timeouts: float) -> HttpRequest:
    return HttpRequest(method="POST", origin=Origin(scheme="http", host="127.0.0.1", port=1), path="/x", timeouts=Timeouts(**timeouts))


async def _whole(handler: Handler, **timeouts: float) -> tuple[int, bytes]:
    transport = InProcessTransport(handler)
    try:
        response = await transport.send(_request(**timeouts))
        return response.status, await response.body.read_all()
    finally:
        await transport.aclose()


@BOTH
def test_status_fields_and_bytes_come_back(drive: Drive) -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(418, [("Content-Type", "text/plain")])
        pipe.write(request.path.encode())
        pipe.write(b"!")

    assert (418, b"/x!") == drive(_whole(handler))


@BOTH
def test_bytes_are_read_before_the_handler_ends(drive: Drive) -> None:
    may_end = threading.Event()

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        pipe.write(b"first")
        may_end.wait(10)
        pipe.write(b"last")

    async def main() -> list[bytes]:
        transport = InProcessTransport(handler)
        body = (await transport.send(_request())).body
        first = await body.read()
        may_end.set()
        return [first, await body.read_all(), await body.read()]

    assert [b"first", b"last", b""] == drive(main())


@BOTH
@pytest.mark.parametrize("phase", ["first_event", "total"])
def test_a_head_that_does_not_come_in_time_is_a_timeout(drive: Drive, phase: str) -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        _until_cancelled(pipe)

    with pytest.raises(Timeout) as caught:
        drive(_whole(handler, **{phase: 0.05}))

    assert (phase, 0.05) == (caught.value.phase, caught.value.seconds)


@BOTH
def test_a_pause_that_is_too_long_is_a_timeout_and_stops_the_handler(drive: Drive) -> None:
    stopped = threading.Event()

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        _until_cancelled(pipe)
        stopped.set()

    async def main() -> None:
        body = (await InProcessTransport(handler).send(_request(idle=0.05))).body
        await body.read()

    with pytest.raises(Timeout, match="idle"):
        drive(main())
    assert stopped.wait(10)


@BOTH
def test_a_body_closed_early_stops_the_handler(drive: Drive) -> None:
    stopped = threading.Event()

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        try:
            while True:
                pipe.write(b"x" * 10)
        except Cancelled:
            stopped.set()
            raise

    async def main() -> None:
        body = (await InProcessTransport(handler).send(_request())).body
        await body.read()
        await body.aclose()
        await body.aclose()
        with pytest.raises(ConnectionFailed, match="closed"):
            await body.read()

    drive(main())

    assert stopped.wait(10)


def test_a_cancelled_task_stops_the_handler() -> None:
    started, stopped = threading.Event(), threading.Event()

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        started.set()
        _until_cancelled(pipe)
        stopped.set()

    async def main() -> None:
        task = asyncio.create_task(InProcessTransport(handler).send(_request()))
        await asyncio.to_thread(started.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert stopped.wait(10)


@BOTH
def test_a_writer_waits_for_its_reader(drive: Drive) -> None:
    written: list[int] = []
    full = threading.Event()

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        for count in range(8):
            if count == 2:
                full.set()
            pipe.write(b"x" * 100)
            written.append(count)

    async def main() -> tuple[int, int]:
        transport = InProcessTransport(handler, limits=Limits(high_water=200))
        body = (await transport.send(_request())).body
        full.wait(10)
        before = len(written)
        return before, len(await body.read_all())

    assert (2, 800) == drive(main())


@BOTH
def test_our_own_errors_arrive_as_they_are(drive: Drive) -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        raise ConfigurationError("no model")

    with pytest.raises(ConfigurationError, match="no model"):
        drive(_whole(handler))


@BOTH
def test_a_failure_after_the_head_is_raised_after_the_bytes_before_it(drive: Drive) -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        pipe.write(b"some")
        raise KeyError("x")

    async def main() -> bytes:
        body = (await InProcessTransport(handler).send(_request())).body
        data: bytes = await body.read()
        with pytest.raises(ProtocolError, match="KeyError"):
            await body.read()
        return data

    assert b"some" == drive(main())


@BOTH
def test_a_handler_without_an_answer_is_an_error(drive: Drive) -> None:
    with pytest.raises(ProtocolError, match="without an answer"):
        drive(_whole(lambda request, pipe: None))


@BOTH
def test_a_body_past_the_limit_is_an_error(drive: Drive) -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        pipe.write(b"x" * 101)

    async def main() -> bytes:
        body = (await InProcessTransport(handler).send(_request())).body
        return await body.read_all(limit=100)

    with pytest.raises(ProtocolError, match="100 bytes"):
        drive(main())


@BOTH
def test_closing_the_transport_stops_handlers_runs_the_hook_once_and_refuses_more(drive: Drive) -> None:
    closed: list[str] = []

    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        _until_cancelled(pipe)
        closed.append("handler")

    async def main() -> None:
        transport = InProcessTransport(handler, on_close=lambda: closed.append("hook"))
        await transport.send(_request())
        await transport.aclose()
        await transport.aclose()
        with pytest.raises(ConnectionFailed, match="closed"):
            await transport.send(_request())

    drive(main())

    assert ["handler", "hook"] == closed


def test_a_sync_sender_inside_a_running_loop_blocks_when_told_so() -> None:
    def handler(request: HttpRequest, pipe: Pipe) -> None:
        pipe.head(200)
        pipe.write(b"here")

    async def cell() -> bytes:
        transport = InProcessTransport(handler, blocking=True)
        body = run(transport.send(_request())).body
        data: bytes = run(body.read_all())
        return data

    assert b"here" == asyncio.run(cell())


def _until_cancelled(pipe: Pipe) -> None:
    pause = threading.Event()
    while not pipe.cancelled:
        pause.wait(0.005)
