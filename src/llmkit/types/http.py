"""What a transport sends and returns, and the protocol it fulfils."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from llmkit.types.model import Model


class Origin(Model, frozen=True, kw_only=True):
    """Where a request goes: what a key is bound to. `host` is lower case, without brackets."""

    scheme: str
    host: str
    port: int
    machine: bool = False
    """It is the credential service of the cloud machine that runs us. Code alone says so, never an address that was read."""

    @property
    def netloc(self) -> str:
        """Return `host[:port]` as the Host header wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


class Timeouts(Model, frozen=True, kw_only=True):
    """Six limits in seconds; None means no limit.

    `connect`: DNS, TCP and TLS; `write`: sending the request; `pool`: waiting for a free connection; `first_event`:
    from the request being sent to the first byte of a non-streamed answer's head, or the first event of a stream; `idle`:
    between two events (comments and pings do not count) or two reads; `total`: the whole call.
    """

    connect: float | None = 5.0
    write: float | None = 30.0
    pool: float | None = 30.0
    first_event: float | None = 120.0
    idle: float | None = 60.0
    total: float | None = 600.0


class Credential(Protocol):
    """Turns a request into the headers that prove who sends it; bound to one origin."""

    @property
    def origin(self) -> Origin:
        """Return the only origin this credential may be sent to."""
        ...

    def headers(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        """Return the headers to add. Called by the transport, at the last moment before the bytes go out."""
        ...


class Upload(Protocol):
    """A body that is too large for memory: its length is known before, and its bytes are read anew for each try."""

    @property
    def size(self) -> int:
        """Return the number of bytes that all pieces have together."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes from the start, in pieces of at most some 64 KiB."""
        ...


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request. `path` starts with `/` and holds the query; `credential` is applied inside the transport."""

    method: str
    origin: Origin
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    timeouts: Timeouts = Timeouts()
    credential: Credential | None = None
    deadline: float | None = None
    """The monotonic clock's reading at which the whole call must be over."""
    upload: Upload | None = None
    """The body instead of `body`, where it is too large for memory."""

    def __repr__(self) -> str:
        """Return the address alone: a body can hold what a token is exchanged for, and headers whatever a caller put there."""
        return f"HttpRequest({self.method} {self.origin}{self.path.partition('?')[0]})"


class Headers(Mapping[str, str]):
    """Response headers: look-up ignores case, a repeated field gives its values joined by `, `."""

    __slots__ = ("_index", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: tuple[tuple[str, str], ...] = tuple(pairs)
        self._index: dict[str, str] | None = None

    def _map(self) -> dict[str, str]:
        index = self._index
        if index is None:
            index = self._index = {}
            for name, value in self.pairs:
                key = name.lower()
                index[key] = f"{index[key]}, {value}" if key in index else value
        return index

    def __getitem__(self, name: str) -> str:
        return self._map()[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._map())

    def __len__(self) -> int:
        return len(self._map())

    def __repr__(self) -> str:
        return f"Headers({list(self._map())})"


class Body(Protocol):
    """A response body, decompressed. Whoever holds it closes it."""

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        """Return the next bytes, empty at the end.

        Raises `Timeout(phase)` when `deadline` (monotonic clock) passes, `ConnectionFailed` when the peer closes early,
        `ProtocolError` when a limit or the framing is broken.
        """
        ...

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        """Return all that is left and release the connection; more than `limit` bytes (0: the policy's) is a `ProtocolError`."""
        ...

    async def aclose(self) -> None:
        """Release the connection: kept when the body was read to its end, else closed at once. Never raises, may be called twice."""
        ...


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Status line and headers; the body is still on the wire."""

    status: int
    headers: Headers
    body: Body


class Transport(Protocol):
    """Sends requests. One contract suite runs over every engine."""

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there. Never follows a redirect."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...
