"""A throw-away certificate authority, so that fakes speak TLS that clients can verify."""

from __future__ import annotations

import ssl
from importlib.util import find_spec
from pathlib import Path

from llmkit.errors import ConfigurationError


def loopback_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server context for `localhost` and 127.0.0.1, and the file of the authority that clients must trust.

    Needs `trustme`. Raises `ConfigurationError` where it is not installed.
    """
    if find_spec("trustme") is None:
        raise ConfigurationError("A fake with tls=True needs a certificate.", parameter="tls", hint="Install trustme: pip install trustme.")
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", "::1").configure_cert(context)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    return context, ca_file
