"""Talking over a WebSocket in the tests of both engines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from llmkit.transport.policy import parse_url
from llmkit.types.http import HttpRequest
from llmkit.types.websocket import Close

from .engines import ENGINES, QUICK, Engine

OURS = [engine for engine in ENGINES if engine.ours]
LEAN = [engine for engine in OURS if engine.name != "uvloop"]
"""Another event loop changes nothing of the frames."""


@pytest.fixture(params=LEAN, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def handshake(url: str, **changes: Any) -> HttpRequest:
    origin, path = parse_url(url + "/v1/socket?model=m")
    return HttpRequest(**{"method": "GET", "origin": origin, "path": path, "headers": (("X-Key", "k"),), "timeouts": QUICK, **changes})


def talk(engine: Engine, url: str, scenario: Callable[[Any], Awaitable[Any]], request: dict[str, Any] | None = None, **options: Any) -> Any:
    """Open a WebSocket, play `scenario` and close."""

    async def whole(transport: Any) -> Any:
        socket = await transport.connect(handshake(url, **(request or {})))
        if not hasattr(socket, "receive"):
            return socket.status, await socket.body.read_all()
        try:
            return await scenario(socket)
        finally:
            await socket.aclose()

    return engine.play(whole, **options)


async def until_closed(socket: Any) -> list[Any]:
    found = []
    while not isinstance(message := await socket.receive(), Close):
        found.append(message)
    return [*found, message]
