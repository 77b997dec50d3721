"""Google's application default credentials, each kind against a token server."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from llmkit import LLMKit, Provider
from llmkit.auth.schemes import GoogleAuth
from llmkit.errors import ConfigurationError, LLMKitError, MissingKey, SecurityError
from llmkit.providers.provider import FILE, Setting
from llmkit.testing import Answer, FakeProvider
from tests.auth.token_server import TokenServer, bearer, tokens

TOKEN = "ya29.token-from-google"
USER = {"type": "authorized_user", "client_id": "app", "client_secret": "app-secret-01", "refresh_token": "1//refresh-SECRET"}
CLOUD = "https://www.googleapis.com/auth/cloud-platform"


def call(fake: FakeProvider, file: dict[str, Any] | None, folder: Path, **more: Any) -> str:
    """Ask a provider behind Google's identity, with `file` named in the settings."""
    row = Provider(
        name="cloud",
        title="Cloud",
        base_url=fake.base_url,
        auth=GoogleAuth(),
        settings=(Setting(name="credentials_file", optional=True, pattern=FILE), Setting(name="access_token", optional=True, secret=True)),
    )
    settings = {}
    if file is not None:
        path = folder / "credentials.json"
        path.write_text(json.dumps(file))
        settings["credentials_file"] = str(path)
    fake.always(Answer(text="hello"))
    with LLMKit(providers=[row], settings={"cloud": {**settings, **more.pop("settings", {})}}, retries=0, timeout=5, **more) as kit:
        return kit.complete("cloud/m", "hi").text


def workload(server: TokenServer, source: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{server.url}/sts",
        "credential_source": source,
        **more,
    }


def test_a_user_is_known_by_a_refresh_token(tmp_path: Path) -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        file = {**USER, "token_uri": f"{server.url}/token", "quota_project_id": "who-pays"}

        assert "hello" == call(fake, file, tmp_path)
        assert {
            "grant_type": "refresh_token",
            "client_id": "app",
            "client_secret": "app-secret-01",
            "refresh_token": "1//refresh-SECRET",
        } == server.form()
        assert "who-pays" == fake.requests[0].headers["x-goog-user-project"]


def test_a_service_account_signs_who_it_is(tmp_path: Path, private_key: RSAPrivateKey, pem: str) -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        url = f"{server.url}/token"
        file = {"type": "service_account", "client_email": "robot@p.iam", "private_key": pem, "private_key_id": "k1", "token_uri": url}

        assert "hello" == call(fake, file, tmp_path)

        assert "urn:ietf:params:oauth:grant-type:jwt-bearer" == server.form()["grant_type"]
        header, claims = verified(server.form()["assertion"], private_key)
        assert {"alg": "RS256", "typ": "JWT", "kid": "k1"} == header
        assert ("robot@p.iam", CLOUD, url, 3600) == (claims["iss"], claims["scope"], claims["aud"], claims["exp"] - claims["iat"])
        assert abs(claims["iat"] - time.time()) < 60


def test_the_assertion_is_that_of_googles_own_library(tmp_path: Path, private_key: RSAPrivateKey, pem: str) -> None:
    """google-auth is the oracle: the same claims and the same header, whatever their order."""
    service_account = pytest.importorskip("google.oauth2.service_account")
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        url = f"{server.url}/token"
        file = {"type": "service_account", "client_email": "robot@p.iam", "private_key": pem, "private_key_id": "k1", "token_uri": url}
        call(fake, file, tmp_path)
        ours = verified(server.form()["assertion"], private_key)

    oracle = service_account.Credentials.from_service_account_info(file, scopes=[CLOUD])
    theirs = verified(oracle._make_authorization_grant_assertion().decode(), private_key)

    assert theirs[0] == ours[0]
    assert {**theirs[1], "iat": 0, "exp": 0, "aud": url} == {**ours[1], "iat": 0, "exp": 0}


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_workload_exchanges_the_token_in_its_file(kind: str, tmp_path: Path) -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        subject = tmp_path / "subject"
        subject.write_text("outside-token\n" if kind == "text" else json.dumps({"id_token": "outside-token"}))
        source = {"file": str(subject), "format": {"type": kind, "subject_token_field_name": "id_token"}}

        assert "hello" == call(fake, workload(server, source), tmp_path)

        form = server.form()
        assert "urn:ietf:params:oauth:grant-type:token-exchange" == form["grant_type"]
        assert ("outside-token", CLOUD) == (form["subject_token"], form["scope"])


def test_a_workload_asks_an_address_for_its_token_and_becomes_a_service_account(tmp_path: Path) -> None:
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    answers = ({"value": "outside-token"}, bearer("federated-token"), {"accessToken": TOKEN, "expireTime": later})
    with tokens(*answers) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        source = {
            "url": f"{server.url}/subject",
            "headers": {"X-Ask": "me"},
            "format": {"type": "json", "subject_token_field_name": "value"},
        }
        impersonation = f"{server.url}/v1/projects/-/serviceAccounts/robot@p.iam:generateAccessToken"

        assert "hello" == call(fake, workload(server, source, service_account_impersonation_url=impersonation), tmp_path)

        asked, exchanged, impersonated = server.asked
        assert ("GET", "me") == (asked.method, asked.headers["x-ask"])
        assert "outside-token" == server.form(1)["subject_token"]
        assert exchanged.method == "POST"
        assert "Bearer federated-token" == impersonated.headers["authorization"]
        assert {"scope": [CLOUD], "lifetime": "3600s"} == impersonated.json


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ({"type": "external_account", "credential_source": {"executable": {"command": "/bin/steal"}}}, "never run"),
        ({"type": "external_account", "credential_source": {"environment_id": "aws1"}}, "not supported"),
        ({"type": "external_account", "credential_source": {}}, "does not say"),
        ({"type": "gdch_service_account"}, "not supported"),
        ({"type": "authorized_user", "client_id": "x"}, "missing"),
        ({"type": "service_account", "private_key": "no key"}, "private key"),
        ({"no": "type"}, "type"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(file: dict[str, Any], reason: str, tmp_path: Path) -> None:
    """A program named in a file is never run: whoever can write the file could run anything."""
    with FakeProvider("openai_chat", key=TOKEN) as fake, pytest.raises(ConfigurationError, match=reason):
        call(fake, {"token_url": "http://127.0.0.1:9/x", **file}, tmp_path)


@pytest.mark.parametrize(
    "url", ["https://evil.example.com/token", "http://oauth2.googleapis.com/token", "https://googleapis.com.evil.io/t"]
)
def test_a_file_of_the_environment_cannot_send_secrets_elsewhere(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "found.json"
    path.write_text(json.dumps({**USER, "token_uri": url}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))

    with FakeProvider("openai_chat", key=TOKEN) as fake, pytest.raises(SecurityError) as caught:
        call(fake, None, tmp_path)

    assert "refresh-SECRET" not in str(caught.value)


def test_the_machine_hands_out_tokens_inside_googles_cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tokens(bearer(TOKEN)) as server, FakeProvider("openai_chat", key=TOKEN) as fake:
        monkeypatch.setenv("GCE_METADATA_HOST", server.host)

        assert "hello" == call(fake, None, tmp_path)
        assert "Google" == server.asked[0].headers["metadata-flavor"]
        assert "/computeMetadata/v1/instance/service-accounts/default/token" == server.asked[0].path


def test_nothing_at_all_is_a_missing_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a laptop the metadata server does not answer, and that is no network error for the user."""
    monkeypatch.setenv("GCE_METADATA_HOST", "127.0.0.1:9")

    with FakeProvider("openai_chat", key=TOKEN) as fake, pytest.raises(MissingKey, match="GOOGLE_APPLICATION_CREDENTIALS"):
        call(fake, None, tmp_path)


def test_a_key_goes_into_its_own_header(tmp_path: Path) -> None:
    with FakeProvider("gemini", key="express-key") as fake:
        fake.always(Answer(text="hello"))
        row = Provider(name="cloud", title="Cloud", base_url=fake.base_url, dialect="gemini", auth=GoogleAuth())
        with LLMKit(providers=[row], keys={"cloud": "express-key"}) as kit:
            assert "hello" == kit.complete("cloud/m", "hi").text


def test_a_token_given_is_sent(tmp_path: Path) -> None:
    with FakeProvider("openai_chat", key=TOKEN) as fake:
        assert "hello" == call(fake, None, tmp_path, settings={"access_token": TOKEN})


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))

    with FakeProvider("openai_chat", key=TOKEN) as fake, pytest.raises(LLMKitError, match=r"gone\.json"):
        call(fake, None, tmp_path)


def verified(token: str, key: RSAPrivateKey) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token whose signature `key` made."""
    header, claims, signature = token.split(".")
    key.public_key().verify(_bytes(signature), f"{header}.{claims}".encode(), PKCS1v15(), SHA256())
    return json.loads(_bytes(header)), json.loads(_bytes(claims))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
