"""Sign requests with AWS Signature Version 4."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from urllib.parse import quote

import msgspec

from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.auth.signing import hmac_chain
from llmkit.types.http import HttpRequest, Origin

_ALGORITHM = "AWS4-HMAC-SHA256"
_END = "aws4_request"
_SESSION = "X-Amz-Security-Token"


class AwsKeys(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What signs: the key's id, which everyone may see, the key itself, and the session's token where the key is a temporary one."""

    key_id: str
    secret: Secret
    token: Secret | None = None

    def secrets(self) -> tuple[Secret, ...]:
        """Return what no error may show."""
        return (self.secret,) if self.token is None else (self.secret, self.token)


class SignatureV4:
    """Signs each request to `origin` at the moment it goes out: its address, its host, its type, its body and the time.

    Headers that a proxy may change are not signed. `clock` returns Unix seconds.
    """

    __slots__ = ("_clock", "_derived", "keys", "origin", "region", "service")

    def __init__(self, keys: AwsKeys, *, origin: Origin, region: str, service: str, clock: Callable[[], float] = time.time) -> None:
        self.keys = keys
        self.origin = origin
        self.region = region
        self.service = service
        self._clock = clock
        self._derived: tuple[str, bytes] = ("", b"")

    def headers(self, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        """Return the date, the session's token and the signature."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        added: tuple[tuple[str, str], ...] = (("X-Amz-Date", stamp),)
        if self.keys.token is not None:
            added += HeaderCredential(self.keys.token, origin=self.origin, name=_SESSION, prefix="").headers(request)
        signed = [(name, value) for name, value in request.headers if _is_signed(name)]
        names, canonical = canonical_request(request.method, request.path, [("host", request.origin.netloc), *signed, *added], request.body)
        scope = f"{stamp[:8]}/{self.region}/{self.service}/{_END}"
        text = string_to_sign(stamp, scope, canonical)
        signature = hmac.digest(self._key(stamp[:8]), text.encode(), "sha256").hex()
        proof = f"{_ALGORITHM} Credential={self.keys.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        return (*added, ("Authorization", proof))

    def _key(self, day: str) -> bytes:
        """Return the key of `day`, derived once."""
        known, key = self._derived
        if known != day:
            key = hmac_chain(self.keys.secret, day, self.region, self.service, _END, prefix="AWS4")
            self._derived = (day, key)
        return key

    def __repr__(self) -> str:
        return f"SignatureV4({self.service}, {self.region}, {self.origin})"


def canonical_request(method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes) -> tuple[str, str]:
    """Return the names of the signed headers and the canonical form of a request; `path` is as it goes out, with its query."""
    way, _, query = path.partition("?")
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower().strip(), []).append(" ".join(value.split()))
    names = ";".join(sorted(values))
    lines = "".join([f"{name}:{','.join(values[name])}\n" for name in sorted(values)])
    text = f"{method.upper()}\n{_canonical_path(way)}\n{_canonical_query(query)}\n{lines}\n{names}\n{sha256(body).hexdigest()}"
    return names, text


def string_to_sign(stamp: str, scope: str, canonical: str) -> str:
    """Return what the signature is made of."""
    return f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"


def _is_signed(name: str) -> bool:
    name = name.lower()
    return name == "content-type" or name.startswith("x-amz-")


def _canonical_path(path: str) -> str:
    """Every service but S3 wants the path without dots and empty segments, and what is percent-encoded encoded once more."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    tail = "/" if segments and path.endswith("/") else ""
    return "/" + quote("/".join(segments), safe="/~") + tail


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = [pair.partition("=")[::2] for pair in query.split("&")]
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])
