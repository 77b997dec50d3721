"""How a provider wants to know who asks: one value a scheme. What each does stands in the module of its name."""

from __future__ import annotations

from typing import TypeAlias

from llmkit.types.model import Model


class HeaderAuth(Model, frozen=True, kw_only=True, tag=True):
    """The key goes into the header `name`, behind `prefix`."""

    name: str = "Authorization"
    prefix: str = "Bearer "


class AwsAuth(Model, frozen=True, kw_only=True, tag=True):
    """AWS Signature Version 4 for `service`, in the region of the setting `region`; a key, where there is one, is sent as bearer."""

    service: str


class GoogleAuth(Model, frozen=True, kw_only=True, tag=True):
    """An OAuth token from Google's application default credentials; a key, where there is one, is an express-mode API key."""

    scope: str = "https://www.googleapis.com/auth/cloud-platform"


class AzureAuth(Model, frozen=True, kw_only=True, tag=True):
    """A key in the header `api-key`, else a token of Microsoft Entra ID for `scope`."""

    scope: str = "https://cognitiveservices.azure.com/.default"
    header: str = "api-key"


class OAuthAuth(Model, frozen=True, kw_only=True, tag=True):
    """Client credentials or a key, exchanged for a bearer token at `token_url` (a template of settings).

    `grant` holds the form fields beside the credentials. `style` says how those go out: `basic` (header), `form`
    (`client_id`, `client_secret`), `key` (the key in the form field `key_field`), `basic_key` (the key is the whole basic credential).
    """

    token_url: str
    style: str = "form"
    key_field: str = "apikey"
    grant: dict[str, str] = {}
    headers: dict[str, str] = {}


class OciAuth(Model, frozen=True, kw_only=True, tag=True):
    """Oracle's request signing with the key of the user's OCI configuration; a key, where there is one, is sent as bearer."""


class NoAuth(Model, frozen=True, kw_only=True, tag=True):
    """Nothing is sent."""


Scheme: TypeAlias = HeaderAuth | AwsAuth | GoogleAuth | AzureAuth | OAuthAuth | OciAuth | NoAuth
BEARER = HeaderAuth()
