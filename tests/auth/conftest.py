"""One private key for all tests, and no credentials of the developer's machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.auth.aws_cases import write
from tests.auth.aws_chain_cases import CONFIG, CREDENTIALS


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    """Return a private RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def pem(private_key: rsa.RSAPrivateKey) -> str:
    """Return the private key as PEM."""
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private_key.private_bytes(serialization.Encoding.PEM, kind, plain).decode()


@pytest.fixture(autouse=True)
def _no_cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GOOGLE_", "GCE_", "CLOUDSDK_", "AZURE_", "IDENTITY_", "MSI_", "OCI_", "AICORE_", "DATABRICKS_", "WATSONX_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with AWS's two files."""
    write(tmp_path, "credentials", CREDENTIALS)
    write(tmp_path, "config", CONFIG)
    return tmp_path
