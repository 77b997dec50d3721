"""A key sent in one request header."""

from __future__ import annotations

from llmkit.auth.secret import Secret
from llmkit.types.http import HttpRequest, Origin


class HeaderCredential:
    """Sends `secret` as `name: prefix + secret`, and to `origin` alone; the headers `more` go with it."""

    __slots__ = ("_more", "_name", "_prefix", "origin", "secret")

    def __init__(
        self,
        secret: Secret,
        *,
        origin: Origin,
        name: str = "Authorization",
        prefix: str = "Bearer ",
        more: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.origin = origin
        self.secret = secret
        self._name = name
        self._prefix = prefix
        self._more = more

    def headers(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        """Return the header with the secret, and what goes with it."""
        return ((self._name, self._prefix + self.secret.reveal()), *self._more)

    def __repr__(self) -> str:
        return f"HeaderCredential({self._name}, {self.origin})"
