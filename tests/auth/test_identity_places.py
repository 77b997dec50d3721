"""How Entra ID, OAuth servers and Oracle are shown who asks, in whichever way there is."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization

from llmkit.auth.azure import azure_found, azure_source
from llmkit.auth.header import HeaderCredential
from llmkit.auth.oauth import oauth_found, oauth_source
from llmkit.auth.oci import SignedByOracle, config_file, oci_found, oci_source
from llmkit.auth.schemes import AzureAuth, OAuthAuth, OciAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, ConnectionFailed, MissingKey, ServerError, Timeout
from llmkit.runtime import Virtual, run
from llmkit.types.http import HttpRequest, Origin, Timeouts
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
    with pytest.raises(MissingKey, match="cloud.*CLOUD_KEY or AZURE_CLIENT_SECRET"):
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


def oauth(style: str, **fields: Any) -> OAuthAuth:
    return OAuthAuth(token_url="https://{host_name}/t", style=style, grant={"grant_type": "g", "who": "{who}"}, headers={"X-Id": "{uuid}"}, **fields)


FILLED = {"host_name": "oauth.example", "who": "me", "client_id": "app"}
STYLES: dict[str, tuple[str, dict[str, str]]] = {
    "form": ("&client_id=app&client_secret=s", {}),
    "basic": ("", {"Authorization": "Basic YXBwOnM="}),
    "key": ("&apikey=k", {}),
    "basic_key": ("", {"Authorization": "Basic k"}),
}


@pytest.mark.parametrize("style", STYLES)
def test_an_oauth_servers_question(style: str, tmp_path: Path) -> None:
    body, proof = STYLES[style]
    by_key = style in ("key", "basic_key")
    secret = Secret("k") if by_key else None
    given = circumstances_of(tmp_path, settings=FILLED, secret=secret, secrets={} if by_key else {"client_secret": Secret("s")})
    server, source = Recorder(TOKEN), oauth_source(oauth(style), given)

    known = [secret.reveal() for secret in source.secrets()]
    assert (("Authorization", "Bearer first"),) == handed(source, server)
    sent = server.sent()
    fresh = sent["headers"].pop("X-Id")
    assert {
        "method": "POST",
        "url": "https://oauth.example/t",
        "headers": FORM,
        "body": f"grant_type=g&who=me{body}".encode(),
        "proof": proof,
        "deadline": DEADLINE,
        "timeouts": LIMITS,
    } == sent
    assert (36, ["k" if by_key else "s"]) == (len(fresh), known)
    assert Secret(quote("https://oauth.example app")).fingerprint() == source.account


@pytest.mark.parametrize(("url", "asked"), [("other.example/x", "https://other.example/x"), ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x")])
def test_a_token_servers_address_can_be_a_setting(url: str, asked: str, tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, settings={**FILLED, "token_url": url}, secret=Secret("k"))
    server = Recorder(TOKEN)

    handed(oauth_source(oauth("key", key_field="other"), given), server)

    assert (asked, True) == (server.sent()["url"], server.sent()["body"].endswith(b"&other=k"))


def test_accounts_of_keys_are_told_apart_without_them(tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, settings={"host_name": "h.example", "who": "me"}, secret=Secret("k"))

    account = oauth_source(oauth("key"), given).account

    assert Secret(quote(f"https://h.example {Secret('k').fingerprint()}")).fingerprint() == account


LACKING: list[tuple[str, dict[str, Any], bool]] = [
    ("form", {}, False),
    ("form", {"settings": FILLED}, False),
    ("form", {"secrets": {"client_secret": Secret("s")}}, False),
    ("form", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, True),
    ("form", {"secret": Secret("k")}, True),
    ("form", {"secrets": {"access_token": Secret("t")}}, True),
    ("key", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, False),
    ("basic_key", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, False),
    ("key", {"settings": FILLED, "secret": Secret("k")}, True),
    ("basic_key", {"settings": FILLED, "secret": Secret("k")}, True),
]


@pytest.mark.parametrize(("style", "fields", "found"), LACKING)
def test_oauths_credentials_count_only_with_all_that_they_need(style: str, fields: dict[str, Any], found: bool, tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, **fields)

    assert found == oauth_found(oauth(style), given)
    if found:
        assert oauth_source(oauth(style), given) is not None
    else:
        with pytest.raises(MissingKey, match="cloud.*CLOUD_KEY"):
            oauth_source(oauth(style), given)


def test_a_token_is_no_exchange(tmp_path: Path) -> None:
    """Neither one that was given, nor a key beside a scheme of client credentials."""
    server = Recorder(TOKEN)
    given = circumstances_of(tmp_path, secret=Secret("k"), secrets={"access_token": Secret("t")})

    assert (("Authorization", "Bearer t"),) == handed(oauth_source(oauth("key"), given), server)
    assert (("Authorization", "Bearer k"),) == handed(oauth_source(oauth("form"), circumstances_of(tmp_path, secret=Secret("k"))), server)
    assert [] == server.requests


@pytest.mark.parametrize(("lost", "style"), [("host_name", "key"), ("who", "key"), (None, "unknown")])
def test_a_setting_that_a_token_server_needs_is_named(lost: str | None, style: str, tmp_path: Path) -> None:
    settings = {name: value for name, value in FILLED.items() if name != lost}
    given = circumstances_of(tmp_path, settings=settings, secret=Secret("k") if lost else None, secrets={"client_secret": Secret("s")})

    with pytest.raises(ConfigurationError) as caught:
        handed(oauth_source(oauth(style), given), Recorder(TOKEN))
    assert (f"settings.cloud.{lost}" if lost else "auth") == caught.value.parameter


ORIGIN = Origin(scheme="https", host="models.example", port=8443)


def signed(source: Any, method: str, *headers: tuple[str, str], clock: Virtual | None = None) -> tuple[Any, dict[str, str], str]:
    """Return Oracle's signer, what it adds to a request, and the signature's fields as text."""
    credential = run(source.credential(effects_of(Recorder(TOKEN), clock)))
    assert isinstance(credential, SignedByOracle)
    request = HttpRequest(method=method, origin=ORIGIN, path="/a?b", headers=headers, body=b"body")
    added = dict(credential.headers(request))
    return credential, added, added["authorization"]


def oracle(folder: Path, pem: str, text: str = "") -> Path:
    (folder / "key.pem").write_text(pem, encoding="utf-8")
    (folder / "token").write_text(" session \n", encoding="utf-8")
    file = folder / ".oci" / "config"
    file.parent.mkdir(exist_ok=True)
    usual = f"[DEFAULT]\nuser=u%1\nfingerprint=f\ntenancy=t\nkey_file={folder}/key.pem\n[session]\nsecurity_token_file={folder}/token\n"
    file.write_bytes(b"# Gr\xfc\xdfe\n" + (text or usual).encode())  # Latin 1, as editors once wrote it
    return file


@pytest.mark.parametrize(
    ("method", "headers", "kind"),
    [
        ("GET", (), None),
        ("DELETE", (), None),
        ("POST", (), "application/json"),
        ("PUT", (("X-A", "b"), ("Content-Type", "text/plain")), "text/plain"),
        ("PATCH", (("content-type", "text/a"), ("Content-Type", "text/b")), "text/a"),
    ],
)
def test_oracles_signature_is_over_what_goes_out(
    method: str, headers: tuple[Any, ...], kind: str | None, tmp_path: Path, pem: str, private_key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: MOMENT)
    oracle(tmp_path, pem)
    digest = base64.b64encode(hashlib.sha256(b"body").digest()).decode()
    lines = {"date": "Fri, 15 Jan 2027 08:00:00 GMT", "(request-target)": f"{method.lower()} /a?b", "host": "models.example:8443"}
    if kind:
        lines |= {"content-length": "4", "content-type": kind, "x-content-sha256": digest}

    signer, added, proof = signed(oci_source(OciAuth(), circumstances_of(tmp_path)), method, *headers)

    signature = re.search(r',signature="([^"]+)"$', proof)
    assert signature is not None
    fields = f'keyId="t/u%1/f",algorithm="rsa-sha256",headers="{" ".join(lines)}"'
    assert proof == f'Signature version="1",{fields},signature="{signature[1]}"'
    assert {"date": lines["date"], "authorization": proof, **({"x-content-sha256": digest} if kind else {})} == added
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    text = "\n".join(f"{name}: {value}" for name, value in lines.items()).encode()
    private_key.public_key().verify(base64.b64decode(signature[1]), text, PKCS1v15(), SHA256())
    assert f"SignedByOracle({signer.origin})" == repr(signer)
    assert "models.example" == signer.origin.host


def test_oracles_files_are_read_again_after_ten_minutes_and_after_a_refusal(tmp_path: Path, pem: str) -> None:
    oracle(tmp_path, pem)
    clock = Virtual()
    source = oci_source(OciAuth(), circumstances_of(tmp_path, settings={"profile": "session"}))
    assert [] == list(source.secrets())
    first, _, proof = signed(source, "GET", clock=clock)
    (tmp_path / "token").write_text("next", encoding="utf-8")

    assert 'keyId="ST$session"' in proof
    assert ["session"] == [secret.reveal() for secret in source.secrets()]
    clock.advance(449)
    assert first is signed(source, "GET", clock=clock)[0]
    clock.advance(2)
    assert 'keyId="ST$next"' in signed(source, "GET", clock=clock)[2]
    assert not source.forget(HeaderCredential(Secret("k"), origin=ORIGIN))
    second = signed(source, "GET", clock=clock)[0]
    assert source.forget(second)
    assert second is not signed(source, "GET", clock=clock)[0]
    assert Secret("t").fingerprint() == source.account


def test_oracles_key_or_file_is_where_it_is_said_to_be(tmp_path: Path, pem: str) -> None:
    nothing = circumstances_of(tmp_path)
    assert (tmp_path / ".oci" / "config", False) == (config_file(nothing), oci_found(nothing))
    with pytest.raises(MissingKey, match="cloud.*CLOUD_KEY or OCI_CONFIG_FILE"):
        oci_source(OciAuth(), nothing)
    file = oracle(tmp_path, pem)
    other = file.rename(tmp_path / "other")
    named = circumstances_of(tmp_path, settings={"config_file": str(other)})
    key = circumstances_of(tmp_path, secret=Secret("k"))

    assert (other, True, True) == (config_file(named), oci_found(named), oci_found(key))
    assert (("Authorization", "Bearer k"),) == handed(oci_source(OciAuth(), key), Recorder(TOKEN))
    assert Path.home() / "x" == config_file(circumstances_of(tmp_path, settings={"config_file": "~/x"}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SECRETWORD", "no INI file"),
        ("[DEFAULT]\nuser=u\nfingerprint=f\nkey_file=k", r"\[DEFAULT\] lacks tenancy"),
        ("[DEFAULT]\ntenancy=t\nfingerprint=f\nkey_file=k", "lacks user"),
        ("[DEFAULT]\ntenancy=t\nuser=u\nkey_file=k", "lacks fingerprint"),
        ("[DEFAULT]\ntenancy=t\nuser=u\nfingerprint=f", "lacks key_file"),
        ("[DEFAULT]\ntenancy=t\nsecurity_token_file=s", "lacks key_file"),
        ("[DEFAULT]\nkey_file=k\nsecurity_token_file=s", "lacks tenancy"),
        ("[DEFAULT]\ntenancy=t\nuser=\nfingerprint=f\nkey_file=k", "lacks user"),
    ],
)
def test_what_oracles_file_lacks_is_named(text: str, words: str, tmp_path: Path) -> None:
    oracle(tmp_path, "", text)

    with pytest.raises(ConfigurationError, match=words) as caught:
        oci_source(OciAuth(), circumstances_of(tmp_path))
    assert ("config_file", False) == (caught.value.parameter, "SECRETWORD" in str(caught.value))
    with pytest.raises(ConfigurationError, match=r"no INI|\[nobody\] lacks tenancy"):
        oci_source(OciAuth(), circumstances_of(tmp_path, settings={"profile": "nobody"}))


@pytest.mark.parametrize(("lost", "words"), [("key.pem", "private key of the OCI configuration"), ("token", "security token file")])
def test_oracles_other_files_are_named(lost: str, words: str, tmp_path: Path, pem: str) -> None:
    oracle(tmp_path, pem)
    (tmp_path / lost).unlink()
    with pytest.raises(ConfigurationError, match=words):
        signed(oci_source(OciAuth(), circumstances_of(tmp_path, settings={"profile": "session"})), "GET")
    oracle(tmp_path, pem)
    (tmp_path / "token").write_bytes(b"a\xff")
    with pytest.raises(ConfigurationError) as caught:
        signed(oci_source(OciAuth(), circumstances_of(tmp_path, settings={"profile": "session"})), "GET")
    assert "security token" == caught.value.parameter
