"""Answer every row with redirects and see whether anything follows them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from llmkit import AsyncLLMKit, LLMKit
from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import GoogleAuth, OAuthAuth
from llmkit.auth.secret import Secret
from llmkit.errors import LLMKitError
from llmkit.providers.provider import Provider
from llmkit.runtime import run
from llmkit.transport import Trust
from llmkit.types.http import HttpRequest, HttpResponse, Origin
from tests.security.transport.calls import KEY, PAIR, Call, calls, client_of, used, used_async
from tests.security.transport.rerouted import Rerouted
from tests.security.transport.tls_playing import mint, trusting
from tests.transport.engines import ENGINES, Engine
from tests.transport.servers import Peer, Received, Server, answering

STATUSES = (301, 302, 303, 307, 308)
TARGETS = ("other host", "other port", "https to http", "same origin")
CASES = [(status, target) for status in STATUSES for target in TARGETS]
USED = tuple(engine for engine in ENGINES if engine.name != "uvloop")
_TOKEN = b'{"access_token": "token-canary-9876543210", "token_type": "Bearer", "expires_in": 3600}'
_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_PROOFS = (KEY, PAIR, "token-canary-9876543210", "bWU6")
"""What stands in a request that carries a credential; the last is how `me:` begins in Basic."""


@dataclass
class Place:
    """The servers: one for plain http, one for https, and the one to which both redirect."""

    plain: Server
    secure: Server
    second: Server
    trust: Trust
    redirect: bytes = b""
    tokens_too: bool = False
    requests: list[Received] = field(default_factory=list)

    def origin(self, target: str) -> Origin:
        """Return where the row is meant to be."""
        first, scheme = (self.secure, "https") if target == "https to http" else (self.plain, "http")
        return Origin(scheme=scheme, host="127.0.0.1", port=first.port)

    def begin(self, status: int, target: str, tokens_too: bool = False) -> None:
        """Answer with this redirect from now on."""
        host = "localhost" if target == "other host" else "127.0.0.1"
        where = "/elsewhere" if target == "same origin" else f"http://{host}:{self.second.port}/elsewhere"
        self.redirect = f"HTTP/1.1 {status} Moved\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
        self.tokens_too = tokens_too
        self.requests.clear()

    def answer(self, peer: Peer) -> None:
        """Play the first server."""
        while True:
            request = peer.request()
            token = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded") and b"grant" in request.body
            if token and not self.tokens_too:
                peer.send(_LENGTH % len(_TOKEN) + _TOKEN)
                continue
            self.requests.append(request)
            peer.send(self.redirect)


@contextmanager
def place() -> Iterator[Place]:
    """Start the servers."""
    with ExitStack() as stack:
        trust = stack.enter_context(trusting())
        second = stack.enter_context(Server(answering()))
        found = Place(plain=None, secure=None, second=second, trust=trust)  # type: ignore[arg-type]  # set below
        found.plain = stack.enter_context(Server(found.answer))
        found.secure = stack.enter_context(Server(found.answer, tls=_secure()))
        yield found


def _secure() -> ssl.SSLContext:
    return mint().issue("127.0.0.1").context()


def wrong(
    place: Place,
    row: Provider,
    number: int,
    cases: Sequence[tuple[int, str]] = tuple(CASES),
    engines: Sequence[Any] = USED,
    tokens: bool = False,
) -> list[str]:
    """Play `cases` on a row, the engines in turn by `number`; return what went wrong. `tokens`: its token endpoint redirects, too."""
    found = []
    for turn, engine in enumerate(engines):
        mine = [case for count, case in enumerate(cases) if (count + number) % len(engines) == turn]
        if mine:
            found += _Play(place, row, engine, calls()[row.name], number, tokens).faults(mine)
    return found


@dataclass
class _Play:
    """One client of one row."""

    place: Place
    row: Provider
    engine: Engine
    call: Call
    number: int
    tokens: bool

    def faults(self, cases: Sequence[tuple[int, str]]) -> list[str]:
        """Play the cases and return what went wrong."""
        transport = Rerouted(self.engine.make(trust=self.place.trust), self.place.origin(""))
        arguments = client_of(self.row, transport=transport)
        if self.engine.suspends:
            return asyncio.run(self._all_async(arguments, transport, cases))
        try:
            with LLMKit(**arguments) as kit:
                return [fault for case in cases if (fault := self._one(kit, transport, case))]
        finally:
            run(transport.aclose())

    async def _all_async(self, arguments: dict[str, Any], transport: Rerouted, cases: Sequence[tuple[int, str]]) -> list[str]:
        try:
            async with AsyncLLMKit(**arguments) as kit:
                return [fault for case in cases if (fault := await self._one_async(kit, transport, case))]
        finally:
            await transport.aclose()

    def _one(self, kit: LLMKit, transport: Rerouted, case: tuple[int, str]) -> str | None:
        stream = self._begin(transport, case)
        try:
            ended: object = used(self.call(kit, stream))
        except Exception as error:  # whatever it is: judged below
            ended = error
        return self._told(case, stream, ended)

    async def _one_async(self, kit: AsyncLLMKit, transport: Rerouted, case: tuple[int, str]) -> str | None:
        stream = self._begin(transport, case)
        try:
            ended: object = await used_async(self.call(kit, stream))
        except Exception as error:  # whatever it is: judged below
            ended = error
        return self._told(case, stream, ended)

    def _begin(self, transport: Rerouted, case: tuple[int, str]) -> bool:
        self.place.begin(*case, self.tokens)
        transport.origin = self.place.origin(case[1])
        return bool((CASES.index(case) + self.number) % 2)

    def _told(self, case: tuple[int, str], stream: bool, ended: object) -> str | None:
        fault = _judged(self.place, self.row, ended)
        how = f"{self.row.name}, {case[0]} to {case[1]}, {self.engine.name}{', stream' if stream else ''}"
        return None if fault is None else f"{how}: {fault}"


def _judged(place: Place, row: Provider, ended: object) -> str | None:
    if not isinstance(ended, LLMKitError):
        return f"ended as {ended!r}"
    if place.second.accepted:
        seen, place.second.accepted = place.second.accepted, 0
        return f"{seen} connections and {place.second.bytes_seen} bytes at the second server"
    if len(place.requests) != 1:
        return f"{len(place.requests)} requests at the first server, {ended!r}"
    if KEY in f"{ended} {ended!r} {ended.__dict__}":
        return "the error shows the key"
    if not place.tokens_too and row.env and not any(proof in str(place.requests[0].headers) for proof in _PROOFS):
        return "no key was sent in the first place"
    return None


def rows_found(rows: Sequence[Provider], cases: Sequence[tuple[int, str]] = tuple(CASES)) -> tuple[int, list[str]]:
    """Play `cases` on each of `rows`; return how many cases were, and what went wrong."""
    with place() as here:
        found = [fault for number, row in enumerate(rows) for fault in wrong(here, row, number, cases)]
    return len(rows) * len(cases), found


def tokens_found(rows: Sequence[Provider]) -> tuple[int, list[str]]:
    """Let the token endpoints of `rows` redirect; return how many cases were, and what went wrong."""
    fetching = [row for row in rows if isinstance(row.auth, GoogleAuth | OAuthAuth) and row.auth is not None]
    with place() as here:
        found = [fault for number, row in enumerate(fetching) for fault in wrong(here, row, number, tokens=True)]
    return len(fetching) * len(CASES), found


def sockets_found() -> tuple[int, list[str]]:
    """Answer the handshakes of WebSockets with redirects; return how many cases were, and what went wrong."""
    found = []
    engines = [engine for engine in ENGINES if engine.ours]
    with place() as here:
        for engine in engines:
            for status, target in CASES:
                here.begin(status, target)
                answer = _handshake(engine, here, target)
                if here.second.accepted or len(here.requests) != 1 or answer != status:
                    found.append(f"WebSocket, {status} to {target}, {engine.name}: {answer!r}, {here.second.accepted} at the second server")
    return len(engines) * len(CASES), found


def _handshake(engine: Engine, here: Place, target: str) -> object:
    origin = here.origin(target)
    credential = HeaderCredential(Secret(KEY, name="canary"), origin=origin)
    request = HttpRequest(method="GET", origin=origin, path="/v1/realtime", credential=credential)

    async def scenario(transport: Any) -> object:
        answer = await transport.connect(request)
        if isinstance(answer, HttpResponse):
            await answer.body.aclose()
            return answer.status
        return answer

    try:
        return engine.play(scenario, trust=here.trust)
    except LLMKitError as error:
        return error
