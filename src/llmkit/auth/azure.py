"""Azure: a key in its own header, or a token of Microsoft Entra ID.

The order: a key, a token from the settings, a client secret, a client certificate, a federated token (workload identity),
the managed identity of the App Service or of the machine. The settings are those of `ENTRA` in the rows; the names of
their environment variables are Microsoft's.
Source: learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow, 2026-11.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from llmkit.auth.azure_certificate import assertion
from llmkit.auth.credential_file import read_secret
from llmkit.auth.machine import LIMITS, on_machine
from llmkit.auth.schemes import AzureAuth
from llmkit.auth.secret import Secret
from llmkit.auth.source import Circumstances, CredentialSource, Effects
from llmkit.auth.token_request import Question, Token, token
from llmkit.auth.tokens import Tokens, in_header
from llmkit.errors import ConnectionFailed, MissingKey, Timeout

_BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MACHINE = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"


def azure_source(scheme: AzureAuth, given: Circumstances) -> CredentialSource:
    """Return the source of credentials for `scheme`."""
    if given.secret is not None:
        return in_header(given.secret, given.origin, scheme.header, "")
    if "access_token" in given.secrets:
        return in_header(given.secrets["access_token"], given.origin)

    async def fetch(effects: Effects) -> Token:
        if _is_application(given):
            return await token(_of_application(scheme, given), effects)
        return await _of_identity(scheme, given, effects)

    identity = f"{given.settings.get('tenant_id', '')}/{given.settings.get('client_id', '')}"
    known = [secret for name, secret in given.secrets.items() if name == "client_secret"]
    return Tokens(fetch, origin=given.origin, identity=identity if len(identity) > 1 else "", known=known)


def azure_found(given: Circumstances) -> bool:
    """Tell whether credentials are there, as far as can be said without asking the network."""
    fixed = given.secret is not None or "access_token" in given.secrets
    return fixed or _is_application(given) or bool(given.environment.get("IDENTITY_ENDPOINT"))


def _is_application(given: Circumstances) -> bool:
    proof = "client_secret" in given.secrets or "client_certificate" in given.settings or _federated(given)
    return bool(given.settings.get("tenant_id") and given.settings.get("client_id") and proof)


def _federated(given: Circumstances) -> str:
    return given.settings.get("federated_token_file", "")


def _of_application(scheme: AzureAuth, given: Circumstances) -> Question:
    """Return the question of an application that can prove who it is."""
    tenant, client = given.settings["tenant_id"], given.settings["client_id"]
    url = f"https://{given.settings.get('authority', 'login.microsoftonline.com')}/{quote(tenant, safe='')}/oauth2/v2.0/token"
    if "client_secret" in given.secrets:
        proof: dict[str, str | Secret] = {"client_secret": given.secrets["client_secret"]}
    elif "client_certificate" in given.settings:
        path = Path(given.settings["client_certificate"])
        proof = {"client_assertion_type": _BY_ASSERTION, "client_assertion": assertion(path, client, url)}
    else:
        held = read_secret(Path(_federated(given)), "federated token file")
        proof = {"client_assertion_type": _BY_ASSERTION, "client_assertion": held}
    form = {"grant_type": "client_credentials", "client_id": client, "scope": scheme.scope, **proof}
    return Question(address=given.parse_url(url), form=form)


async def _of_identity(scheme: AzureAuth, given: Circumstances, effects: Effects) -> Token:
    """Ask the managed identity: of the App Service where there is one, else of the machine."""
    resource = f"&resource={quote(scheme.scope.removesuffix('/.default'), safe='')}"
    if client := given.settings.get("client_id"):
        resource += f"&client_id={quote(client, safe='')}"
    endpoint = given.environment.get("IDENTITY_ENDPOINT")
    if endpoint and given.environment.get("IDENTITY_HEADER"):
        address = given.parse_url(f"{endpoint}?api-version=2019-08-01{resource}")
        header = ("X-IDENTITY-HEADER", "", Secret(given.environment["IDENTITY_HEADER"], name="IDENTITY_HEADER"))
        return await token(Question(address=address, secret_header=header), effects)
    try:
        address = on_machine(given.parse_url(_MACHINE + resource))
        return await token(Question(address=address, headers={"Metadata": "true"}, timeouts=LIMITS), effects)
    except (ConnectionFailed, Timeout):
        absent = MissingKey(given.provider, env=(*given.env, "AZURE_CLIENT_SECRET"))
    raise absent
