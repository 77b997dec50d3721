"""Where Oracle's key is looked for, what is signed with it, and what is said where it lacks."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import pytest

from llmkit.auth.header import HeaderCredential
from llmkit.auth.oci import SignedByOracle, config_file, oci_found, oci_source
from llmkit.auth.schemes import OciAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, MissingKey
from llmkit.runtime import Virtual, run
from llmkit.types.http import HttpRequest, Origin
from tests.auth.asked import MOMENT, Recorder, circumstances_of, effects_of
from tests.auth.test_azure_places import TOKEN, handed

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
    with pytest.raises(MissingKey, match=r"cloud.*CLOUD_KEY or OCI_CONFIG_FILE"):
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
