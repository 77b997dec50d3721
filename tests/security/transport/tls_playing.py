"""Play a fault of a TLS server against an engine, and count what of the request arrived."""

from __future__ import annotations

import ssl
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.errors import LLMKitError, TLSError
from llmkit.transport import Trust
from llmkit.types.http import HttpRequest, Origin, Timeouts
from tests.security.transport.mint import Mint
from tests.security.transport.tls_faults import FAULTS, HOST, Fault, played
from tests.transport.engines import ENGINES, Engine
from tests.transport.servers import Server, answering

CANARY = "sk-canary-0123456789abcdef"
CONNECT = 0.25
"""Seconds that a handshake may take here."""
LATE = 5.0
"""Seconds after which an error in time is not in time, however busy the machine is."""


class Listening(Server):
    """Keeps what was said before TLS, too."""

    heard = b""


@dataclass(frozen=True)
class Way:
    """An engine, and what it is asked for: a request or a WebSocket."""

    engine: Engine
    socket: bool

    @property
    def name(self) -> str:
        return f"{self.engine.name}{' (WebSocket)' if self.socket else ''}"


WAYS = [
    *(Way(engine, False) for engine in ENGINES),
    *(Way(engine, True) for engine in ENGINES if engine.ours),
]


@cache
def mint() -> Mint:
    """Return the authority that the clients trust."""
    return Mint()


@contextmanager
def trusting(trusted: bool = True) -> Iterator[Trust]:
    """Give what a client trusts: our authority, or the system's."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(mint().pem)
        file.flush()
        yield Trust(ca_file=file.name) if trusted else Trust()


def request_of(way: Way, port: int, host: str) -> HttpRequest:
    """Return a request with a key."""
    origin = Origin(scheme="https", host=host, port=port)
    return HttpRequest(
        method="GET" if way.socket else "POST",
        origin=origin,
        path=f"/v1/x?canary={CANARY}",
        headers=(("X-Canary", CANARY),),
        body=b"" if way.socket else CANARY.encode(),
        timeouts=Timeouts(connect=CONNECT if host == HOST else LATE, write=5, pool=5, first_event=5, idle=5, total=10),
        credential=HeaderCredential(Secret(CANARY, name="canary"), origin=origin),
    )


def wrong(fault: Fault, way: Way) -> str | None:
    """Play `fault` and return what went wrong, or None; raises `SSLError` where the server cannot be had here."""
    with warnings.catch_warnings(), trusting(fault.trusted) as trust:
        warnings.simplefilter("ignore", DeprecationWarning)  # the servers speak what nobody should
        script, context = played(fault, mint())
        with Listening(script, tls=context) as server:
            request = request_of(way, 443 if fault.tunnel else server.port, fault.host)
            if fault.script is None:
                request = request.__class__(**{**_fields(request), "timeouts": _patient(request.timeouts)})
            options: dict[str, Any] = {"proxy": f"http://127.0.0.1:{server.port}"} if fault.tunnel else {}
            begun = time.monotonic()
            ended = _ended(way, request, {"trust": trust, **options})
            took = time.monotonic() - begun
    return _judged(fault, ended, took, server)


def _judged(fault: Fault, ended: object, took: float, server: Listening) -> str | None:
    if not isinstance(ended, fault.error):
        return f"ended as {ended!r}"
    if server.bytes_seen:
        return f"{server.bytes_seen} bytes of the request arrived"
    if CANARY.encode() in server.heard or b"HTTP/1.1" in server.heard:
        return "the request was sent in plain text"
    if CANARY in f"{ended} {ended!r}":
        return "the error shows the key"
    return f"the error came after {took:.1f} s" if took > LATE else None


def _ended(way: Way, request: HttpRequest, options: dict[str, Any]) -> object:
    async def scenario(transport: Any) -> object:
        return await (transport.connect(request) if way.socket else transport.send(request))

    try:
        return way.engine.play(scenario, **options)
    except LLMKitError as error:
        return error
    except Exception as error:  # whatever it is, it is no typed error
        return error


def _fields(request: HttpRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__struct_fields__}


def _patient(timeouts: Timeouts) -> Timeouts:
    return timeouts.replace(connect=LATE)


def accepted(way: Way) -> bool:
    """Tell whether a server with nothing wrong gets the request: else every fault would look refused."""
    context = mint().issue(HOST).context()
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    with trusting() as trust, Listening(answering(answer), tls=context) as server:
        ended = _ended(way, request_of(way, server.port, HOST), {"trust": trust})
    return not isinstance(ended, Exception) and any(CANARY in str(got.headers) for got in server.requests)


def reused(way: Way) -> str | None:
    """Ask a server by its right name and then by another at the same address; return what went wrong, or None."""

    async def scenario(transport: Any) -> object:
        first = await transport.send(request_of(way, server.port, HOST))
        await first.body.read_all()
        try:
            return await transport.send(request_of(way, server.port, "127.0.0.1"))
        except LLMKitError as error:
            return error

    with trusting() as trust, Listening(answering(), tls=mint().issue(HOST).context()) as server:
        ended = way.engine.play(scenario, trust=trust)
    if isinstance(ended, TLSError) and len(server.requests) == 1:
        return None
    return f"{len(server.requests)} requests over a connection made for another name, {ended!r}"


def faults_found(faults: Iterable[Fault] = FAULTS, ways: Iterable[Way] = tuple(WAYS)) -> tuple[int, list[str], list[str]]:
    """Play faults; return how many were, what went wrong, and which servers OpenSSL here cannot play."""
    number, found, impossible = 0, [], []
    for fault in faults:
        for way in ways:
            try:
                result = wrong(fault, way)
            except ssl.SSLError:
                impossible.append(fault.name)
                break
            number += 1
            if result is not None:
                found.append(f"{fault.name}, {way.name}: {result}")
    return number, found, impossible
