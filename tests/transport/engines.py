"""The engines the contract runs over, each with its way to play a scenario."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from llmkit.runtime import run
from llmkit.types.http import HttpRequest, HttpResponse, Origin, Timeouts, Transport

from .servers import PATIENCE, Server, answering_once

Scenario = Callable[[Transport], Awaitable[Any]]


@dataclass(frozen=True)
class Engine:
    """`name` for the test's id; `ours` for the default engine; `suspends` for those on a loop."""

    name: str
    ours: bool
    suspends: bool

    def make(self, **options: Any) -> Transport:
        """Return a transport with `options`."""
        from llmkit import transport

        kinds = {
            "asyncio": transport.AsyncioTransport,
            "uvloop": transport.AsyncioTransport,
            "blocking": transport.BlockingTransport,
        }
        if self.ours:
            return kinds[self.name](**options)
        return (transport.Httpx2Transport if self.suspends else transport.Httpx2BlockingTransport)(**options)

    def play(self, scenario: Scenario, transport: Transport | None = None, **options: Any) -> Any:
        """Run `scenario` with a transport and close it; on a loop, no task may be left."""

        async def whole() -> Any:
            used = transport or self.make(**options)
            try:
                return await scenario(used)
            finally:
                await used.aclose()
                if self.suspends:
                    assert {asyncio.current_task()} == asyncio.all_tasks()

        if not self.suspends:
            return run(whole())
        if self.name == "uvloop":
            import uvloop

            return uvloop.run(whole())
        return asyncio.run(whole())

    async def wait(self, event: threading.Event) -> None:
        """Wait for another thread, with the loop running on."""
        if self.suspends:
            assert await asyncio.get_running_loop().run_in_executor(None, event.wait, PATIENCE)
        else:
            assert event.wait(PATIENCE)


ENGINES = [
    Engine("asyncio", ours=True, suspends=True),
    *([Engine("uvloop", ours=True, suspends=True)] if importlib.util.find_spec("uvloop") else []),
    Engine("blocking", ours=True, suspends=False),
    Engine("httpx2", ours=False, suspends=True),
    Engine("httpx2-blocking", ours=False, suspends=False),
]

QUICK = Timeouts(connect=5, write=5, pool=5, first_event=5, idle=5, total=10)


def request_to(port: int, *, scheme: str = "http", host: str = "127.0.0.1", **changes: Any) -> HttpRequest:
    """Return a small POST."""
    fields: dict[str, Any] = {
        "method": "POST",
        "origin": Origin(scheme=scheme, host=host, port=port),
        "path": "/v1/x?y=1",
        "headers": (("Content-Type", "application/json"),),
        "body": b"{}",
        "timeouts": QUICK,
    }
    return HttpRequest(**(fields | changes))


def replace(request: HttpRequest, **changes: Any) -> HttpRequest:
    """Return a copy with `changes`."""
    return msgspec.structs.replace(request, **changes)


async def whole(transport: Transport, request: HttpRequest) -> tuple[int, bytes]:
    """Send and read everything."""
    response = await transport.send(request)
    return response.status, await response.body.read_all()


async def pieces(response: HttpResponse) -> list[bytes]:
    """Read piece by piece to the end."""
    found = []
    while data := await response.body.read():
        found.append(data)
    return found


def respond(engine: Engine, response: bytes, **changes: Any) -> tuple[int, bytes]:
    """Play one call against a server that sends `response` and closes."""
    with Server(answering_once(response)) as server:
        result: tuple[int, bytes] = engine.play(lambda transport: whole(transport, request_to(server.port, **changes)))
    return result


async def let_go(engine: Engine, server: Server) -> None:
    """Wait until the server has seen every connection close, before the transport itself is closed."""
    if engine.suspends:
        await asyncio.get_running_loop().run_in_executor(None, server.wait_open, 0)
    else:
        server.wait_open(0)
