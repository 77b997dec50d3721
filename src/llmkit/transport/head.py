"""Write a request's head, and refuse what could smuggle a second one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llmkit.errors import SecurityError
from llmkit.transport.policy import leads_up
from llmkit.types.http import HttpRequest

_METHOD = re.compile(r"[A-Z]{1,20}")
_PATH = re.compile(r"/[!-\"$-~]*")  # visible ASCII without `#`
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}")
_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
_OURS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "keep-alive",
    }
)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_DEFAULTS = (("Accept-Encoding", "gzip, deflate"), ("User-Agent", "llmkit"))


class Heads:
    """Builds the heads of one origin. The part that does not change from call to call is built once.

    The part kept holds what the caller passed as plain headers; a credential's headers are written anew each time and kept nowhere.
    """

    __slots__ = ("_host", "_prefixes")

    def __init__(self, netloc: str) -> None:
        self._host = netloc
        self._prefixes: dict[tuple[str, str, tuple[tuple[str, str], ...]], bytes] = {}

    def check(self, request: HttpRequest) -> None:
        """Refuse a malformed method, path or header before a connection is opened for it."""
        key = (request.method, request.path, request.headers)
        if key not in self._prefixes:
            self._remember(key)

    def write(self, request: HttpRequest) -> bytes:
        """Return the head, ready to be followed by the body."""
        key = (request.method, request.path, request.headers)
        prefix = self._prefixes.get(key)
        if prefix is None:
            prefix = self._remember(key)
        body = request.body
        size = len(body) if request.upload is None else request.upload.size
        length = b"Content-Length: %d\r\n\r\n" % size if size or request.method in _WITH_BODY else b"\r\n"
        if request.credential is None:
            return prefix + length
        return prefix + _lines(request.credential.headers(request)) + length

    def _remember(self, key: tuple[str, str, tuple[tuple[str, str], ...]]) -> bytes:
        method, path, headers = key
        if not _METHOD.fullmatch(method):
            raise SecurityError("Refused: the method is not an upper-case word.", parameter="method")
        if not _PATH.fullmatch(path):
            raise SecurityError(
                "Refused: the path must start with / and hold visible ASCII without a fragment.",
                parameter="path",
            )
        if leads_up(path):
            raise SecurityError("Refused: a step of the path is `.` or `..`.", parameter="path", hint="Look at the ids in it.")
        given = {name.lower() for name, _ in headers}
        defaults = [pair for pair in _DEFAULTS if pair[0].lower() not in given]
        prefix = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n".encode("ascii") + _lines([*headers, *defaults])
        if len(self._prefixes) >= 32:
            self._prefixes.clear()
        self._prefixes[key] = prefix
        return prefix


def check_header(name: str, value: str) -> None:
    """Refuse a field that is malformed or that only the transport may write. Messages never hold the value."""
    if not _NAME.fullmatch(name):
        raise SecurityError("Refused: a header name is not an HTTP token.", parameter="headers")
    if not _VALUE.fullmatch(value):
        raise SecurityError(
            f"Refused: the value of header {name} holds CR, LF, NUL, another control or non-Latin-1 character, or outer spaces.",
            parameter="headers",
        )
    if name.lower() in _OURS:
        raise SecurityError(f"Refused: header {name} is written by the transport.", parameter="headers")


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    text = ""
    for name, value in headers:
        check_header(name, value)
        text += f"{name}: {value}\r\n"
    return text.encode("latin-1")
