"""Sign with a private RSA key: what Google's service accounts, Entra's certificates and Oracle's requests need."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError


class RsaKey:
    """A private key, from PEM. It prints as `RsaKey(****)`.

    Raises `ConfigurationError` when it is no RSA key, when its passphrase is wrong, and when the package `cryptography`, which
    `extra` brings, is not installed.
    """

    __slots__ = ("__key",)

    def __init__(self, pem: bytes, *, extra: str, passphrase: bytes | None = None) -> None:
        self.__key: Any = _loaded(pem, passphrase, extra)

    def sign(self, message: bytes) -> bytes:
        """Return the signature RSASSA-PKCS1-v1_5 with SHA-256 of `message`."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        signature: bytes = self.__key.sign(message, PKCS1v15(), SHA256())
        return signature

    def __repr__(self) -> str:
        return "RsaKey(****)"


def json_web_token(key: RsaKey, header: dict[str, Any], claims: dict[str, Any]) -> Secret:
    """Return a JSON web token (RS256); whoever has it is the one who signed, so it is a secret."""
    signed = b".".join(_url64(msgspec.json.encode(part)) for part in ({"alg": "RS256", "typ": "JWT", **header}, claims))
    return Secret((signed + b"." + _url64(key.sign(signed))).decode(), name="signed assertion")


def _loaded(pem: bytes, passphrase: bytes | None, extra: str) -> Any:
    problem = ""
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        problem = "Signing with a private key needs the package cryptography."
    if problem:
        raise ConfigurationError(problem, parameter="auth", hint=f"Run: pip install '{extra}'")
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError) as error:
        # The library's words: wrong passphrase, or not a key; they hold nothing of the key.
        problem = "its passphrase is missing or wrong" if isinstance(error, TypeError) or passphrase else "it is no PEM key"
    else:
        if isinstance(key, RSAPrivateKey):
            return key
        problem = "it is no RSA key"
    raise ConfigurationError(f"The private key cannot be used: {problem}.", parameter="auth")


def _url64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
