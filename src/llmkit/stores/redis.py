"""A Redis server that many processes share: one atomic script a decision, time from the server."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from weakref import WeakSet

from llmkit.errors import ConfigurationError, StoreUnavailable

T = TypeVar("T")


class Server:
    """One Redis (6 or later, or Valkey). `url`: `redis://host:6379/0`, `rediss://...` for TLS; it may hold a password and is never shown.

    Connections are pooled, opened when first used, and not carried into a forked process. `timeout` (seconds) bounds every answer, so
    that a server that is away costs a call no more than that.
    """

    local = False

    def __init__(self, url: str, *, prefix: str = "llmkit", timeout: float = 1.0) -> None:
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ConfigurationError("The address of a Redis server begins with redis:// or rediss://.", parameter="url")
        self.prefix = prefix
        self._url: Callable[[], str] = lambda: url  # it may hold a password: what walks through attributes does not call them
        self._timeout = timeout
        self._lock = threading.Lock()
        self._clients: dict[bool, Any] = {}
        self._scripts: dict[tuple[str, bool], Any] = {}
        _SERVERS.add(self)

    def __repr__(self) -> str:
        return f"Server(prefix={self.prefix!r})"

    def evaluate(self, script: str, keys: Sequence[str], values: Sequence[str | bytes | int | float], *, raw: bool = False) -> Any:
        """Run `script` (Lua), all or nothing, on the server; return its answer, with `raw` as bytes. Raises `StoreUnavailable`."""
        known = self._scripts.get((script, raw)) or self._known(script, raw)
        # In a cluster, keys with one name in braces are on one machine: a script reaches no other.
        names = [f"{{{self.prefix}}}:{key}" for key in keys]
        return self._asked(lambda: known(keys=names, args=list(values)))

    def command(self, name: str, key: str, *values: str | bytes | int) -> Any:
        """Do one command of Redis on `key`; return its answer as bytes. Raises `StoreUnavailable`."""
        client = self.client(raw=True)
        return self._asked(lambda: client.execute_command(name, f"{{{self.prefix}}}:{key}", *values))

    def names(self, beginning: str) -> list[str]:
        """Return the keys that begin so. It looks at every key of the server, though at a few at a time. Raises `StoreUnavailable`."""
        client, whole = self.client(), f"{{{self.prefix}}}:"
        pattern = re.sub(r"([*?\[\]\\^])", r"\\\1", whole + beginning) + "*"
        found: list[str] = self._asked(lambda: list(client.scan_iter(match=pattern, count=1000)))
        return [name[len(whole) :] for name in found]

    def client(self, *, raw: bool = False) -> Any:
        """Return the client of the package `redis`, for what needs no script; whoever uses it catches `redis.RedisError`."""
        with self._lock:
            if raw not in self._clients:
                self._clients[raw] = self._connect(raw)
            return self._clients[raw]

    def close(self) -> None:
        """Close the connections that nobody uses now, whoever shares the server; the next use opens new ones."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
            self._scripts.clear()
        for client in clients:
            client.connection_pool.disconnect(inuse_connections=False)  # `client.close()` would cut a call of another thread off

    def forget(self) -> None:
        """In a forked process: take a lock that nobody holds. The package `redis` sees by itself that its connections are the parent's."""
        self._lock = threading.Lock()

    def _known(self, script: str, raw: bool) -> Any:
        known = self._scripts[script, raw] = self.client(raw=raw).register_script(script)
        return known

    @staticmethod
    def _asked(ask: Callable[[], T]) -> T:
        from redis.exceptions import RedisError

        try:
            return ask()
        except (RedisError, OSError) as error:
            failure = StoreUnavailable("Redis", type(error).__name__)
        raise failure  # not inside: the frames of the first error know the password

    def _connect(self, raw: bool) -> Any:
        try:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            hint = "pip install llmkit[redis]"
            raise ConfigurationError("A Redis store needs the package redis.", parameter="store", hint=hint) from None
        # One new try on a connection that the server had closed meanwhile, none of a command that may have been carried out twice.
        return Redis.from_url(
            self._url(),
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),
            decode_responses=not raw,
        )


_SERVERS: WeakSet[Server] = WeakSet()


def _forget_all() -> None:
    for server in list(_SERVERS):
        server.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
