"""Say in our own errors what the operating system and TLS say in theirs, keeping the words and not the objects."""

from __future__ import annotations

import errno
import os
import sys

from llmkit.errors import ConnectionFailed, TLSError


def translate(error: BaseException, where: str) -> ConnectionFailed:
    """Return our error for `error` of a socket to `where`. Raise it outside the `except` block, so that no chain keeps a frame."""
    ssl = sys.modules.get("ssl")  # not imported for a plain connection, and then it raised nothing
    if ssl is not None and isinstance(error, ssl.SSLEOFError):
        return ConnectionFailed(f"The connection to {where} failed: the server closed it.")
    if ssl is not None and isinstance(error, ssl.SSLError):
        return TLSError(f"TLS with {where} failed: {_tls_words(error)}.")
    if isinstance(error, OSError):
        return ConnectionFailed(f"The connection to {where} failed: {_os_words(error)}.")
    return ConnectionFailed(f"The connection to {where} failed: {type(error).__name__}.")


def _tls_words(error: OSError) -> str:
    verify = getattr(error, "verify_message", None)
    reason = getattr(error, "reason", None)
    return str(verify or reason or "handshake broken").rstrip(".").replace("_", " ")


def _os_words(error: OSError) -> str:
    if error.errno is None:
        return type(error).__name__
    name = errno.errorcode.get(error.errno)
    return f"{os.strerror(error.errno)} ({name})" if name else str(error.strerror or type(error).__name__)
