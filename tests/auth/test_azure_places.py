"""How Entra ID is shown who asks, in whichever way there is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from llmkit.auth.azure import azure_found, azure_source
from llmkit.auth.header import HeaderCredential
from llmkit.auth.schemes import AzureAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, ConnectionFailed, MissingKey, ServerError, Timeout
from llmkit.runtime import run
from llmkit.types.http import Timeouts
from tests.auth.asked import DEADLINE, LIMITS, MOMENT, Recorder, circumstances_of, effects_of
from tests.auth.test_azure import self_signed
from tests.auth.test_google import verified

TOKEN = {"access_token": "first", "expires_in": 3600}
FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
NOTHING: Any = None
QUICK = Timeouts(connect=1.0, write=1.0, pool=5.0, first_event=5.0, idle=5.0)


def handed(source: Any, server: Recorder) -> Any:
    """Return the headers that the source's credential sends."""
    credential = run(source.credential(effects_of(server)))
    assert isinstance(credential, HeaderCredential)
    assert "models.example" == credential.origin.host
    return credential.headers(NOTHING)


def azure(folder: Path, server: Recorder, **fields: Any) -> Any:
    return handed(azure_source(AzureAuth(scope="https://res/.default", header="x-key"), circumstances_of(folder, **fields)), server)


APP = {"tenant_id": "te/nant", "client_id": "app"}
PROVEN = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
ASKS = "grant_type=client_credentials&client_id=app&scope=https%3A%2F%2Fres%2F.default&"


def test_a_key_or_a_token_for_azure_is_sent_as_it_is(tmp_path: Path) -> None:
    both = {"secret": Secret("k"), "secrets": {"access_token": Secret("t")}}

    assert (("x-key", "k"),) == azure(tmp_path, Recorder(TOKEN), **both)
    assert (("Authorization", "Bearer t"),) == azure(tmp_path, Recorder(TOKEN), secrets={"access_token": Secret("t")})


@pytest.mark.parametrize("authority", [None, "login.example"])
@pytest.mark.parametrize("way", ["secret", "federated"])
def test_an_applications_question(authority: str | None, way: str, tmp_path: Path) -> None:
    """A secret goes before a file."""
    (tmp_path / "token").write_text(" jwt \n", encoding="utf-8")
    settings = {**APP, "federated_token_file": str(tmp_path / "token"), **({"authority": authority} if authority else {})}
    secrets = {"client_secret": Secret("s")} if way == "secret" else {}
    server = Recorder(TOKEN)

    assert (("Authorization", "Bearer first"),) == azure(tmp_path, server, settings=settings, secrets=secrets)

    proof = "client_secret=s" if way == "secret" else f"client_assertion_type={PROVEN}&client_assertion=jwt"
    assert {
        "method": "POST",
        "url": f"https://{authority or 'login.microsoftonline.com'}/te%2Fnant/oauth2/v2.0/token",
        "headers": FORM,
        "body": f"{ASKS}{proof}".encode(),
        "proof": {},
        "deadline": DEADLINE,
        "timeouts": LIMITS,
    } == server.sent()


def test_an_applications_assertion(tmp_path: Path, private_key: Any, pem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes before a federated token, says for ten minutes who asks whom, and never the same twice."""
    monkeypatch.setattr(time, "time", lambda: MOMENT + 0.5)
    certificate = self_signed(private_key).public_bytes(serialization.Encoding.PEM).decode()
    (tmp_path / "app.pem").write_text(pem + certificate, encoding="utf-8")
    settings = {**APP, "client_certificate": str(tmp_path / "app.pem"), "federated_token_file": "/nowhere"}
    server = Recorder(TOKEN)
    for _ in range(2):
        azure(tmp_path, server, settings=settings)

    found = [verified(server.sent(place)["body"].decode().rpartition("&client_assertion=")[2], private_key)[1] for place in (0, 1)]
    named = [claims.pop("jti") for claims in found]
    url = "https://login.microsoftonline.com/te%2Fnant/oauth2/v2.0/token"
    moment = int(MOMENT)
    assert {"aud": url, "iss": "app", "sub": "app", "nbf": moment, "iat": moment, "exp": moment + 600} == found[0] == found[1]
    assert (2, {36}) == (len(set(named)), {len(name) for name in named})
    assert server.sent()["body"].startswith(f"{ASKS}client_assertion_type={PROVEN}&client_assertion=".encode())


@pytest.mark.parametrize(
    ("pem", "words"),
    [("nothing", "holds no certificate"), ("-----BEGIN CERTIFICATE-----abcde-----END CERTIFICATE-----", "damaged certificate")],
)
def test_a_certificate_that_is_none_is_named(pem: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_text(pem, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=f"app.pem.*{words}") as caught:
        azure(tmp_path, Recorder(TOKEN), settings={**APP, "client_certificate": str(tmp_path / "app.pem")})
    assert "client_certificate" == caught.value.parameter


def test_files_of_an_application_are_named(tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("a b", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="client certificate /nowhere"):
        azure(tmp_path, Recorder(TOKEN), settings={**APP, "client_certificate": "/nowhere"})
    with pytest.raises(ConfigurationError) as caught:
        azure(tmp_path, Recorder(TOKEN), settings={**APP, "federated_token_file": str(tmp_path / "bad")})
    assert "federated token file" == caught.value.parameter


MACHINE = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fres"
SERVICE = {"IDENTITY_ENDPOINT": "http://127.0.0.1:4/msi", "IDENTITY_HEADER": "proof"}
IDENTITIES: list[tuple[dict[str, str], dict[str, str], dict[str, Any]]] = [
    ({}, {}, {"url": MACHINE, "headers": {"Accept": "application/json", "Metadata": "true"}, "timeouts": QUICK}),
    ({"client_id": "a/b"}, {"IDENTITY_ENDPOINT": "http://127.0.0.1:4/msi"}, {"url": f"{MACHINE}&client_id=a%2Fb", "timeouts": QUICK}),
    (
        {"client_id": "a/b", "tenant_id": "t"},
        SERVICE,
        {
            "url": "http://127.0.0.1:4/msi?api-version=2019-08-01&resource=https%3A%2F%2Fres&client_id=a%2Fb",
            "proof": {"X-IDENTITY-HEADER": "proof"},
            "timeouts": LIMITS,
        },
    ),
]


@pytest.mark.parametrize(("settings", "environment", "expected"), IDENTITIES)
def test_a_managed_identitys_question(settings: dict[str, str], environment: dict[str, str], expected: Any, tmp_path: Path) -> None:
    server = Recorder(TOKEN)

    azure(tmp_path, server, settings=settings, environment=environment)

    sent = server.sent()
    assert ("GET", b"", DEADLINE) == (sent["method"], sent["body"], sent["deadline"])
    assert expected == {name: sent[name] for name in expected}
    assert ("169.254" in sent["url"]) == server.requests[0].origin.machine


@pytest.mark.parametrize("failure", [ConnectionFailed("nobody"), Timeout("connect")])
def test_where_no_machine_answers_azures_key_is_missing(failure: Exception, tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match=r"cloud.*CLOUD_KEY or AZURE_CLIENT_SECRET"):
        azure(tmp_path, Recorder(failure))
    with pytest.raises(ServerError):
        azure(tmp_path, Recorder((500, b"")))


WAYS: list[tuple[dict[str, Any], bool]] = [
    ({}, False),
    ({"secret": Secret("k")}, True),
    ({"secrets": {"access_token": Secret("t")}}, True),
    ({"settings": APP}, False),
    ({"settings": APP, "secrets": {"client_secret": Secret("s")}}, True),
    ({"settings": {"client_id": "a"}, "secrets": {"client_secret": Secret("s")}}, False),
    ({"settings": {"tenant_id": "a"}, "secrets": {"client_secret": Secret("s")}}, False),
    ({"settings": {**APP, "client_certificate": "/x"}}, True),
    ({"settings": {**APP, "federated_token_file": "/x"}}, True),
    ({"environment": SERVICE}, True),
]


@pytest.mark.parametrize(("fields", "found"), WAYS)
def test_azures_credentials_count_only_with_all_that_they_need(fields: dict[str, Any], found: bool, tmp_path: Path) -> None:
    assert found == azure_found(circumstances_of(tmp_path, **fields))


def test_azures_accounts_are_told_apart(tmp_path: Path) -> None:
    """And the secret that proves it is known to whoever scrubs errors."""
    secrets = {"client_secret": Secret("s"), "other": Secret("o")}
    source = azure_source(AzureAuth(), circumstances_of(tmp_path, settings=APP, secrets=secrets))
    nobody = azure_source(AzureAuth(), circumstances_of(tmp_path))
    tenant = azure_source(AzureAuth(), circumstances_of(tmp_path, settings={"tenant_id": "t"}))

    assert (Secret("te/nant/app").fingerprint(), "", Secret("t/").fingerprint()) == (source.account, nobody.account, tenant.account)
    assert ["s"] == [secret.reveal() for secret in source.secrets()]
