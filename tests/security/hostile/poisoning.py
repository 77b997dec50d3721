"""Ask twice of a server whose first answer is hostile: what came, and whether the second answer was the second's own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from llmkit.errors import LLMKitError
from llmkit.types.http import Timeouts, Transport
from tests.security.hostile.heads import NEXT, Case
from tests.transport.engines import Engine, request_to, whole
from tests.transport.servers import PATIENCE, Peer, Server

BRIEF = Timeouts(connect=5, write=5, pool=5, first_event=5, idle=5, total=5)
_HONEST = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + NEXT


@dataclass(frozen=True)
class Twice:
    """What came of both calls: a body, or the name of an error."""

    case: Case
    first: bytes | str
    second: bytes | str

    @property
    def wrong(self) -> str:
        """Say what is wrong, if something is."""
        if self.second != NEXT:
            return f"{self.case.name}: the next call got {self.second!r}"
        if isinstance(self.first, bytes) and not (self.case.sound and self.first == self.case.body):
            return f"{self.case.name}: read as {self.first[:60]!r}"
        return ""


def played(engine: Engine, cases: Sequence[Case]) -> list[Twice]:
    """Ask twice for each case, with one client."""
    found: list[Twice] = []

    async def scenario(transport: Transport) -> None:
        for case in cases:
            stand.begin(case)
            first = await _asked(transport, server.port)
            await stand.told(engine)
            found.append(Twice(case, first, await _asked(transport, server.port)))

    stand = _Stand()
    with Server(stand.serve) as server:
        engine.play(scenario, max_connections=1)
    return found


class _Stand:
    """Serves one case after the other: the first request of a case gets the hostile bytes, any other the honest ones."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._after = b""
        self._over, self._sent = threading.Event(), threading.Event()

    def begin(self, case: Case) -> None:
        self._over.clear()
        self._sent.clear()
        self._case, self._after = case, case.after
        if not case.after:
            self._sent.set()

    async def told(self, engine: Engine) -> None:
        """Let the server say what comes after the answer, and wait until it has."""
        self._over.set()
        await engine.wait(self._sent)
        if engine.suspends:
            await asyncio.sleep(0)

    def serve(self, peer: Peer) -> None:
        while True:
            peer.request()
            case, self._case = self._case, None
            if case is None:
                peer.send(_HONEST)
                continue
            peer.send(case.sent)
            if case.after:
                assert self._over.wait(PATIENCE)
                peer.send(case.after)
                self._sent.set()
            if case.closes:
                return


async def _asked(transport: Transport, port: int) -> bytes | str:
    try:
        return (await whole(transport, request_to(port, timeouts=BRIEF)))[1]
    except LLMKitError as error:
        return type(error).__name__
