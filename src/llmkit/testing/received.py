"""A request as the fake received it."""

from __future__ import annotations

import json
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

from llmkit.types.http import Headers


class Received:
    """One request: `method`, `path` (without the query), `query`, `headers` (any case), `body` as bytes and `json`.

    `connection` counts the fake's TCP connections from 1: two requests with the same number shared one. `left` is set when the
    client closed the connection before the reply was complete.
    """

    __slots__ = ("_json", "body", "connection", "gate", "headers", "left", "method", "path", "query", "target")

    def __init__(self, method: str, target: str, headers: Headers, body: bytes, connection: int) -> None:
        parts = urlsplit(target)
        self.method = method
        self.target = target
        self.path = parts.path
        self.query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.headers = headers
        self.body = body
        self.connection = connection
        self.left = Event()
        self.gate: Any = None
        self._json: Any = ...

    @property
    def json(self) -> Any:
        """Return the body parsed; None when it is not JSON."""
        if self._json is ...:
            try:
                self._json = json.loads(self.body)
            except ValueError:
                self._json = None
        return self._json

    def __repr__(self) -> str:
        return f"Received({self.method} {self.target}, {len(self.body)} bytes)"
