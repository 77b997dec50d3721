"""Send requests with `httpx2`: for users' own clients, SOCKS, HTTP/2, and platforms without the default engine's parser.

Policy, heads, credentials, decompression and limits are ours all the same. What `httpx2` cannot tell is coarser: the sync client
gives every read of a body as long as the deadline of the first one left, and checks deadlines when a read ends.
"""

from __future__ import annotations

import asyncio
import ssl
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from time import monotonic
from typing import Unpack

import httpx2

from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.transport.deadlines import earliest, expired
from llmkit.transport.head import Heads
from llmkit.transport.httpx2_response import AsyncLine, BlockingLine, answer, built, on_loop, translated, waits_for
from llmkit.transport.policy import check_credential, proxy_for
from llmkit.transport.proxy import ProxyAddress
from llmkit.transport.settings import EngineOptions
from llmkit.transport.setup import Setup
from llmkit.types.http import HttpRequest, HttpResponse, Origin


class Httpx2Transport:
    """Requests over `httpx2.AsyncClient`: one passed by the user, who closes it, or our own."""

    def __init__(
        self,
        client: httpx2.AsyncClient | None = None,
        **options: Unpack[EngineOptions],
    ) -> None:
        self._gate = _Gate(options)
        self._given = client
        self._client = client
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        total = self._gate.check(request)
        client = self._own()
        waits = waits_for(request, total)
        failure: LLMKitError | None = None
        scope = asyncio.timeout_at(on_loop(total))
        try:
            async with scope:
                response = await client.send(built(client, request, waits), stream=True, follow_redirects=False)
        except TimeoutError:
            failure = expired("total", request.timeouts)
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:  # TLS 1.3 refuses a client after the handshake
            failure = translated(error, request, "first_event", total)
        if failure is not None:
            raise failure
        waits["read"] = None  # from here on each read has its own deadline
        try:
            return answer(response, AsyncLine(response, str(request.origin)), request, total, self._gate.limits)
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
        if gate.proxy is not None:
            proxy = gate.proxy.text()
            mounts["https://"] = httpx2.AsyncHTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool, proxy=proxy)
        client = httpx2.AsyncClient(transport=direct, mounts=mounts, trust_env=False, follow_redirects=False)
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


class Httpx2BlockingTransport:
    """Requests over `httpx2.Client`: one passed by the user, who closes it, or our own."""

    def __init__(
        self,
        client: httpx2.Client | None = None,
        **options: Unpack[EngineOptions],
    ) -> None:
        self._gate = _Gate(options)
        self._given = client
        self._client = client
        self._lock = Lock()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send `request` and return when the head of the response is there."""
        total = self._gate.check(request)
        with self._lock:
            client = self._client = self._client or self._make()
        waits = waits_for(request, total)
        failure: LLMKitError | None = None
        try:
            response = client.send(built(client, request, waits), stream=True, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:  # TLS 1.3 refuses a client after the handshake
            failure = translated(error, request, "first_event", total)
        if failure is not None:
            raise failure
        try:
            return answer(response, BlockingLine(response, str(request.origin), waits), request, total, self._gate.limits)
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
        if gate.proxy is not None:
            proxy = gate.proxy.text()
            mounts["https://"] = httpx2.HTTPTransport(verify=gate.setup.tls(), trust_env=False, limits=gate.pool, proxy=proxy)
        client = httpx2.Client(transport=direct, mounts=mounts, trust_env=False, follow_redirects=False)
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


class _Gate:
    """What stands above the client: policy, limits, the arguments of our own client."""

    def __init__(self, options: EngineOptions) -> None:
        self.setup = setup = Setup(options)
        if setup.public_only:
            raise ConfigurationError("This engine cannot be held to the public internet.", parameter="public_only")
        self.limits = setup.limits
        proxy = options.get("proxy")
        self.proxy = proxy if proxy is None or isinstance(proxy, ProxyAddress) else ProxyAddress(proxy)
        self.pool = httpx2.Limits(
            max_connections=setup.max_connections, max_keepalive_connections=setup.max_idle, keepalive_expiry=setup.idle_expiry
        )
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
