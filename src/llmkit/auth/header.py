"""A key sent in one request header."""

from __future__ import annotations

from llmkit.auth.secret import Secret
from llmkit.types.http import HttpRequest, Origin


class HeaderCredential:
    """Sends `secret` as `name: prefix + secret`, and to `origin` alone."""

    __slots__ = ("_name", "_prefix", "_secret", "origin")

    def __init__(self, secret: Secret, *, origin: Origin, name: str = "Authorization", prefix: str = "Bearer ") -> None:
        self.origin = origin
        self._secret = secret
        self._name = name
        self._prefix = prefix

    def headers(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        """Return the one header."""
        return ((self._name, self._prefix + self._secret.reveal()),)

    def __repr__(self) -> str:
        return f"HeaderCredential({self._name}, {self.origin})"
