"""What an engine was built with, shared by its pools."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from llmkit.errors import ConfigurationError
from llmkit.transport.policy import Policy, parse_origin
from llmkit.transport.proxy import Proxy
from llmkit.transport.settings import EngineOptions, TransportSettings
from llmkit.transport.sockets import Address
from llmkit.types.http import Origin

if TYPE_CHECKING:
    import ssl


class Setup:
    """The arguments of an engine, and its one TLS context, made when the first https origin asks for it."""

    __slots__ = (
        "_known",
        "_lock",
        "_tls",
        "_trust",
        "idle_expiry",
        "limits",
        "max_connections",
        "max_idle",
        "policy",
        "proxy",
        "public_only",
    )

    def __init__(self, options: EngineOptions) -> None:
        settings = TransportSettings(**options)
        if settings.max_connections < 1:
            raise ConfigurationError("max_connections must be at least 1.", parameter="max_connections")
        self.policy = Policy(settings.insecure_origins)
        self.proxy = None if settings.proxy is None else Proxy(settings.proxy)
        self.public_only = settings.public_only
        self._known = frozenset(parse_origin(one) if isinstance(one, str) else one for one in settings.known_origins)
        self.limits = settings.limits
        self.max_connections = settings.max_connections
        self.max_idle = settings.max_idle
        self.idle_expiry = settings.idle_expiry
        self._trust = settings.trust
        self._tls: ssl.SSLContext | None = None
        self._lock = Lock()

    def tls(self) -> ssl.SSLContext:
        """Return the TLS context."""
        with self._lock:
            if self._tls is None:
                from llmkit.transport.tls import tls_context

                self._tls = tls_context(self._trust)
            return self._tls

    def check_addresses(self, origin: Origin, addresses: Iterable[Address]) -> None:
        """Refuse what `origin` resolved to, where only the public internet may be reached: the check is of what is connected to."""
        if self.public_only and origin not in self._known:
            from llmkit.transport.public import check_public

            check_public(origin.host, addresses)

    def after_fork(self) -> None:
        """Replace a lock that another thread of the parent may have held."""
        self._lock = Lock()
