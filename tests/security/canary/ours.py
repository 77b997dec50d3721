"""LLMKit as the library under test, once for every way in which it is given a key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from llmkit import AsyncLLMKit, LLMKit
from llmkit.connections import asyncio_transport, blocking_transport
from llmkit.transport.settings import TransportSettings
from llmkit.types.http import HttpRequest, HttpResponse, Origin, Transport
from llmkit.version import VERSION
from tests.security.canary.schemes import GIVEN, Given


class Rerouted:
    """Sends to one server what is meant for others: addresses that cannot lie on this machine."""

    def __init__(self, url: str, inner: Transport) -> None:
        self._origin = Origin(scheme="http", host="127.0.0.1", port=int(url.rpartition(":")[2]))
        self._inner = inner

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send the request with its credential."""
        proof = () if request.credential is None else tuple(request.credential.headers(request))
        headers = (*request.headers, *proof)
        return await self._inner.send(msgspec.structs.replace(request, origin=self._origin, headers=headers, credential=None))

    async def aclose(self) -> None:
        """Close what sends."""
        await self._inner.aclose()


class Ours:
    """LLMKit, given its key in one way."""

    name = "llmkit"
    version = VERSION

    def __init__(self, given: Given) -> None:
        self._given = given
        self.scheme = given.name
        self.new_key = given.new_key
        self.model = given.model
        self.answers = given.answers
        self._folder = tempfile.TemporaryDirectory()
        self.own_variables: tuple[str, ...] = ()

    def client(self, key: Any, url: str) -> LLMKit:
        """Return a client."""
        return LLMKit(**self._options(key, url, blocking_transport))

    def loaded(self, key: Any, url: str, layers: list[Any], **more: Any) -> LLMKit:
        """Return a client with layers, and with other arguments beside those of the way."""
        options = self._options(key, url, blocking_transport)
        options["layers"] = [*options.get("layers", ()), *layers]
        for name, value in more.items():
            options[name] = (
                value
                if not isinstance(value, list | dict)
                else [*options.get(name, ()), *value]
                if isinstance(value, list)
                else {**options.get(name, {}), **value}
            )
        return LLMKit(**options)

    def ask(self, client: LLMKit, text: str) -> Any:
        """Ask one question."""
        return client.complete(self._given.model, text)

    def stream(self, client: LLMKit, text: str) -> list[Any]:
        """Ask one question as a stream."""
        with client.stream(self._given.model, text) as stream:
            return list(stream)

    async def ask_async(self, key: Any, url: str, text: str) -> Any:
        """Ask through the client for asyncio."""
        async with AsyncLLMKit(**self._options(key, url, asyncio_transport)) as kit:
            return await kit.complete(self._given.model, text)

    def close(self, client: LLMKit) -> None:
        """Close a client."""
        client.close()

    def _options(self, key: Any, url: str, transport: Callable[[TransportSettings], Transport]) -> dict[str, Any]:
        if self._given.environment is not None:  # the stage takes the variables away again
            variables = self._given.environment(key, url, Path(self._folder.name))
            self.own_variables = tuple(variables)
            os.environ.update(variables)
        options: dict[str, Any] = {"retries": 0, **self._given.options(key, url, Path(self._folder.name))}
        if self._given.rerouted:
            options["transport"] = Rerouted(url, transport(TransportSettings.of()))
        return options


def subjects(*names: str) -> list[Ours]:
    """Return LLMKit in every way of being given a key, or in those named."""
    return [Ours(given) for given in GIVEN if not names or given.name in names]
