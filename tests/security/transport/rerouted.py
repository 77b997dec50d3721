"""Send what is meant for any provider to a server on loopback, by a real engine, with the provider's own credential."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from llmkit.types.http import Credential, HttpRequest, HttpResponse, Origin


class Moved:
    """A credential for another origin than its own. It proves to the server here what it would have proven to the provider."""

    def __init__(self, inner: Credential, meant: HttpRequest, origin: Origin) -> None:
        self._inner, self._meant, self.origin = inner, meant, origin

    def headers(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        return self._inner.headers(self._meant)


class Rerouted:
    """An engine that goes to `origin`, wherever it is sent."""

    def __init__(self, engine: Any, origin: Origin) -> None:
        self._engine, self.origin = engine, origin

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send a request to the server here."""
        response: HttpResponse = await self._engine.send(self._moved(request))
        return response

    async def connect(self, request: HttpRequest) -> Any:
        """Open a WebSocket to the server here."""
        return await self._engine.connect(self._moved(request))

    async def aclose(self) -> None:
        await self._engine.aclose()

    def _moved(self, request: HttpRequest) -> HttpRequest:
        credential = request.credential
        if credential is not None:
            assert credential.origin == request.origin
            credential = Moved(credential, request, self.origin)
        return msgspec.structs.replace(request, origin=self.origin, credential=credential)
