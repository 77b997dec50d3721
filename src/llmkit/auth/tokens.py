"""A credential source whose credential is a token: fetched, kept until shortly before it expires, sent in one header."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import quote

from llmkit.auth.header import HeaderCredential
from llmkit.auth.refresh import Fetched, Refreshing
from llmkit.auth.secret import Secret
from llmkit.auth.source import Effects, Fixed
from llmkit.auth.token_request import Token
from llmkit.types.http import Credential, Origin

Fetch = Callable[[Effects], Awaitable[Token]]


class Tokens:
    """Bearer tokens for `origin`. `identity` tells two accounts apart and is no secret; `more` are headers that go with each token."""

    __slots__ = ("_fetch", "_known", "_more", "_refreshing", "account", "origin")

    def __init__(
        self,
        fetch: Fetch,
        *,
        origin: Origin,
        identity: str = "",
        known: Iterable[Secret] = (),
        more: Callable[[], tuple[tuple[str, str], ...]] = tuple,
    ) -> None:
        self.origin = origin
        self.account = Secret(quote(identity), name="account").fingerprint() if identity else ""
        self._fetch = fetch
        self._known = tuple(known)
        self._more = more
        self._refreshing: Refreshing[HeaderCredential] = Refreshing(self._fetched)

    async def credential(self, effects: Effects, /) -> Credential:
        return await self._refreshing.get(effects)

    def forget(self, credential: Credential, /) -> bool:
        return isinstance(credential, HeaderCredential) and self._refreshing.forget(credential)

    def secrets(self) -> tuple[Secret, ...]:
        held = self._refreshing.held
        return self._known if held is None else (*self._known, held.secret)

    async def _fetched(self, effects: Effects) -> Fetched[HeaderCredential]:
        token = await self._fetch(effects)
        return Fetched(credential=HeaderCredential(token.secret, origin=self.origin, more=self._more()), lifetime=token.lifetime)


def in_header(secret: Secret, origin: Origin, name: str = "Authorization", prefix: str = "Bearer ") -> Fixed:
    """Return the source of a secret that is sent as it is."""
    return Fixed(HeaderCredential(secret, origin=origin, name=name, prefix=prefix), secret)
