"""A client's connections: the engines that carry its requests, each made when something is first sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from llmkit.runtime.protocol import Runtime
from llmkit.transport.settings import TransportSettings
from llmkit.transport.trust import Trust
from llmkit.types.http import Transport


class Connections:
    """The engines of one client. `http` makes one of the settings; a transport that the user passed stands for it, and stays open."""

    def __init__(
        self,
        runtime: Runtime,
        http: Callable[[TransportSettings], Transport],
        settings: TransportSettings,
        given: Transport | None,
        fetch_origins: Iterable[str],
    ) -> None:
        self._runtime, self._http, self.settings, self._given = runtime, http, settings, given
        self._fetch_origins = tuple(fetch_origins)
        self._made: dict[str, Transport] = {} if given is None else {"http": given}
        self._lock = threading.Lock()

    def transport(self, engine: str = "http", ca_file: str = "") -> Transport:
        """Return the connections of an engine, and of the authorities in `ca_file` where it names some."""
        kind = engine if not ca_file or self._given is not None else f"http {ca_file}"
        with self._lock:
            if kind not in self._made:
                embedded = kind == "embedded"
                self._made[kind] = embedded_transport(self._runtime) if embedded else self._http(self.settings.trusting(ca_file))
            return self._made[kind]

    def links(self) -> Transport:
        """Return the connections for links that others gave: they carry no key and reach the public internet only."""
        with self._lock:
            if "links" not in self._made:
                known = self._fetch_origins
                trust = Trust(ca_file=self.settings.trust.ca_file)
                self._made["links"] = self._http(
                    TransportSettings(trust=trust, insecure_origins=known, known_origins=known, public_only=True)
                )
            return self._made["links"]

    async def aclose(self) -> None:
        """Close all of ours; the next call makes them anew."""
        with self._lock:
            made = [transport for transport in self._made.values() if transport is not self._given]
            self._made.clear()
        for transport in made:
            await transport.aclose()


def blocking_transport(settings: TransportSettings) -> Transport:
    """Return the blocking engine."""
    from llmkit.transport.blocking_engine import BlockingTransport

    return BlockingTransport(**settings.options())


def asyncio_transport(settings: TransportSettings) -> Transport:
    """Return the asyncio engine."""
    from llmkit.transport.asyncio_engine import AsyncioTransport

    return AsyncioTransport(**settings.options())


def embedded_transport(runtime: Runtime) -> Transport:
    """Return the model inside this process."""
    from llmkit.local import LocalTransport
    from llmkit.runtime.blocking import Blocking

    return LocalTransport(blocking=isinstance(runtime, Blocking) or None)  # a notebook's sync client runs inside a loop
