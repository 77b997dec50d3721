"""Google's application default credentials: which of them is there, and the source of tokens made from it.

The order is Google's: a key, a token, the file named in the settings or in `GOOGLE_APPLICATION_CREDENTIALS`, the file of
`gcloud auth application-default login`, the metadata server of the machine. Each refresh reads the file again.
Source: cloud.google.com/docs/authentication/application-default-credentials, 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmkit.auth.credential_file import home, read_json
from llmkit.auth.google_grants import GoogleFile, Place, grant
from llmkit.auth.machine import LIMITS, on_machine
from llmkit.auth.schemes import GoogleAuth
from llmkit.auth.source import Circumstances, CredentialSource, Effects
from llmkit.auth.token_request import Question, Token, token
from llmkit.auth.tokens import Tokens, in_header
from llmkit.errors import ConnectionFailed, MissingKey, Timeout

# The address and not the name: an answer to the name could come from whoever runs the network's DNS.
_METADATA = "169.254.169.254"


def google_source(scheme: GoogleAuth, given: Circumstances) -> CredentialSource:
    """Return the source of credentials for `scheme`."""
    if given.secret is not None:
        return in_header(given.secret, given.origin, "x-goog-api-key", "")
    if "access_token" in given.secrets:
        return in_header(given.secrets["access_token"], given.origin)
    place = credentials_file(given)
    known = None if place is None else read_json(place.path, "Google credentials file", GoogleFile)

    async def fetch(effects: Effects) -> Token:
        if place is None:
            return await _of_the_machine(scheme, given, effects)
        return await grant(read_json(place.path, "Google credentials file", GoogleFile), place, scheme.scope, effects)

    def billed() -> tuple[tuple[str, str], ...]:
        quota = given.environment.get("GOOGLE_CLOUD_QUOTA_PROJECT") or (known.quota_project_id if known else None)
        return (("x-goog-user-project", quota),) if quota else ()

    return Tokens(fetch, origin=given.origin, identity=known.identity if known else "", more=billed)


def google_found(given: Circumstances) -> bool:
    """Tell whether credentials are there, as far as can be said without asking the network."""
    return given.secret is not None or "access_token" in given.secrets or credentials_file(given) is not None


def credentials_file(given: Circumstances) -> Place | None:
    """Return the credentials file; None where there is none. One that is named must be there, which reading it finds out."""
    named = given.settings.get("credentials_file")
    if named:
        return Place(path=Path(named), trusted=True, parse_url=given.parse_url)
    path = given.environment.get("GOOGLE_APPLICATION_CREDENTIALS")
    if path:
        return Place(path=Path(path), trusted=False, parse_url=given.parse_url)
    usual = _usual(given.environment)
    return Place(path=usual, trusted=False, parse_url=given.parse_url) if usual.is_file() else None


def _usual(environment: Mapping[str, str]) -> Path:
    name = "application_default_credentials.json"
    if folder := environment.get("CLOUDSDK_CONFIG"):
        return Path(folder) / name
    if folder := environment.get("APPDATA"):
        return Path(folder) / "gcloud" / name
    return home(environment) / ".config" / "gcloud" / name


async def _of_the_machine(scheme: GoogleAuth, given: Circumstances, effects: Effects) -> Token:
    """Ask the metadata server, which answers only inside Google's cloud."""
    host = given.environment.get("GCE_METADATA_HOST") or _METADATA
    address = on_machine(given.parse_url(f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token?scopes={scheme.scope}"))
    try:
        return await token(Question(address=address, headers={"Metadata-Flavor": "Google"}, timeouts=LIMITS), effects)
    except (ConnectionFailed, Timeout):
        absent = MissingKey(given.provider, env=(*given.env, "GOOGLE_APPLICATION_CREDENTIALS"))
    raise absent
