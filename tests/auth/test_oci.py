"""Oracle's signature, checked with the public key over what really arrived."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from llmkit import LLMKit
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.testing import Answer
from llmkit.testing.received import Received
from llmkit.testing.server import Server
from llmkit.testing.serving import answer_reply
from llmkit.testing.wire import load


@pytest.fixture
def config(tmp_path: Path, pem: str) -> Path:
    (tmp_path / "key.pem").write_text(pem)
    file = tmp_path / "config"
    file.write_text(
        f"[DEFAULT]\nuser=ocid1.user.x\nfingerprint=aa:bb\ntenancy=ocid1.tenancy.y\nkey_file={tmp_path}/key.pem\nregion=us-ashburn-1\n"
        f"[session]\ntenancy=ocid1.tenancy.y\nkey_file={tmp_path}/key.pem\nsecurity_token_file={tmp_path}/token\n"
    )
    (tmp_path / "token").write_text("session-token-SECRET\n")
    return file


def ask(settings: dict[str, str]) -> Received:
    """Call Oracle's row at a server of ours and return what arrived."""
    arrived: list[Received] = []

    def reply(request: Received):
        arrived.append(request)
        return answer_reply(Answer(text="hello"), load("openai_chat"), request)

    server = Server(reply)
    try:
        with LLMKit(base_urls={"oci": f"http://127.0.0.1:{server.port}/openai/v1"}, settings={"oci": settings}, retries=0) as kit:
            assert "hello" == kit.complete("oci/m", "Grüße").text
    finally:
        server.close()
    return arrived[-1]


@pytest.mark.parametrize(("profile", "key_id"), [("DEFAULT", "ocid1.tenancy.y/ocid1.user.x/aa:bb"), ("session", "ST$session-token-SECRET")])
def test_the_signature_covers_address_date_and_body(profile: str, key_id: str, config: Path, private_key: RSAPrivateKey) -> None:
    request = ask({"config_file": str(config), "profile": profile, "compartment_id": "ocid1.compartment.z"})

    told = dict(re.findall(r'(\w+)="([^"]*)"', request.headers["authorization"]))
    assert ("1", key_id, "rsa-sha256") == (told["version"], told["keyId"], told["algorithm"])
    assert "date (request-target) host content-length content-type x-content-sha256" == told["headers"]
    line = f"{request.method.lower()} {request.target}"
    signed = "\n".join(f"{name}: {line if name == '(request-target)' else request.headers[name]}" for name in told["headers"].split())
    private_key.public_key().verify(base64.b64decode(told["signature"]), signed.encode(), PKCS1v15(), SHA256())
    assert base64.b64encode(hashlib.sha256(request.body).digest()).decode() == request.headers["x-content-sha256"]
    assert "ocid1.compartment.z" == request.headers["opc-compartment-id"]


def test_the_key_may_have_a_passphrase(config: Path, private_key: RSAPrivateKey) -> None:
    locked = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.BestAvailableEncryption(b"open sesame")
    )
    (config.parent / "key.pem").write_bytes(locked)
    config.write_text(config.read_text().replace("[session]", "pass_phrase=open sesame\n[session]"))

    assert ask({"config_file": str(config)}).headers["authorization"].startswith("Signature ")


def test_a_wrong_passphrase_is_not_shown(config: Path, private_key: RSAPrivateKey) -> None:
    locked = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"open sesame")
    )
    (config.parent / "key.pem").write_bytes(locked)
    config.write_text(config.read_text().replace("[session]", "pass_phrase=WRONG-ONE\n[session]"))

    with pytest.raises(ConfigurationError, match="passphrase") as caught:
        ask({"config_file": str(config)})

    assert "WRONG-ONE" not in str(caught.value)


def test_a_profile_that_lacks_a_field_is_named(config: Path) -> None:
    config.write_text("[broken]\nuser=x\n")

    with pytest.raises(ConfigurationError, match=r"\[broken\] lacks tenancy"):
        ask({"config_file": str(config), "profile": "broken"})


def test_no_configuration_is_a_missing_key(tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match="OCI_GENAI_API_KEY"):
        ask({"config_file": str(tmp_path / "none")})
