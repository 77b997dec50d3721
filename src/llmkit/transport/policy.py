"""Where a request may go and how much may come back: decided before any engine opens a socket."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from llmkit.errors import SecurityError
from llmkit.types.http import HttpRequest, Origin
from llmkit.types.model import Model

if TYPE_CHECKING:
    from llmkit.transport.proxy import Proxy

MIB = 1024 * 1024


class Limits(Model, frozen=True):
    """How much of a response is accepted, in bytes. What goes past a limit is a `ProtocolError`."""

    head: int = 64 * 1024
    """Status line and fields together, interim responses included; also framing without content (chunk extensions, trailers)."""
    fields: int = 100
    interim: int = 16
    """1xx responses before the real one."""
    body: int = 28 * MIB
    """A body read as a whole, decompressed. Twice that, the body and what is read from it, is less than 64 MiB."""
    expansion: int = 200
    """Decompressed bytes for each compressed one, counted from `expansion_grace` on."""
    expansion_grace: int = MIB
    high_water: int = 256 * 1024
    """Unread bytes at which reading from the socket pauses."""


_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:\[(?P<six>[^\]/?]*)\]|(?P<name>[^:/?\[\]]*))"
    r"(?::(?P<port>[^/?]*))?"
    r"(?P<path>/[^?]*)?(?P<query>\?.*)?"
)
# Before the query; a slash or a dot may be encoded (RFC 3986, 6.2.2.3, read 2026-11-23).
_STEP_UP = re.compile(r"[^?]*?(?:/|%2f|%5c)(?:\.|%2e){1,2}(?:/|%2f|%5c|\?|$)", re.IGNORECASE)
_VISIBLE = re.compile(r"[!-~]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}


def parse_url(url: str) -> tuple[Origin, str]:
    """Return origin and path (with the query) of an absolute http(s) URL; refuse every spelling two parsers could read differently."""
    if not _VISIBLE.fullmatch(url):
        raise _refused(
            "it holds a space, a control or a non-ASCII character",
            "Write the host in punycode and quote the rest.",
        )
    for character, name in (("\\", "a backslash"), ("#", "a fragment")):
        if character in url:
            raise _refused(f"it holds {name}")
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0]:
        raise _refused("it holds user information", "Pass the key as a key.")
    match = _URL.fullmatch(url)
    if match is None:
        raise _refused("it is not scheme://host[:port]/path", "Write https://host/path.")
    scheme = match["scheme"].lower()
    if scheme not in _PORTS:
        raise _refused("its scheme is neither https nor http")
    if leads_up(match["path"] or "/"):
        raise _refused("a step of its path is `.` or `..`")
    host = _six(match["six"]) if match["six"] is not None else _name(match["name"])
    return Origin(scheme=scheme, host=host, port=_port(match["port"], scheme)), (match["path"] or "/") + (match["query"] or "")


def parse_origin(url: str) -> Origin:
    """Return the origin of a URL that has no path."""
    origin, path = parse_url(url)
    if path != "/":
        raise _refused("an origin has no path")
    return origin


def joined(address: str, reference: str) -> str:
    """Return where `reference` leads, as an answer from `address` names it. Raises `SecurityError` for one that cannot be read."""
    try:
        return urljoin(address, reference)
    except ValueError:
        pass
    raise _refused("an answer points to an address that is malformed")


def leads_up(path: str) -> bool:
    """Tell whether a step of a path is `.` or `..`, in whatever spelling: some on the way take it, and some do not."""
    return _STEP_UP.match(path) is not None


_ONE = IPv6Address("::1")


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine by its spelling alone: `localhost`, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        # Not `is_loopback` of version 6: since 3.13 it also holds for mapped addresses, which is another spelling.
        return IPv6Address(host) == _ONE if ":" in host else IPv4Address(host).is_loopback
    except AddressValueError:
        return False


# Where clouds hand out the credentials of their machines and containers: link-local, so no packet leaves the machine, and plain http.
# (Instance metadata of AWS, Azure and Google; AWS containers; AWS pods; the first and the last also over IPv6. Read 2026-11-22.)
MACHINES = frozenset({"169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"})


def is_machine(origin: Origin) -> bool:
    """Tell whether `origin` is a cloud's credential service: said to be one by our code, and at one of the fixed addresses."""
    return origin.machine and origin.scheme == "http" and origin.port == 80 and origin.host in MACHINES


class Policy:
    """Which origins are acceptable: https, loopback, and what the caller listed as insecure."""

    __slots__ = ("_insecure",)

    def __init__(self, insecure_origins: Iterable[str | Origin] = ()) -> None:
        self._insecure = frozenset(parse_origin(one) if isinstance(one, str) else one for one in insecure_origins)

    def check_origin(self, origin: Origin) -> None:
        """Refuse an origin that is malformed, or plain http to another machine."""
        plain = origin.replace(machine=False) if origin.machine else origin
        if _parsed(f"{origin.scheme}://{f'[{origin.host}]' if ':' in origin.host else origin.host}:{origin.port}") != plain:
            raise _refused("its origin is not in the normal form", "Make origins with parse_url.")
        if origin.scheme == "http" and not is_loopback(origin.host) and plain not in self._insecure and not is_machine(origin):
            raise SecurityError(
                f"Refused plain http to {origin.netloc}: it is neither loopback nor listed in insecure_origins.",
                parameter="base_url",
                hint=f"Use https, or pass insecure_origins=[{str(origin)!r}].",
            )


def check_credential(request: HttpRequest) -> None:
    """Refuse a credential that belongs to another origin."""
    credential = request.credential
    if credential is not None and credential.origin != request.origin:
        raise SecurityError(
            f"Refused: the key belongs to {credential.origin}, the request goes to {request.origin}.",
            parameter="base_url",
        )


def proxy_for(origin: Origin, proxy: Proxy | None) -> Proxy | None:
    """Return the proxy for `origin`: https goes through it, loopback and machine services do not, other plain http is refused."""
    if proxy is None or origin.scheme == "https":
        return proxy
    if is_loopback(origin.host) or is_machine(origin):
        return None
    raise SecurityError(f"Refused plain http to {origin.netloc} through a proxy.", parameter="proxy", hint="Use https.")


@lru_cache(maxsize=64)
def _parsed(url: str) -> Origin:
    return parse_url(url)[0]


def _refused(why: str, hint: str | None = None) -> SecurityError:
    """Name the rule, never the URL: it may hold a key."""
    return SecurityError(f"Refused URL: {why}.", parameter="base_url", hint=hint)


def _port(text: str | None, scheme: str) -> int:
    if text is None:
        return _PORTS[scheme]
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > 65535:
        raise _refused("its port is not a number from 1 to 65535")
    return int(text)


def _six(text: str) -> str:
    if "%" in text:
        raise _refused("an IPv6 zone is not accepted")
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        pass
    raise _refused("its IPv6 address is malformed")


def _name(text: str) -> str:
    """Return a host name in lower case without its trailing dot. What ends in a number must be four decimal octets."""
    host = text.lower().removesuffix(".")
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            pass
        raise _refused("its IPv4 address is not four decimal numbers")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused("its host name is malformed")
    return host
