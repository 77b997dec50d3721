"""A Redis server that many processes share: one atomic script a decision, time from the server."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from llmkit.errors import ConfigurationError, StoreUnavailable


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
        self._url, self._timeout = url, timeout
        self._lock = threading.Lock()
        self._client: Any = None
        self._scripts: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"Server(prefix={self.prefix!r})"

    def evaluate(self, script: str, keys: Sequence[str], values: Sequence[str | int | float]) -> Any:
        """Run `script` (Lua), all or nothing, on the server; return its answer. Raises `StoreUnavailable`."""
        known = self._scripts.get(script) or self._known(script)
        from redis.exceptions import RedisError

        try:
            # In a cluster, keys with one name in braces are on one machine: a script reaches no other.
            return known(keys=[f"{{{self.prefix}}}:{key}" for key in keys], args=list(values))
        except (RedisError, OSError) as error:
            raise StoreUnavailable("Redis", type(error).__name__) from None

    def client(self) -> Any:
        """Return the client of the package `redis`, for what needs no script; whoever uses it catches `redis.RedisError`."""
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            client, self._client = self._client, None
            self._scripts.clear()
        if client is not None:
            client.close()

    def _known(self, script: str) -> Any:
        known = self._scripts[script] = self.client().register_script(script)
        return known

    def _connect(self) -> Any:
        try:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            hint = "pip install llmkit[redis]"
            raise ConfigurationError("A Redis store needs the package redis.", parameter="store", hint=hint) from None
        # One new try on a connection that the server had closed meanwhile, none of a command that may have been carried out twice.
        return Redis.from_url(
            self._url,
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
