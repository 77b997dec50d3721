"""Keys of a role, by the single sign-on session that the AWS tools keep after a login."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from llmkit.auth.aws_answers import Clock, Keys, ask, keys_of, refused
from llmkit.auth.credential_file import home, read_json
from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, Effects
from llmkit.errors import AuthenticationError, ConfigurationError, ProtocolError

_SERVICE = "AWS single sign-on"
_REGION = re.compile(r"[a-z0-9-]{1,32}")


class _Cached(msgspec.Struct, rename="camel"):
    access_token: str = ""
    expires_at: str = ""


async def sso_keys(given: Circumstances, effects: Effects, clock: Clock, settings: Mapping[str, str], session: Mapping[str, str]) -> Keys:
    """Exchange the session's token for the keys of the profile's role. Raises `AuthenticationError` when the login has expired."""
    joined = {**session, **settings}
    lacking = [name for name in ("sso_region", "sso_start_url", "sso_account_id", "sso_role_name") if not joined.get(name)]
    if lacking or not _REGION.fullmatch(joined["sso_region"]):
        raise ConfigurationError(f"The AWS profile lacks a good {(lacking or ['sso_region'])[0]}.", parameter="settings")
    token = _token(given, clock, settings.get("sso_session") or joined["sso_start_url"])
    query = f"role_name={quote(joined['sso_role_name'], safe='')}&account_id={quote(joined['sso_account_id'], safe='')}"
    host = given.environment.get("AWS_ENDPOINT_URL_SSO") or f"https://portal.sso.{joined['sso_region']}.amazonaws.com"
    address = given.parse_url(f"{host.rstrip('/')}/federation/credentials?{query}")
    credential = HeaderCredential(token, origin=address[0], name="x-amz-sso_bearer_token", prefix="")
    answer = await ask(effects, address, headers={"Accept": "application/json"}, credential=credential)
    if answer.status != 200:
        raise refused(answer, _SERVICE)
    return keys_of(_roles(answer.body), clock, _SERVICE)


def _token(given: Circumstances, clock: Clock, name: str) -> Secret:
    """The tools name the file by the hash of the session's name (or, before sessions, of the start address)."""
    digest = sha1(name.encode(), usedforsecurity=False).hexdigest()
    path = home(given.environment) / ".aws" / "sso" / "cache" / f"{digest}.json"
    if Path(path).is_file():
        cached = read_json(path, "AWS sign-on session", _Cached)
        if cached.access_token and _moment(cached.expires_at) > clock() + 60:
            return Secret(cached.access_token, name="sign-on token")
    raise AuthenticationError(f"The AWS sign-on session of {given.provider} has expired or never began. Run: aws sso login")


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("UTC", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def _roles(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    roles = found.get("roleCredentials") if isinstance(found, dict) else None
    if not isinstance(roles, dict):
        raise ProtocolError(f"{_SERVICE} answered without keys.")
    return roles
