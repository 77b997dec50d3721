"""Whom TLS trusts and who we are: plain values, so that nothing loads `ssl` before a connection needs it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """Certificates of a client. `ca_file` and `ca_dir` replace the system's; there is no way to switch verification off."""

    ca_file: str | None = None
    ca_dir: str | None = None
    from_environment: bool = False
    """Let SSL_CERT_FILE and SSL_CERT_DIR name the system's certificates."""
    client_certificate: str | None = None
    client_key: str | None = None
    client_key_password: str | Callable[[], str] | None = None
    """A function is preferred: it is called once, and its result is kept nowhere."""

    def __repr__(self) -> str:
        return f"Trust(ca_file={self.ca_file!r}, ca_dir={self.ca_dir!r}, client_certificate={self.client_certificate!r})"
