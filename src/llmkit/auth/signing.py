"""Sign with a shared secret: the only place where one becomes the key of an HMAC."""

from __future__ import annotations

import hmac

from llmkit.auth.secret import Secret


def hmac_chain(secret: Secret, *messages: str, prefix: str = "") -> bytes:
    """Return the key that HMAC-SHA256 derives from `prefix` and `secret` over each of `messages` in turn."""
    key = f"{prefix}{secret.reveal()}".encode()
    for message in messages:
        key = hmac.digest(key, message.encode(), "sha256")
    return key
