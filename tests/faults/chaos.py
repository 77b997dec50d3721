"""One server that says any bytes at all, and the four faces of the client that ask it."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from llmkit import AsyncLLMKit, LLMKit, Timeouts
from llmkit.errors import LLMKitError
from llmkit.metering import Callback, UsageRecord
from llmkit.pipeline.meter import Meter
from llmkit.providers.provider import HeaderAuth, Provider
from llmkit.runtime import run
from llmkit.testing.answers import SAMPLE, Answer
from llmkit.testing.wire import load
from llmkit.transport import AsyncioTransport, BlockingTransport
from llmkit.types.responses import CompletionResponse
from tests.faces import DIALECTS as KNOWN
from tests.faults.material import Material
from tests.transport.servers import Peer, Server

FACES = ("sync", "async", "sync stream", "async stream")
OWN = ("gemini_interactions", "completions", "predictions")
"""Formats that no row of the other tests speaks by itself."""
DIALECTS = (*sorted(KNOWN), *OWN)
TOTAL = 20.0
LEAK = 2.0
PATIENT = Timeouts(connect=10, write=10, pool=5, first_event=10, idle=10, total=TOTAL)
"""Of faults that are no matter of time: none of these may pass."""

Damage: TypeAlias = Callable[[Material, Peer], None]
"""Writes to one connection; when it returns, the connection is closed."""


@dataclass
class Cell:
    """One fault, met through one face in one format."""

    dialect: str
    face: str
    damage: Damage
    answer: Answer = SAMPLE
    early: bool = False
    """The damage is done before the request is read."""
    timeouts: Timeouts = PATIENT
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def stream(self) -> bool:
        return self.face.endswith("stream")

    @property
    def model(self) -> str:
        return KNOWN[self.dialect][1] if self.dialect in KNOWN else f"{self.dialect.replace('_', '-')}/o/n"

    @property
    def provider(self) -> str:
        return self.model.partition("/")[0]


@dataclass
class Met:
    """What came of a cell."""

    reply: CompletionResponse | None
    error: LLMKitError | None
    seconds: float
    records: list[UsageRecord]
    requests: int
    shown: str | None = None
    """The words as the events of a stream brought them."""


class Chaos:
    """The server, and a client of each kind with room for one connection: a place that is not given back stops the next call."""

    def __init__(self, server: Server, runner: asyncio.Runner) -> None:
        self.server = server
        self.runner = runner
        self.records: list[UsageRecord] = []
        self._cells: deque[Cell] = deque()
        self._current: Cell | None = None
        self._well: set[int] = set()
        self._shown: list[str] = []
        server.script = self._serve
        self._transports = (BlockingTransport(max_connections=1), AsyncioTransport(max_connections=1))
        self.kit = LLMKit(transport=self._transports[0], **self._client())
        self.async_kit = AsyncLLMKit(transport=self._transports[1], **self._client())

    def play(self, cell: Cell) -> Met:
        """Ask as the cell says, of a server that does its damage once; then no connection but a sound one is open."""
        self._current = cell
        self._cells.clear()
        self._cells.append(cell)
        self.server.requests.clear()
        self.records.clear()
        return self._asked(cell)

    def well(self, cell: Cell) -> Met:
        """Ask the same of a server that is well again."""
        self._current = cell
        self._cells.clear()
        self.records.clear()
        return self._asked(cell)

    def leave(self, cell: Cell) -> float:
        """Read one event of a stream and go away; return how long it takes until the server has seen that."""
        self._current = cell
        self._cells.clear()
        self._cells.append(cell)
        self.records.clear()
        begun = self.runner.run(self._leave_async(cell)) if cell.face.startswith("async") else self._leave(cell)
        self._settle()
        return time.monotonic() - begun

    def _leave(self, cell: Cell) -> float:
        with self.kit.stream(cell.model, "Hi", timeout=cell.timeouts) as stream:
            next(stream)
        return time.monotonic()

    async def _leave_async(self, cell: Cell) -> float:
        async with self.async_kit.stream(cell.model, "Hi", timeout=cell.timeouts) as stream:
            await anext(stream)
        await _turns()
        return time.monotonic()

    def forget(self) -> None:
        """Let the next call need a connection of its own."""
        for face in ("sync", "async"):
            self.play(Cell("openai_chat", face, lambda m, peer: peer.send(m.good())))

    def close(self) -> None:
        """Close the clients and their connections."""
        self.kit.close()
        run(self._transports[0].aclose())
        self.runner.run(self._close())

    async def _close(self) -> None:
        await self.async_kit.aclose()
        await self._transports[1].aclose()

    def _asked(self, cell: Cell) -> Met:
        reply, error = None, None
        self._shown.clear()
        begun = time.monotonic()
        try:
            reply = self._ask_within(cell) if cell.face.startswith("async") else self._ask(cell)
        except LLMKitError as failure:
            error = failure
        seconds = time.monotonic() - begun
        self._settle()
        if cell.face.startswith("async"):
            self.runner.run(_turns())
        return Met(reply, error, seconds, list(self.records), len(self.server.requests), "".join(self._shown) if cell.stream else None)

    def _settle(self) -> None:
        with self.server._state:
            settled = self.server._state.wait_for(lambda: self.server.open == len(self._well), LEAK)
            assert settled, "A connection is open that nobody uses."

    def _ask(self, cell: Cell) -> CompletionResponse:
        if not cell.stream:
            return self.kit.complete(cell.model, "Hi", timeout=cell.timeouts, **cell.options)
        with self.kit.stream(cell.model, "Hi", timeout=cell.timeouts, **cell.options) as stream:
            for event in stream:
                self._shown.append(event.text)
            return stream.response()

    def _ask_within(self, cell: Cell) -> CompletionResponse:
        """Ask in the loop. The answer is not the result of the task, of which a runner makes a `repr` when it ends (CPython 3.11)."""
        kept: list[CompletionResponse] = []

        async def asked() -> None:
            kept.append(await self._ask_async(cell))

        self.runner.run(asked())
        return kept.pop()

    async def _ask_async(self, cell: Cell) -> CompletionResponse:
        try:
            return await self._told(cell)
        finally:
            await _turns()  # A socket is closed in the turn after.

    async def _told(self, cell: Cell) -> CompletionResponse:
        if not cell.stream:
            return await self.async_kit.complete(cell.model, "Hi", timeout=cell.timeouts, **cell.options)
        async with self.async_kit.stream(cell.model, "Hi", timeout=cell.timeouts, **cell.options) as stream:
            async for event in stream:
                self._shown.append(event.text)
            return await stream.response()

    def _serve(self, peer: Peer) -> None:
        try:
            while self._exchange(peer):
                self._well.add(peer.number)
        finally:
            self._well.discard(peer.number)

    def _exchange(self, peer: Peer) -> bool:
        """Serve one request; return whether the connection is sound after it."""
        cell = self._cells[0] if self._cells else None
        if cell is not None and cell.early:
            self._cells.clear()
            self._well.discard(peer.number)
            cell.damage(None, peer)  # type: ignore[arg-type]  # there is no request yet
            return False
        request = peer.request()
        cell = self._cells[0] if self._cells else self._current
        assert cell is not None
        material = Material(cell.dialect, request, cell.answer, stream=cell.stream)
        if material.opens or not self._cells:
            self._well.add(peer.number)
            peer.send(material.good())
            return True
        self._cells.clear()
        self._well.discard(peer.number)
        cell.damage(material, peer)
        return False

    def _client(self) -> dict[str, Any]:
        origin = f"http://127.0.0.1:{self.server.port}"
        known = {provider: (load(dialect), provider) for dialect, (provider, _) in KNOWN.items()}
        own = [_row(dialect, origin) for dialect in OWN]
        keys = {provider: wire.KEY for wire, provider in known.values()} | {row.name: load(row.dialect).KEY for row in own}
        meter = Meter(Callback(self.records.append, blocking=False))
        urls = {provider: origin + wire.PREFIX for wire, provider in known.values()}
        return {"keys": keys, "base_urls": urls, "providers": own, "retries": 0, "layers": [meter]}


async def _turns() -> None:
    """Let the loop see what its sockets have to say."""
    for _ in range(3):
        await asyncio.sleep(0)


def _row(dialect: str, origin: str) -> Provider:
    auth: dict[str, Any] = {"auth": HeaderAuth(name="x-goog-api-key", prefix="")} if dialect == "gemini_interactions" else {}
    name = dialect.replace("_", "-")
    return Provider(name=name, title=name, base_url=origin + load(dialect).PREFIX, dialect=dialect, local=True, **auth)


@contextmanager
def running() -> Iterator[Chaos]:
    """Run server and clients for a while; at the end no connection is open."""
    with Server(lambda peer: None) as server, asyncio.Runner() as runner:
        chaos = Chaos(server, runner)
        yield chaos
        chaos.close()
        server.wait_open(0)


def reset(peer: Peer) -> None:
    """End the connection with RST."""
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.sock.close()
