"""Addresses that others give: what is accepted is read by every other parser alike, and leads where it seems to."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from llmkit.errors import SecurityError
from llmkit.transport.head import check_header
from llmkit.transport.policy import is_loopback, parse_url
from llmkit.transport.proxy import Proxy
from llmkit.transport.public import is_public
from tests.security.fuzz.target import Target, hold

_URLS = (
    b"https://api.example.com/v1/x?y=z",
    b"http://127.0.0.1:8080/",
    b"https://[2001:db8::1]:8443/a",
    b"https://Example.COM.:443",
    b"http://localhost:1/",
    b"https://user:pw@x.example/",
    b"https://xn--bcher-kva.example",
    b"https://1.2.3.4",
    b"https://a_b.example/%2e%2e/",
)
_URL_WORDS = (
    b"https://",
    b"http://",
    b"//",
    b"@",
    b"\\",
    b"#",
    b"?",
    b":",
    b"[",
    b"]",
    b"%00",
    b"%2f",
    b".",
    b"..",
    b"::1",
    b"127.1",
    b"0x7f000001",
    b"2130706433",
    b"0177.0.0.1",
    b"localhost",
    b"169.254.169.254",
    b"\xe3\x80\x82",
    b"\xef\xbc\xa1",
    b"\t",
    b"\r\n",
    b"xn--",
    b":443",
    b":0",
    b":65536",
    b"::ffff:127.0.0.1",
    b"fe80::1%25eth0",
    b"metadata.google.internal",
    b"-",
    b"_",
)
_PLACES = (
    b"127.0.0.1",
    b"10.0.0.1",
    b"8.8.8.8",
    b"::1",
    b"::ffff:127.0.0.1",
    b"2606:4700::1111",
    b"64:ff9b::7f00:1",
    b"2002:7f00:1::",
    b"169.254.169.254",
    b"fd00:ec2::254",
    b"fe80::1%eth0",
    b"100.64.0.1",
    b"198.18.0.1",
    b"2001:0:7f00:1::",
    b"224.0.0.1",
    b"168.63.129.16",
)
_NEVER_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32",
        ),
    )
)
"""What no stranger's link may reach, by IANA's registries of special addresses (read 2026-11-23), written apart from our own tables."""
_NEVER_6 = tuple(map(ip_network, ("::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def targets() -> Iterator[Target]:
    """Return addresses, hosts in digits, proxies and header fields."""
    yield Target(name="url", run=_url, seeds=lambda: _URLS, words=lambda: _URL_WORDS, longest=300)
    yield Target(
        name="url.public", run=_public, seeds=lambda: _PLACES, words=lambda: (*_PLACES, b":", b".", b"::", b"%", b"ffff", b"0"), longest=60
    )
    proxies = (b"http://proxy.example:3128", b"http://u%40:p%3A@10.0.0.1:80", b"http://[::1]:8080")
    yield Target(name="url.proxy", run=_proxy, seeds=lambda: proxies, words=lambda: (*_URL_WORDS, b"%", b"%zz"), longest=200)
    fields = (b"X-A: b", b"Accept: a/b;q=1, */*", b"Host: x", b"a: \xff", b"x-y:z\r\nEvil: 1")
    yield Target(
        name="header",
        run=_header,
        seeds=lambda: fields,
        words=lambda: (b"\r", b"\n", b"\x00", b"\t", b" ", b":", b"\xc4\xb1", b"Host"),
        longest=100,
    )


def _url(data: bytes) -> Hashable:
    url = data.decode("utf-8", "surrogateescape")
    origin, path = parse_url(url)
    other = urlsplit(url)
    hold(other.scheme == origin.scheme, "another parser reads another scheme")
    hold(
        (other.hostname or "").removesuffix(".") == origin.host or _same_address(other.hostname, origin.host),
        "another parser reads another host",
    )
    hold((other.port or {"https": 443, "http": 80}[origin.scheme]) == origin.port, "another parser reads another port")
    hold(other.username is None and other.password is None and not other.fragment, "another parser reads more")
    hold((other.path or "/") + (f"?{other.query}" if "?" in url else "") == path, "another parser reads another path")
    hold(path.startswith("/") and path.isascii() and path.isprintable() and " " not in path, "the path is none for the wire")
    again, rest = parse_url(f"{origin}{path}")
    hold((again, rest) == (origin, path), "what was read is read otherwise")
    return origin.scheme, ":" in origin.host, origin.host[-1:].isdigit(), is_loopback(origin.host), "?" in path


def _same_address(one: str | None, other: str) -> bool:
    try:
        return one is not None and IPv6Address(one) == IPv6Address(other)
    except ValueError:
        return False


def _public(data: bytes) -> Hashable:
    host = data.decode("utf-8", "surrogateescape")
    if not is_public(host):
        return False
    address = ip_address(host.partition("%")[0])
    never = _NEVER_4 if isinstance(address, IPv4Address) else _NEVER_6
    hold(not any(address in network for network in never), "an address that is not public passes")
    return address.version, int(address) >> (24 if address.version == 4 else 112)


def _proxy(data: bytes) -> Hashable:
    proxy = Proxy(data.decode("utf-8", "surrogateescape"))
    asked = proxy.request(parse_url("https://x.example:8443/")[0])
    hold(asked.count(b"\r\n") <= 4 and b"\n" not in asked.replace(b"\r\n", b"") and asked.endswith(b"\r\n\r\n"), "the request is split")
    hold(asked.startswith(b"CONNECT x.example:8443 HTTP/1.1\r\n"), "the request asks for another place")
    return asked.count(b"\r\n"), ":" in proxy.origin.host


def _header(data: bytes) -> Hashable:
    name, _, value = data.decode("utf-8", "surrogateescape").partition(":")
    value = value.removeprefix(" ")
    try:
        check_header(name, value)
    except SecurityError as error:
        hold(len(value) < 8 or value not in str(error), "the message holds the value")
        raise
    line = f"{name}: {value}\r\n".encode("latin-1")
    hold(line.count(b"\r") == line.count(b"\n") == 1 and b"\x00" not in line, "the field is no line")
    return value == "", len(line.split(b" "))
