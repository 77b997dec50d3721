"""Make the one TLS context of a client: certificates are always checked, keys are never logged."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

from llmkit.errors import ConfigurationError
from llmkit.transport.trust import Trust

# Where distributions keep the system's certificates, for interpreters built elsewhere whose own default path is empty.
_SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def tls_context(trust: Trust) -> ssl.SSLContext:
    """Return a context that verifies the peer and its name, speaks TLS 1.2 or later and offers HTTP/1.1 alone."""
    # Not `create_default_context`: that one writes the session keys to the file named by SSLKEYLOGFILE.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    if ssl.HAS_NEVER_CHECK_COMMON_NAME:
        # An authority's name constraints do not hold for it, and clients must not use it (RFC 9110, 4.3.4; read 2026-11-23).
        context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    failure = None
    try:
        _load_trust(context, trust)
        if trust.client_certificate is not None:
            context.load_cert_chain(
                trust.client_certificate,
                trust.client_key,
                _password(trust.client_key_password),
            )
    except (OSError, ValueError) as error:
        failure = str(error.strerror or type(error).__name__) if isinstance(error, OSError) else type(error).__name__
    if failure is not None:
        raise ConfigurationError(f"The certificates could not be loaded: {failure}.", parameter="trust")
    return context


def _load_trust(context: ssl.SSLContext, trust: Trust) -> None:
    if trust.ca_file is not None or trust.ca_dir is not None:
        context.load_verify_locations(cafile=trust.ca_file, capath=trust.ca_dir)
    elif trust.from_environment or sys.platform == "win32":
        context.load_default_certs()
    else:
        _load_system(context)


def _load_system(context: ssl.SSLContext) -> None:
    """Load the system's certificates by the paths compiled in; `load_default_certs` would let the environment choose others."""
    paths = ssl.get_default_verify_paths()
    file = paths.openssl_cafile if Path(paths.openssl_cafile).is_file() else None
    directory = paths.openssl_capath if _filled(paths.openssl_capath) else None
    if file is None and directory is None:
        file = next((one for one in _SYSTEM_FILES if Path(one).is_file()), None)
    if file is not None or directory is not None:
        context.load_verify_locations(cafile=file, capath=directory)


def _filled(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _password(password: str | Callable[[], str] | None) -> Callable[[], str]:
    """Return a function in every case: without one OpenSSL asks on the terminal."""
    if callable(password):
        return password
    return lambda: password or ""
