"""How a client reaches the network: a plain value that loads no socket and no TLS."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Self, TypedDict, cast

import msgspec

from llmkit.transport.policy import Limits
from llmkit.transport.proxy import ProxyAddress
from llmkit.transport.trust import Trust
from llmkit.types.http import Origin


class EngineOptions(TypedDict, total=False):
    """The keyword arguments of every engine, written once; `TransportSettings` has their defaults."""

    trust: Trust
    proxy: str | ProxyAddress | None
    insecure_origins: Iterable[str | Origin]
    max_connections: int
    max_idle: int
    idle_expiry: float
    limits: Limits
    public_only: bool
    known_origins: Iterable[str | Origin]


class TransportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of either engine. `proxy` may hold a password, so this never prints it."""

    trust: Trust = Trust()
    proxy: str | ProxyAddress | None = None
    insecure_origins: Iterable[str | Origin] = ()
    max_connections: int = 100
    max_idle: int = 100
    idle_expiry: float = 55.0
    limits: Limits = Limits()
    public_only: bool = False
    """Reach the public internet only, whatever a name resolves to, and `known_origins`; it is for links that strangers gave."""
    known_origins: Iterable[str | Origin] = ()

    @classmethod
    def of(
        cls,
        *,
        proxy: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        client_certificate: str | tuple[str, str] | None = None,
        insecure_origins: Iterable[str | Origin] = (),
    ) -> Self:
        """Return the settings for the arguments of a client; `client_certificate` is a file, or certificate and key."""
        certificate, key = client_certificate if isinstance(client_certificate, tuple) else (client_certificate, None)
        return cls(
            trust=Trust(ca_file=None if ca_file is None else os.fspath(ca_file), client_certificate=certificate, client_key=key),
            proxy=None if proxy is None else ProxyAddress(proxy),
            insecure_origins=tuple(insecure_origins),
        )

    def options(self) -> EngineOptions:
        """Return the arguments of an engine."""
        return cast("EngineOptions", msgspec.structs.asdict(self))

    def trusting(self, ca_file: str) -> Self:
        """Return these settings with the authorities of `ca_file` in place of others; empty: as they are."""
        return msgspec.structs.replace(self, trust=msgspec.structs.replace(self.trust, ca_file=ca_file)) if ca_file else self

    def __repr__(self) -> str:
        return f"TransportSettings(trust={self.trust!r}, proxy={'***' if self.proxy else None}, insecure_origins={self.insecure_origins!r})"
