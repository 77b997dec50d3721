"""Translate requests, responses and errors between `httpx2` and us."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import Any

import httpx2

from llmkit.errors import ConnectionFailed, LLMKitError, ProtocolError, TransportError
from llmkit.transport.body import WireBody
from llmkit.transport.deadlines import expired
from llmkit.transport.decompression import Decompressor, decompressor
from llmkit.transport.failures import translate
from llmkit.transport.head import check_header
from llmkit.transport.policy import Limits
from llmkit.transport.uploads import checked_pieces
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Timeouts, Upload

_PHASES: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.ConnectTimeout, "connect"),
    (httpx2.WriteTimeout, "write"),
    (httpx2.PoolTimeout, "pool"),
)


class Progress:
    """How far a response has come."""

    def __init__(self) -> None:
        self.complete = False
        self.buffered = 0


class BlockingLine:
    """Reads the raw body of a sync response."""

    def __init__(self, response: httpx2.Response, where: str, waits: dict[str, float | None]) -> None:
        self.exchange = Progress()
        self.chunks: list[bytes] = []
        self._response = response
        self._where = where
        self._raw: Iterator[bytes] = response.iter_raw()
        self._waits = waits

    async def more(self, deadline: float | None) -> bool:
        """Read the next piece."""
        failure: LLMKitError | None = None
        self._waits["read"] = time_left(deadline)  # the client looks once, when the first read begins
        try:
            data = next(self._raw, None)
        except httpx2.TimeoutException:
            return False
        except (httpx2.HTTPError, httpx2.StreamError, ssl.SSLError) as error:
            failure = _broken(error, self._where)
        if failure is not None:
            raise failure
        if data is None:
            self.exchange.complete = True
        else:
            self.chunks.append(data)
        return deadline is None or data is None or monotonic() < deadline

    def release(self) -> None:
        """Close the response, whose connection goes back to the client."""
        self._response.close()

    def abort(self) -> None:
        """Close the response and its connection."""
        self._response.close()

    async def aclose(self) -> None:
        """Do nothing more."""


class AsyncLine:
    """Reads the raw body of an async response."""

    def __init__(self, response: httpx2.Response, where: str) -> None:
        self.exchange = Progress()
        self.chunks: list[bytes] = []
        self._response = response
        self._where = where
        self._raw: AsyncIterator[bytes] = response.aiter_raw()

    async def more(self, deadline: float | None) -> bool:
        """Read the next piece."""
        failure: LLMKitError | None = None
        try:
            async with asyncio.timeout_at(on_loop(deadline)):
                data = await anext(self._raw, None)
        except (TimeoutError, httpx2.TimeoutException):
            return False
        except (httpx2.HTTPError, httpx2.StreamError, ssl.SSLError) as error:
            failure = _broken(error, self._where)
        if failure is not None:
            raise failure
        if data is None:
            self.exchange.complete = True
        else:
            self.chunks.append(data)
        return True

    def release(self) -> None:
        """Leave the rest to `aclose`."""

    def abort(self) -> None:
        """Leave the rest to `aclose`."""

    async def aclose(self) -> None:
        """Close the response; its connection goes back to the client only when the body was read to its end."""
        await self._response.aclose()


class Body(WireBody):
    """A body whose connection is closed by awaiting."""

    __slots__ = ("_owner",)

    def __init__(
        self, owner: AsyncLine | BlockingLine, unpack: Decompressor | None, timeouts: Timeouts, total: float | None, limits: Limits
    ) -> None:
        super().__init__(owner, owner.chunks, unpack, timeouts, total, limits)
        self._owner = owner

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        try:
            data = await super().read(deadline, phase)
        except BaseException:
            await self._owner.aclose()
            raise
        if not data:
            await self._owner.aclose()
        return data

    async def aclose(self) -> None:
        await super().aclose()
        await self._owner.aclose()


def answer(
    response: httpx2.Response, line: AsyncLine | BlockingLine, request: HttpRequest, total: float | None, limits: Limits
) -> HttpResponse:
    """Make our response of theirs, whose body is still on the wire."""
    raw = response.headers.raw
    if len(raw) > limits.fields or sum(len(name) + len(value) + 4 for name, value in raw) > limits.head:
        raise ProtocolError("The head of the response is past the limits.")
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])
    encoding = headers.get("content-encoding")
    unpack = None if encoding is None else decompressor([encoding], limits)
    return HttpResponse(status=response.status_code, headers=headers, body=Body(line, unpack, request.timeouts, total, limits))


def built(client: httpx2.Client | httpx2.AsyncClient, request: HttpRequest, waits: dict[str, float | None]) -> httpx2.Request:
    """Make their request of ours, with the credential in it."""
    origin = request.origin
    headers = [("Accept-Encoding", "gzip, deflate"), *request.headers]
    if request.credential is not None:
        for name, value in request.credential.headers(request):
            check_header(name, value)
            headers.append((name, value))
    url = httpx2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, raw_path=request.path.encode("ascii"))
    body: Any = request.body if request.body or request.method in ("POST", "PUT", "PATCH") else None
    if request.upload is not None:
        headers.append(("Content-Length", str(request.upload.size)))
        body = _async_pieces(request.upload) if isinstance(client, httpx2.AsyncClient) else checked_pieces(request.upload)
    return client.build_request(
        request.method,
        url,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        content=body,
        extensions={"timeout": waits},
    )


async def _async_pieces(upload: Upload) -> AsyncIterator[bytes]:
    for piece in checked_pieces(upload):
        yield piece


def waits_for(request: HttpRequest, total: float | None) -> dict[str, float | None]:
    """Return what the client may wait for, phase by phase."""
    timeouts = request.timeouts
    left = time_left(total)
    limits = {"connect": timeouts.connect, "read": timeouts.first_event, "write": timeouts.write, "pool": timeouts.pool}
    return {name: left if limit is None or (left is not None and left < limit) else limit for name, limit in limits.items()}


def translated(error: Exception, request: HttpRequest, phase: str, total: float | None) -> TransportError:
    """Return our error for one that `send` raised."""
    if isinstance(error, httpx2.TimeoutException):
        if total is not None and monotonic() >= total:
            return expired("total", request.timeouts)
        return expired(next((name for kind, name in _PHASES if isinstance(error, kind)), phase), request.timeouts)
    return _broken(error, str(request.origin))


def _broken(error: Exception, where: str) -> TransportError:
    """Return our error for one of the client's; its own words are kept only where they say which of ours it is."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return translate(cause, where)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.RemoteProtocolError):
        text = str(error).lower()
        if "disconnect" in text or "peer closed" in text or "closed connection" in text:
            return ConnectionFailed(f"The connection to {where} failed: the server closed it before the response was complete.")
        return ProtocolError("The response is not HTTP/1.1.")
    return ConnectionFailed(f"The connection to {where} failed: {type(error).__name__}.")


def time_left(deadline: float | None) -> float | None:
    """Return the seconds that are left, which a client wants above zero."""
    return None if deadline is None else max(deadline - monotonic(), 0.001)


def on_loop(deadline: float | None) -> float | None:
    """Return the deadline on the running loop's clock, which a loop may read from a cache."""
    return None if deadline is None else asyncio.get_running_loop().time() + max(deadline - monotonic(), 0.0)
