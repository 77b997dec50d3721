"""Client credentials, or a key, exchanged for a bearer token (RFC 6749, 4.4, and its relatives)."""

from __future__ import annotations

import re
import uuid

from llmkit.auth.schemes import OAuthAuth
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, CredentialSource, Effects
from llmkit.auth.token_request import Question, Token, basic, token
from llmkit.auth.tokens import Tokens, in_header
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.types.http import Origin

_NAME = re.compile(r"\{([a-z_]+)\}")


def oauth_source(scheme: OAuthAuth, given: Circumstances) -> CredentialSource:
    """Return the source of credentials for `scheme`. Raises `MissingKey` where there is nothing to exchange."""
    if "access_token" in given.secrets:
        return in_header(given.secrets["access_token"], given.origin)
    by_key = scheme.style in ("key", "basic_key")
    if not by_key and given.secret is not None:  # beside client credentials a key is a token already
        return in_header(given.secret, given.origin)
    proof = given.secret if by_key else given.secrets.get("client_secret")
    if proof is None or not (by_key or given.settings.get("client_id")):
        raise MissingKey(given.provider, env=given.env)
    address = _address(scheme, given)

    async def fetch(effects: Effects) -> Token:
        return await token(_question(scheme, given, proof, address), effects)

    return Tokens(fetch, origin=given.origin, identity=f"{address[0]} {_client(given) or proof.fingerprint()}", known=(proof,))


def oauth_found(scheme: OAuthAuth, given: Circumstances) -> bool:
    """Tell whether credentials are there."""
    if given.secret is not None or "access_token" in given.secrets:
        return True
    return scheme.style not in ("key", "basic_key") and "client_secret" in given.secrets and bool(_client(given))


def _question(scheme: OAuthAuth, given: Circumstances, proof: Secret, address: tuple[Origin, str]) -> Question:
    form: dict[str, str | Secret] = {name: _filled(value, given) for name, value in scheme.grant.items()}
    header = None
    match scheme.style:
        case "key":
            form[scheme.key_field] = proof
        case "basic_key":
            header = ("Authorization", "Basic ", proof)
        case "basic":
            header = ("Authorization", "Basic ", basic(_client(given), proof))
        case "form":
            form |= {"client_id": _client(given), "client_secret": proof}
        case other:
            raise ConfigurationError(f"OAuthAuth has no style {other!r}.", parameter="auth")
    headers = {name: _filled(value, given) for name, value in scheme.headers.items()}
    return Question(address=address, form=form, headers=headers, secret_header=header)


def _client(given: Circumstances) -> str:
    return given.settings.get("client_id", "")


def _address(scheme: OAuthAuth, given: Circumstances) -> tuple[Origin, str]:
    url = given.settings.get("token_url") or _filled(scheme.token_url, given)
    return given.parse_url(url if "://" in url else f"https://{url}")


def _filled(template: str, given: Circumstances) -> str:
    """Return the template filled with settings; `{uuid}` is a fresh one each time."""
    text = template.replace("{uuid}", str(uuid.uuid4())) if "{uuid}" in template else template
    filled = _NAME.sub(lambda found: given.settings.get(found[1], found[0]), text)
    if open_ := _NAME.search(filled):
        raise ConfigurationError(f"{given.provider} needs its {open_[1]}.", parameter=f"settings.{given.provider}.{open_[1]}")
    return filled
