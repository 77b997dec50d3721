"""Prove to Entra ID who an application is by its certificate."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import uuid
from contextlib import suppress
from pathlib import Path

from llmkit.auth.credential_file import read_bytes
from llmkit.auth.rsa import RsaKey, json_web_token
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----")
_LIFETIME = 600


def assertion(path: Path, client: str, audience: str) -> Secret:
    """Return the signed assertion of `client`; the PEM file holds its certificate and its private key.

    Source: learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials, 2026-11.
    """
    pem = read_bytes(path, "client certificate")
    found = _CERTIFICATE.search(pem)
    if found is None:
        raise ConfigurationError(f"{path} holds no certificate in PEM.", parameter="client_certificate")
    digest = hashlib.sha256(_bytes_of(found[1], path)).digest()
    now = int(time.time())
    claims = {"aud": audience, "iss": client, "sub": client, "jti": str(uuid.uuid4()), "nbf": now, "iat": now, "exp": now + _LIFETIME}
    header = {"x5t#S256": base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}
    return json_web_token(RsaKey(pem, extra="llmkit[google]"), header, claims)


def _bytes_of(text: bytes, path: Path) -> bytes:
    """Return what the base64 of a certificate stands for. Raises `ConfigurationError` where it is none."""
    with suppress(ValueError):
        return base64.b64decode(text)
    raise ConfigurationError(f"{path} holds a damaged certificate.", parameter="client_certificate")
