"""Where a credential comes from when it must be fetched, exchanged or signed: the protocol, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import AwsAuth, AzureAuth, GoogleAuth, HeaderAuth, NoAuth, OAuthAuth, OciAuth, Scheme
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError
from llmkit.runtime.protocol import Runtime
from llmkit.types.http import Credential, Origin, Timeouts, Transport


class Effects(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What fetching a credential may use: the call's own runtime, transport and limits."""

    runtime: Runtime
    transport: Transport
    timeouts: Timeouts
    deadline: float | None


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a source is made from. `settings` are the row's, resolved; `parse_url` applies the transport's policy to an address."""

    provider: str
    origin: Origin
    secret: Secret | None
    settings: Mapping[str, str]
    secrets: Mapping[str, Secret]
    """The row's secret settings, resolved."""
    environment: Mapping[str, str]
    parse_url: Callable[[str], tuple[Origin, str]]
    env: tuple[str, ...] = ()
    """Where a key may stand, for the error that says there is none."""


class CredentialSource(Protocol):
    """Hands out credentials: cached until shortly before they expire, refreshed once for all who wait."""

    @property
    def account(self) -> str:
        """Return what tells two accounts apart, or nothing where that is not known before a token is fetched."""
        ...

    async def credential(self, effects: Effects, /) -> Credential:
        """Return a credential that is valid now. Raises `MissingKey`, `AuthenticationError` or what the fetch raises."""
        ...

    def forget(self, credential: Credential, /) -> bool:
        """Drop `credential`, which the server refused; say whether asking again may give another one."""
        ...

    def secrets(self) -> Iterable[Secret]:
        """Return every secret held now, so that errors can be scrubbed of them."""
        ...


class Fixed:
    """A key in a header: nothing to fetch."""

    __slots__ = ("_secret", "account", "held")

    def __init__(self, credential: Credential, secret: Secret) -> None:
        self.held = credential
        self._secret = secret
        self.account = secret.fingerprint()

    async def credential(self, effects: Effects, /) -> Credential:
        return self.held

    def forget(self, credential: Credential, /) -> bool:
        return False

    def secrets(self) -> tuple[Secret, ...]:
        return (self._secret,)


def fixed(scheme: HeaderAuth, given: Circumstances) -> Fixed | None:
    """Return the source of a key in a header; None where there is no key."""
    if given.secret is None:
        return None
    return Fixed(HeaderCredential(given.secret, origin=given.origin, name=scheme.name, prefix=scheme.prefix), given.secret)


def source(scheme: Scheme, given: Circumstances) -> CredentialSource | None:
    """Return where credentials of `scheme` come from; None where there is nothing to send. Each scheme is imported only now."""
    match scheme:
        case HeaderAuth():
            return fixed(scheme, given)
        case NoAuth():
            return None
        case AwsAuth():
            from llmkit.auth.aws import aws_source

            return aws_source(scheme, given)
        case GoogleAuth():
            from llmkit.auth.google import google_source

            return google_source(scheme, given)
        case AzureAuth():
            from llmkit.auth.azure import azure_source

            return azure_source(scheme, given)
        case OAuthAuth():
            from llmkit.auth.oauth import oauth_source

            return oauth_source(scheme, given)
        case OciAuth():
            from llmkit.auth.oci import oci_source

            return oci_source(scheme, given)
        case _:
            raise ConfigurationError(f"{type(scheme).__name__} is not built yet.", parameter="auth")


def available(scheme: Scheme, given: Circumstances) -> bool:
    """Tell whether credentials of `scheme` are there, as far as files and the environment say; the network is not asked."""
    match scheme:
        case NoAuth():
            return True
        case AwsAuth():
            from llmkit.auth.aws import aws_found

            return aws_found(given)
        case GoogleAuth():
            from llmkit.auth.google import google_found

            return google_found(given)
        case AzureAuth():
            from llmkit.auth.azure import azure_found

            return azure_found(given)
        case OAuthAuth():
            from llmkit.auth.oauth import oauth_found

            return oauth_found(scheme, given)
        case OciAuth():
            from llmkit.auth.oci import oci_found

            return oci_found(given)
        case _:
            return given.secret is not None


def supplied(scheme: Scheme, given: Mapping[str, str | Secret], environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return settings that the credential's own files know and that neither the caller nor the environment gives."""
    if isinstance(scheme, AwsAuth):
        from llmkit.auth.aws import aws_region

        return aws_region(given, environment)
    return {}
