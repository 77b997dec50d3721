"""Send requests with `httpx2`: for users' own clients, SOCKS, HTTP/2, and platforms without the default engine's parser.

Policy, heads, credentials, decompression and limits are ours all the same. What `httpx2` cannot tell is coarser: the sync client
gives every read of a body as long as the deadline of the first one left, and checks deadlines when a read ends.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from time import monotonic
from typing import Any

import httpx2

from llmkit.errors import ConnectionFailed, LLMKitError, ProtocolError, TransportError
from llmkit.transport.body import WireBody
from llmkit.transport.deadlines import earliest, expired
from llmkit.transport.decompression import decompressor
from llmkit.transport.failures import translate
from llmkit.transport.head import Heads, check_header
from llmkit.transport.policy import Limits, check_credential, proxy_for
from llmkit.transport.setup import Setup
from llmkit.transport.trust import Trust
from llmkit.types.http import Headers, HttpRequest, HttpResponse, Origin, Timeouts

_PHASES: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.ConnectTimeout, "connect"),
    (httpx2.WriteTimeout, "write"),
    (httpx2.PoolTimeout, "pool"),
)


class Httpx2Transport:
    """Requests over `httpx2.AsyncClient`: one passed by the user, who closes it, or our own."""

    def __init__(
        self,
        client: httpx2.AsyncClient | None = None,
        *,
        trust: Trust | None = None,
        proxy: str | None = None,
        insecure_origins: Iterable[str | Origin] = (),
        max_connections: int = 100,
        max_idle: int = 100,
        idle_expiry: float = 55.0,
        limits: Limits | None = None,
    ) -> None:
        self._gate = _Gate(trust, proxy, insecure_origins, max_connections, max_idle, idle_expiry, limits)
        self._given = client
        self._client = client
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        total = self._gate.check(request)
        client = self._own()
        waits = _waits(request, total)
        failure: LLMKitError | None = None
        scope = asyncio.timeout_at(_on_loop(total))
        try:
            async with scope:
                response = await client.send(_built(client, request, waits), stream=True, follow_redirects=False)
        except TimeoutError:
            failure = expired("total", request.timeouts)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            failure = _translated(error, request, "first_event", total)
        if failure is not None:
            raise failure
        waits["read"] = None  # from here on each read has its own deadline
        try:
            return _answer(response, _AsyncLine(response, str(request.origin)), request, total, self._gate.limits)
        except BaseException:
            await response.aclose()
            raise

    async def aclose(self) -> None:
        """Close our own client."""
        client, self._client = self._client, self._given
        if client is not None and client is not self._given:
            await client.aclose()

    def _own(self) -> httpx2.AsyncClient:
        """Return the user's client, or ours for the running loop: a client cannot leave the loop it began on."""
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = self._make(), loop
        return self._client

    def _make(self) -> httpx2.AsyncClient:
        gate = self._gate
        direct = httpx2.AsyncHTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool)
        mounts = {}
        if gate.setup.proxy is not None:
            mounts["https://"] = httpx2.AsyncHTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool, proxy=gate.proxy)
        client = httpx2.AsyncClient(transport=direct, mounts=mounts, trust_env=False, follow_redirects=False)
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


class Httpx2BlockingTransport:
    """Requests over `httpx2.Client`: one passed by the user, who closes it, or our own."""

    def __init__(
        self,
        client: httpx2.Client | None = None,
        *,
        trust: Trust | None = None,
        proxy: str | None = None,
        insecure_origins: Iterable[str | Origin] = (),
        max_connections: int = 100,
        max_idle: int = 100,
        idle_expiry: float = 55.0,
        limits: Limits | None = None,
    ) -> None:
        self._gate = _Gate(trust, proxy, insecure_origins, max_connections, max_idle, idle_expiry, limits)
        self._given = client
        self._client = client
        self._lock = Lock()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        total = self._gate.check(request)
        with self._lock:
            client = self._client = self._client or self._make()
        waits = _waits(request, total)
        failure: LLMKitError | None = None
        try:
            response = client.send(_built(client, request, waits), stream=True, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            failure = _translated(error, request, "first_event", total)
        if failure is not None:
            raise failure
        try:
            return _answer(response, _BlockingLine(response, str(request.origin), waits), request, total, self._gate.limits)
        except BaseException:
            response.close()
            raise

    async def aclose(self) -> None:
        """Close our own client."""
        client, self._client = self._client, self._given
        if client is not None and client is not self._given:
            client.close()

    def _make(self) -> httpx2.Client:
        gate = self._gate
        direct = httpx2.HTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool)
        mounts = {}
        if gate.setup.proxy is not None:
            mounts["https://"] = httpx2.HTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool, proxy=gate.proxy)
        client = httpx2.Client(transport=direct, mounts=mounts, trust_env=False, follow_redirects=False)
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


class _Gate:
    """What stands above the client: policy, limits, the arguments of our own client."""

    def __init__(
        self,
        trust: Trust | None,
        proxy: str | None,
        insecure_origins: Iterable[str | Origin],
        max_connections: int,
        max_idle: int,
        idle_expiry: float,
        limits: Limits | None,
    ) -> None:
        self.setup = Setup(
            trust=trust,
            proxy=proxy,
            insecure_origins=insecure_origins,
            max_connections=max_connections,
            max_idle=max_idle,
            idle_expiry=idle_expiry,
            limits=limits,
        )
        self.limits = self.setup.limits
        self.proxy = proxy
        self.pool = httpx2.Limits(max_connections=max_connections, max_keepalive_connections=max_idle, keepalive_expiry=idle_expiry)
        self._heads: dict[Origin, Heads] = {}

    def check(self, request: HttpRequest) -> float | None:
        """Refuse what may not be sent; return when the call must be over."""
        check_credential(request)
        heads = self._heads.get(request.origin)
        if heads is None:
            self.setup.policy.check_origin(request.origin)
            proxy_for(request.origin, self.setup.proxy)
            heads = self._heads[request.origin] = Heads(request.origin.netloc)
        heads.check(request)
        return earliest(request.timeouts.total, monotonic(), request.deadline)


class _Progress:
    """How far a response has come."""

    def __init__(self) -> None:
        self.complete = False
        self.buffered = 0


class _BlockingLine:
    """Reads the raw body of a sync response."""

    def __init__(self, response: httpx2.Response, where: str, waits: dict[str, float | None]) -> None:
        self.exchange = _Progress()
        self.chunks: list[bytes] = []
        self._response = response
        self._where = where
        self._raw: Iterator[bytes] = response.iter_raw()
        self._waits = waits

    async def more(self, deadline: float | None) -> bool:
        """Read the next piece."""
        failure: LLMKitError | None = None
        self._waits["read"] = _left(deadline)  # the client looks once, when the first read begins
        try:
            data = next(self._raw, None)
        except httpx2.TimeoutException:
            return False
        except (httpx2.HTTPError, httpx2.StreamError) as error:
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


class _AsyncLine:
    """Reads the raw body of an async response."""

    def __init__(self, response: httpx2.Response, where: str) -> None:
        self.exchange = _Progress()
        self.chunks: list[bytes] = []
        self._response = response
        self._where = where
        self._raw: AsyncIterator[bytes] = response.aiter_raw()

    async def more(self, deadline: float | None) -> bool:
        """Read the next piece."""
        failure: LLMKitError | None = None
        try:
            async with asyncio.timeout_at(_on_loop(deadline)):
                data = await anext(self._raw, None)
        except (TimeoutError, httpx2.TimeoutException):
            return False
        except (httpx2.HTTPError, httpx2.StreamError) as error:
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


class _Body(WireBody):
    """A body whose connection is closed by awaiting."""

    __slots__ = ("_owner",)

    def __init__(self, owner: _AsyncLine | _BlockingLine, unpack: Any, timeouts: Timeouts, total: float | None, limits: Limits) -> None:
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


def _answer(
    response: httpx2.Response, line: _AsyncLine | _BlockingLine, request: HttpRequest, total: float | None, limits: Limits
) -> HttpResponse:
    raw = response.headers.raw
    if len(raw) > limits.fields or sum(len(name) + len(value) + 4 for name, value in raw) > limits.head:
        raise ProtocolError("The head of the response is past the limits.")
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])
    encoding = headers.get("content-encoding")
    unpack = None if encoding is None else decompressor([encoding], limits)
    return HttpResponse(status=response.status_code, headers=headers, body=_Body(line, unpack, request.timeouts, total, limits))


def _built(client: httpx2.Client | httpx2.AsyncClient, request: HttpRequest, waits: dict[str, float | None]) -> httpx2.Request:
    origin = request.origin
    headers = [("Accept-Encoding", "gzip, deflate"), *request.headers]
    if request.credential is not None:
        for name, value in request.credential.headers(request):
            check_header(name, value)
            headers.append((name, value))
    url = httpx2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, raw_path=request.path.encode("ascii"))
    body = request.body if request.body or request.method in ("POST", "PUT", "PATCH") else None
    return client.build_request(
        request.method,
        url,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        content=body,
        extensions={"timeout": waits},
    )


def _waits(request: HttpRequest, total: float | None) -> dict[str, float | None]:
    timeouts = request.timeouts
    left = _left(total)
    limits = {"connect": timeouts.connect, "read": timeouts.first_event, "write": timeouts.write, "pool": timeouts.pool}
    return {name: left if limit is None or (left is not None and left < limit) else limit for name, limit in limits.items()}


def _translated(error: Exception, request: HttpRequest, phase: str, total: float | None) -> TransportError:
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


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - monotonic(), 0.001)


def _on_loop(deadline: float | None) -> float | None:
    """Return the deadline on the running loop's clock, which a loop may read from a cache."""
    return None if deadline is None else asyncio.get_running_loop().time() + max(deadline - monotonic(), 0.0)
