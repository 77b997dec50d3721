"""Azure: the key in its header, and every way to a token of Entra ID.

Entra's address is https alone, so these calls end in a transport that answers in its place.
"""

from __future__ import annotations

import base64
import datetime
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from llmkit import LLMKit
from llmkit.errors import AuthenticationError, ConnectionFailed, MissingKey
from llmkit.types.http import Headers, HttpRequest, HttpResponse
from tests.auth.test_google import verified
from tests.auth.token_server import bearer

TOKEN = "entra-token-0123456789"
APPLICATION = {"resource": "mine", "tenant_id": "my-tenant", "client_id": "my-app"}
ANSWER = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]}


class Body:
    """A body that is there already."""

    def __init__(self, data: Any) -> None:
        self._data = json.dumps(data).encode()

    async def read(self, deadline: float | None = None, phase: str = "idle") -> bytes:
        return await self.read_all()

    async def read_all(self, deadline: float | None = None, limit: int = 0) -> bytes:
        data, self._data = self._data, b""
        return data

    async def aclose(self) -> None:
        self._data = b""


class Cloud:
    """Entra ID, the machine's metadata server and the model in one."""

    def __init__(self, token: Any = None, *, machine: bool = True) -> None:
        self.token = (200, bearer(TOKEN)) if token is None else token
        self.machine = machine
        self.asked: list[HttpRequest] = []
        self.called: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/openai"):
            self.called.append(request)
            return HttpResponse(status=200, headers=Headers((("Content-Type", "application/json"),)), body=Body(ANSWER))
        if request.origin.host == "169.254.169.254" and not self.machine:
            raise ConnectionFailed("no route")
        self.asked.append(request)
        status, body = self.token
        return HttpResponse(status=status, headers=Headers(), body=Body(body))

    async def aclose(self) -> None:
        pass

    @property
    def proof(self) -> dict[str, str]:
        """Return the headers of the call that say who asks."""
        request = self.called[-1]
        return dict(request.credential.headers(request)) if request.credential else {}

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.asked[-1].body.decode()).items()}

    def url(self) -> str:
        return f"{self.asked[-1].origin}{self.asked[-1].path}"


def call(cloud: Cloud, settings: dict[str, str], **keys: str) -> str:
    with LLMKit(keys=keys, settings={"azure": {"resource": "mine", **settings}}, transport=cloud, retries=0) as kit:
        return kit.complete("azure/gpt-4.1", "hi").text


def test_a_key_goes_into_its_own_header() -> None:
    cloud = Cloud()

    assert "hello" == call(cloud, {}, azure="the-key-0123")
    assert {"api-key": "the-key-0123"} == cloud.proof
    assert "https://mine.openai.azure.com" == str(cloud.called[0].origin)


def test_a_token_given_is_sent() -> None:
    cloud = Cloud()

    assert "hello" == call(cloud, {"access_token": TOKEN})
    assert {"Authorization": f"Bearer {TOKEN}"} == cloud.proof


def test_an_application_shows_its_secret() -> None:
    cloud = Cloud()

    assert "hello" == call(cloud, {**APPLICATION, "client_secret": "app-secret-99"})
    assert "https://login.microsoftonline.com/my-tenant/oauth2/v2.0/token" == cloud.url()
    assert {
        "grant_type": "client_credentials",
        "client_id": "my-app",
        "client_secret": "app-secret-99",
        "scope": "https://cognitiveservices.azure.com/.default",
    } == cloud.form
    assert {"Authorization": f"Bearer {TOKEN}"} == cloud.proof


def test_a_workload_shows_its_federated_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("kubernetes-token\n")
    cloud = Cloud()

    call(cloud, {**APPLICATION, "federated_token_file": str(file)})

    assert "kubernetes-token" == cloud.form["client_assertion"]
    assert "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" == cloud.form["client_assertion_type"]


def test_an_application_signs_with_its_certificate(tmp_path: Path, private_key: RSAPrivateKey, pem: str) -> None:
    certificate = self_signed(private_key)
    file = tmp_path / "certificate.pem"
    file.write_text(pem + certificate.public_bytes(serialization.Encoding.PEM).decode())
    cloud = Cloud()

    call(cloud, {**APPLICATION, "client_certificate": str(file)})

    header, claims = verified(cloud.form["client_assertion"], private_key)
    print_ = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert print_ == header["x5t#S256"]
    assert ("my-app", "my-app", cloud.url()) == (claims["iss"], claims["sub"], claims["aud"])


def test_a_machine_has_an_identity() -> None:
    cloud = Cloud()

    call(cloud, {"client_id": "my-identity"})

    assert "http://169.254.169.254" == str(cloud.asked[0].origin)
    assert cloud.asked[0].path.endswith("&resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=my-identity")
    assert ("Metadata", "true") in cloud.asked[0].headers


def test_an_app_service_has_an_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:41234/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "proof-of-place")
    cloud = Cloud((200, {"access_token": TOKEN, "expires_on": "4102444800"}))

    call(cloud, {})

    request = cloud.asked[0]
    assert "http://127.0.0.1:41234" == str(request.origin)
    assert request.path.startswith("/msi/token?api-version=2019-08-01&resource=")
    assert {"X-IDENTITY-HEADER": "proof-of-place"} == dict(request.credential.headers(request))


def test_nothing_at_all_is_a_missing_key() -> None:
    with pytest.raises(MissingKey, match="AZURE_OPENAI_API_KEY"):
        call(Cloud(machine=False), {})


def test_entras_own_code_is_told_and_nothing_else() -> None:
    refusal = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret app-secret-99 provided. Trace ID: x"}

    with pytest.raises(AuthenticationError, match=r"invalid_client AADSTS7000215") as caught:
        call(Cloud((401, refusal)), {**APPLICATION, "client_secret": "app-secret-99"})

    assert "app-secret-99" not in f"{caught.value} {caught.value.__dict__}"


def self_signed(key: RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "my-app")])
    begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    return builder.not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=3650)).sign(key, hashes.SHA256())
