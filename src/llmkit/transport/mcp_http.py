"""The HTTP client for an MCP server's SDK: one origin, no redirect, no proxy of the environment, bounded answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from llmkit.errors import ProtocolError, SecurityError
from llmkit.transport.policy import MIB
from llmkit.transport.tls import tls_context
from llmkit.transport.trust import Trust
from llmkit.types.http import Credential, HttpRequest, Origin

LARGEST_ANSWER = 32 * MIB
LARGEST_EVENT = 16 * MIB


def mcp_client(origin: Origin, credential: Credential | None, headers: dict[str, str], timeout: float) -> httpx2.AsyncClient:
    """Return a client that sends to `origin` alone; the credential is added at the last moment."""
    transport = _Guarded(httpx2.AsyncHTTPTransport(verify=tls_context(Trust()), trust_env=False), origin, credential)
    # A server may hold a stream open: the SDK and the caller's timeout say how long to read.
    limits = httpx2.Timeout(timeout, read=None)
    return httpx2.AsyncClient(transport=transport, headers={**headers, "Accept-Encoding": "identity"}, timeout=limits, trust_env=False)


class _Guarded(httpx2.AsyncBaseTransport):
    def __init__(self, inner: httpx2.AsyncBaseTransport, origin: Origin, credential: Credential | None) -> None:
        self._inner = inner
        self._origin = origin
        self._credential = credential

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if (url.scheme, url.host.strip("[]"), port) != (self._origin.scheme, self._origin.host, self._origin.port):
            raise SecurityError("Refused: the MCP server's client was sent to another origin.", parameter="url")
        if self._credential is not None:
            asked = HttpRequest(method=request.method, origin=self._origin, path=url.path)
            request.headers.update(dict(self._credential.headers(asked)))
        response = await self._inner.handle_async_request(request)
        if 300 <= response.status_code < 400 and "location" in response.headers:
            await response.aclose()
            raise SecurityError("Refused: the MCP server redirects, which is never followed.", parameter="url")
        if response.headers.get("content-type", "").startswith("application/json"):
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise ProtocolError(f"The MCP server's answer is larger than {LARGEST_ANSWER:,} bytes.")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
