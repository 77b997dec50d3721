"""Everything that can be wrong with a TLS server, and what a client must make of it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network

from cryptography import x509

from llmkit.errors import ConnectionFailed, LLMKitError, Timeout, TLSError
from tests.security.transport.mint import CLIENT, DAY, Mint
from tests.transport.servers import Peer, Script, answering

BROKEN = (TLSError, ConnectionFailed)
"""What a handshake that ends half-way may be: nobody can tell a fault from a failure."""
HOST = "localhost"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A server. `context` makes its certificate; `script` is what it does instead of a handshake."""

    name: str
    context: Callable[[Mint], ssl.SSLContext] | None = None
    script: Script | None = None
    host: str = HOST
    tunnel: bool = False
    """It is behind a proxy's tunnel, so that it can have any name."""
    trusted: bool = True
    """The client trusts the authority; else the system's alone."""
    error: tuple[type[LLMKitError], ...] = (TLSError,)


def named(*names: str, host: str = HOST, tunnel: bool = True) -> Fault:
    """Return a server whose certificate is for others than `host`."""
    kind = f"{host} shows a certificate for {' '.join(names)}"
    return Fault(name=kind, host=host, tunnel=tunnel, context=lambda mint: mint.issue(*names).context())


NAMES = [
    named("other.example", tunnel=False),
    named("example.com", host="api.example.com"),
    named("api.example.com", host="example.com"),
    named("api.example.com.evil.example", host="api.example.com"),
    named("api.example.org", host="api.example.com"),
    named("*.*.example.com", host="a.b.example.com"),
    named("*.example.com", host="a.b.example.com"),
    named("*.example.com", host="example.com"),
    named("ap*.example.com", host="api.example.com"),
    named("*i.example.com", host="api.example.com"),
    named("a*i.example.com", host="api.example.com"),
    named("api.*.com", host="api.example.com"),
    named("api.example.*", host="api.example.com"),
    named("*.com", host="example.com"),
    named("*", host="localhost"),
    named("*.*", host="example.com"),
    named("xn--*.example.com", host="xn--bcher-kva.example.com"),
    named("*.0.0.1", host="127.0.0.1", tunnel=False),
    named("127.0.0.2", "localhost", host="127.0.0.1", tunnel=False),
    named("127.0.0.1", tunnel=False),
]


def changed(name: str, *names: str, host: str = HOST, **changes: object) -> Fault:
    """Return a server whose certificate is for the right name and wrong in another way."""
    return Fault(name=name, host=host, context=lambda mint: mint.issue(*(names or (HOST,)), **changes).context())


PAPERS = [
    changed("expired", begins=-9 * DAY, ends=-DAY),
    changed("not yet valid", begins=DAY, ends=9 * DAY),
    changed("the name as common name alone", alternative=False),
    changed("an address as common name alone", "127.0.0.1", host="127.0.0.1", alternative=False),
    changed("an address as a name", "nobody.example", host="127.0.0.1", general=(x509.DNSName("127.0.0.1"),)),
    changed("the name as a URI", "nobody.example", general=(x509.UniformResourceIdentifier(f"https://{HOST}/"),)),
    changed("the name as a mail address", "nobody.example", general=(x509.RFC822Name(f"root@{HOST}"),)),
    changed("a NUL behind the name", "nobody.example", general=(x509.DNSName(f"{HOST}\0.evil.example"),)),
    changed("for clients alone", usage=CLIENT),
    changed("a critical extension that nobody knows", unknown=True),
    changed("an RSA key of 1,024 bits", bits=1024),
]


def chained(name: str, make: Callable[[Mint], Mint], whole: bool = True) -> Fault:
    """Return a server whose certificate is right and what vouches for it is not."""
    return Fault(name=name, context=lambda mint: make(mint).issue(HOST).context(whole=whole))


_ELSEWHERE = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.com")], excluded_subtrees=None)
_NOT_HERE = x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=[x509.DNSName(HOST)])
_NO_ADDRESS = x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=[x509.IPAddress(ip_network("127.0.0.0/8"))])

CHAINS = [
    chained("an authority that nobody knows", lambda _: Mint("Another root")),
    chained("an authority that calls itself like ours", lambda _: Mint()),
    chained("the middle of the chain is missing", lambda mint: mint.middle(), whole=False),
    chained("the middle is no authority", lambda mint: mint.middle(authority=False)),
    chained("the middle may not sign certificates", lambda mint: mint.middle(signs=False)),
    chained("the middle is expired", lambda mint: mint.middle(begins=-9 * DAY, ends=-DAY)),
    chained("the middle is for clients alone", lambda mint: mint.middle(usage=CLIENT)),
    chained("the middle has a weak key", lambda mint: mint.middle(bits=1024)),
    *(
        Fault(name=f"signed with {digest}", context=lambda mint, digest=digest: mint.middle(bits=2048).issue(HOST, digest=digest).context())
        for digest in ("SHA-1", "MD5")
    ),
    chained("the middle is for other names", lambda mint: mint.middle(constraints=_ELSEWHERE)),
    chained("the middle is for all names but this", lambda mint: mint.middle(constraints=_NOT_HERE)),
    chained("one middle too many", lambda mint: mint.middle(depth=0).middle()),
    chained("a server's certificate as the middle", lambda mint: Mint.under(mint.issue("shop.example"))),
    Fault(
        name="the middle is for all addresses but these",
        host="127.0.0.1",
        context=lambda mint: mint.middle(constraints=_NO_ADDRESS).issue("127.0.0.1").context(),
    ),
    Fault(name="nobody but itself vouches for it", context=lambda _: Mint(HOST).paper.context()),
    Fault(name="an own authority while the system's is trusted", context=lambda mint: mint.issue(HOST).context(), trusted=False),
]


def spoken(mint: Mint, version: ssl.TLSVersion, ciphers: str) -> ssl.SSLContext:
    """Return a server that speaks one version with certain ciphers alone. Raises `SSLError` where OpenSSL here cannot."""
    context = mint.issue(HOST, bits=2048 if "RSA" in ciphers or ciphers.startswith("AES") else 0).context()
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers + ":@SECLEVEL=0")
    return context


_OLD = {"TLS 1.0": ssl.TLSVersion.TLSv1, "TLS 1.1": ssl.TLSVersion.TLSv1_1}
_CIPHERS = {
    "no encryption": "eNULL",
    "no certificate": "aNULL",
    "a shared key instead of a certificate": "PSK",
    "RC4": "RC4",
    "3DES": "3DES",
    "export ciphers": "EXPORT",
    "MD5": "MD5",
    "no forward secrecy": "AES128-SHA",
    "Camellia": "ECDHE-RSA-CAMELLIA256-SHA384",
}
VERSIONS = [
    *(Fault(name=f"{name} alone", context=partial(spoken, version=version, ciphers="ALL"), error=BROKEN) for name, version in _OLD.items()),
    *(
        Fault(name=f"{name} alone", context=partial(spoken, version=ssl.TLSVersion.TLSv1_2, ciphers=ciphers), error=BROKEN)
        for name, ciphers in _CIPHERS.items()
    ),
]


def asking(mint: Mint, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a server that wants to see a certificate of the client."""
    context = mint.issue(HOST).context()
    context.minimum_version = context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=mint.pem.decode())
    return context


ASKING = [
    Fault(
        name=f"a certificate of the client is wanted over {version.name}",
        context=partial(asking, version=version),
        error=BROKEN,
    )
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
]


def saying(answer: bytes, *, rest: bool = False) -> Script:
    """Answer the hello with bytes and close, or wait where `rest`."""

    def script(peer: Peer) -> None:
        heard(peer)
        peer.send(answer)
        if rest:
            read_on(peer)

    return script


def heard(peer: Peer) -> None:
    """Read what came, and keep it: nothing of a request may be in it."""
    data = peer.sock.recv(65536)
    peer.server.heard += data  # type: ignore[attr-defined]  # `Listening` has it


def read_on(peer: Peer) -> None:
    """Keep all that comes until the client has gone."""
    while data := peer.sock.recv(65536):
        peer.server.heard += data  # type: ignore[attr-defined]  # `Listening` has it


def dripping(peer: Peer) -> None:
    """Promise a long record and give it byte by byte, as long as anybody listens."""
    heard(peer)
    peer.send(b"\x16\x03\x03\x40\x00")
    peer.sock.settimeout(0.02)
    while True:
        peer.send(b"\x02")
        try:
            if not peer.sock.recv(65536):
                return
        except TimeoutError:
            continue


_HELLO = b"\x16\x03\x03\x00\x2e\x02\x00\x00\x2a"  # the beginning of a record with a ServerHello (RFC 5246, 7.4.1.3)
_OLDEST = b"\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00" + bytes(32) + b"\x00\x00\x05\x00"  # SSL 3.0 with RC4 and MD5

HANDSHAKES = [
    Fault(name="plain HTTP is answered", script=saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), error=BROKEN),
    Fault(name="a success in plain HTTP is answered", script=saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), error=BROKEN),
    Fault(name="another protocol greets", script=saying(b"SSH-2.0-OpenSSH_9.6\r\n"), error=BROKEN),
    Fault(name="a fatal alert", script=saying(b"\x15\x03\x03\x00\x02\x02\x28"), error=BROKEN),
    Fault(name="a farewell instead of a hello", script=saying(b"\x15\x03\x03\x00\x02\x01\x00"), error=BROKEN),
    Fault(name="SSL 3.0", script=saying(_OLDEST), error=BROKEN),
    Fault(name="data before the handshake", script=saying(b"\x17\x03\x03\x00\x02{}"), error=BROKEN),
    Fault(name="a record of a length that there is not", script=saying(b"\x16\x03\x03\xff\xff" + bytes(99)), error=BROKEN),
    Fault(name="noise", script=saying(bytes(range(256)) * 8), error=BROKEN),
    Fault(name="closed after the client's hello", script=heard, error=BROKEN),
    Fault(name="closed in the server's hello", script=saying(_HELLO), error=BROKEN),
    Fault(name="silent from the beginning", script=read_on, error=(Timeout,)),
    Fault(name="silent in the server's hello", script=saying(_HELLO, rest=True), error=(Timeout,)),
    Fault(name="a byte now and then", script=dripping, error=(Timeout,)),
]

FAULTS = [*NAMES, *PAPERS, *CHAINS, *VERSIONS, *ASKING, *HANDSHAKES]


def behind(script: Script, context: ssl.SSLContext) -> Script:
    """Play a proxy, and behind its tunnel the server."""

    def whole(peer: Peer) -> None:
        peer.request()
        peer.server.bytes_seen = 0  # what was said to the proxy
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        peer.start_tls(context)
        script(peer)

    return whole


def played(fault: Fault, mint: Mint) -> tuple[Script, ssl.SSLContext | None]:
    """Return the script of a fault's server and the context that it begins with."""
    if fault.context is None:
        assert fault.script is not None
        return fault.script, None
    context = fault.context(mint)
    return (behind(answering(), context), None) if fault.tunnel else (answering(), context)
