"""From a Google credentials file to an access token: one exchange for each kind of file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from llmkit.auth.credential_file import parse_json, read_bytes
from llmkit.auth.rsa import RsaKey, json_web_token
from llmkit.auth.secret import Secret
from llmkit.auth.source import Effects
from llmkit.auth.token_request import Question, Token, answer, basic, read_token, text, token
from llmkit.errors import ConfigurationError, SecurityError
from llmkit.types.http import Origin

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  an address, no password
_CLOUD = "https://www.googleapis.com/auth/cloud-platform"
_HOUR = 3600


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a credentials file lies. `trusted`: the caller named it, so its addresses may lie outside googleapis.com."""

    path: Path
    trusted: bool
    parse_url: Callable[[str], tuple[Origin, str]]

    def address(self, url: str, parameter: str) -> tuple[Origin, str]:
        """Return `url` parsed. Raises `SecurityError` for one that may not see a secret."""
        origin, path = self.parse_url(url)
        google = origin.host == "googleapis.com" or origin.host.endswith(".googleapis.com")
        if self.trusted or (google and origin.scheme == "https" and origin.port == 443):
            return origin, path
        raise SecurityError(
            f"The credentials file's {parameter} is not an https address of googleapis.com.",
            parameter=parameter,
            hint="For another one name the file in the settings: credentials_file.",
        )


class _Format(msgspec.Struct, frozen=True):
    type: str = "text"
    subject_token_field_name: str = ""


class _Subject(msgspec.Struct, frozen=True):
    file: str = ""
    url: str = ""
    headers: dict[str, str] = {}
    format: _Format = _Format()
    executable: Any = None
    environment_id: str = ""
    certificate: Any = None


class GoogleFile(msgspec.Struct, frozen=True):
    """The fields of all kinds of file that are read here."""

    type: str
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    client_email: str = ""
    private_key: str = ""
    private_key_id: str = ""
    token_uri: str = ""
    token_url: str = ""
    audience: str = ""
    subject_token_type: str = ""
    workforce_pool_user_project: str = ""
    service_account_impersonation_url: str = ""
    delegates: tuple[str, ...] = ()
    credential_source: _Subject | None = None
    source_credentials: Any = None
    quota_project_id: str | None = None

    @property
    def identity(self) -> str:
        """Return what names the account and is no secret."""
        return self.client_email or self.service_account_impersonation_url or self.audience or self.client_id

    def __repr__(self) -> str:
        return f"GoogleFile({self.type})"


async def grant(file: GoogleFile, place: Place, scope: str, effects: Effects) -> Token:
    """Return a token for `scope`."""
    match file.type:
        case "authorized_user":
            return await _of_user(file, place, effects)
        case "service_account":
            return await _of_service_account(file, place, scope, effects)
        case "external_account":
            return await _of_workload(file, place, scope, effects)
        case "impersonated_service_account":
            inner = parse_json(msgspec.json.encode(file.source_credentials), "source_credentials of the credentials file", GoogleFile)
            return await _impersonated(file, place, await grant(inner, place, _CLOUD, effects), scope, effects)
        case kind:
            raise _unusable(f"its type {kind[:40]!r} is not supported")


async def _of_user(file: GoogleFile, place: Place, effects: Effects) -> Token:
    form: dict[str, str | Secret] = {
        "grant_type": "refresh_token",
        "client_id": file.client_id,
        "client_secret": _secret(file.client_secret, "client_secret"),
        "refresh_token": _secret(file.refresh_token, "refresh_token"),
    }
    return await token(Question(address=place.address(file.token_uri or TOKEN_URL, "token_uri"), form=form), effects)


async def _of_service_account(file: GoogleFile, place: Place, scope: str, effects: Effects) -> Token:
    url = file.token_uri or TOKEN_URL
    address = place.address(url, "token_uri")
    now = int(time.time())
    claims = {"iss": file.client_email, "scope": scope, "aud": url, "iat": now, "exp": now + _HOUR}
    key = RsaKey(file.private_key.encode(), extra="llmkit[google]")
    assertion = json_web_token(key, {"kid": file.private_key_id} if file.private_key_id else {}, claims)
    form: dict[str, str | Secret] = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return await token(Question(address=address, form=form), effects)


async def _of_workload(file: GoogleFile, place: Place, scope: str, effects: Effects) -> Token:
    """Exchange another cloud's token for one of Google's, and where asked that one for a service account's."""
    impersonates = bool(file.service_account_impersonation_url)
    form: dict[str, str | Secret] = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": file.audience,
        "scope": _CLOUD if impersonates else scope,
        "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "subject_token_type": file.subject_token_type,
        "subject_token": await _subject_token(file.credential_source or _Subject(), place, effects),
    }
    header = None
    if file.client_id and file.client_secret:
        header = ("Authorization", "Basic ", basic(file.client_id, _secret(file.client_secret, "client_secret")))
    elif file.workforce_pool_user_project:
        form["options"] = msgspec.json.encode({"userProject": file.workforce_pool_user_project}).decode()
    exchange = Question(address=place.address(file.token_url, "token_url"), form=form, secret_header=header)
    federated = await token(exchange, effects)
    return await _impersonated(file, place, federated, scope, effects) if impersonates else federated


async def _subject_token(where: _Subject, place: Place, effects: Effects) -> Secret:
    if where.executable is not None:
        raise _unusable("its token comes from a program, which is never run")
    if where.environment_id or where.certificate is not None:
        raise _unusable("its token comes from AWS or a certificate, which is not supported")
    if where.file:
        data = read_bytes(Path(where.file), "subject token file")
    elif where.url:
        # Plain http is for the machine itself and its metadata server alone: the transport sees to it.
        data = await text(Question(address=place.parse_url(where.url), headers=where.headers), effects)
    else:
        raise _unusable("it does not say where its token comes from")
    if where.format.type != "json":
        return Secret(data.decode("utf-8", "replace").strip(), name="subject token")
    field = parse_json(data, "subject token", dict[str, Any]).get(where.format.subject_token_field_name)
    return _secret(field if isinstance(field, str) else "", "subject token")


async def _impersonated(file: GoogleFile, place: Place, inner: Token, scope: str, effects: Effects) -> Token:
    address = place.address(file.service_account_impersonation_url, "service_account_impersonation_url")
    body: dict[str, Any] = {"scope": [scope], "lifetime": f"{_HOUR}s"}
    if file.delegates:
        body["delegates"] = file.delegates
    question = Question(address=address, json=body, secret_header=("Authorization", "Bearer ", inner.secret))
    return read_token(await answer(question, effects), address[0])


def _secret(value: str, name: str) -> Secret:
    if not value:
        raise _unusable(f"{name} is missing")
    return Secret(value, name=name)


def _unusable(why: str) -> ConfigurationError:
    return ConfigurationError(f"The Google credentials file cannot be used: {why}.", parameter="credentials_file")
