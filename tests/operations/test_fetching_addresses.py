"""A stranger's link leads nowhere but into the public internet, however its address is spelled and whatever its name resolves to."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from llmkit import AsyncLLMKit, Image, LLMKit
from llmkit.errors import ConnectionFailed, LLMKitError, SecurityError
from llmkit.testing import FakeHost
from llmkit.testing.host import bytes_reply
from llmkit.testing.replies import Reply
from tests.operations.faces import FACES, use

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 600


def words(text: str) -> list[str]:
    return text.split()


LOOPBACK = words("""
    127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 127.127.127.127 0 0.0.0.0 0.0.0.0. 0.0 2130706433 2130706433. 017700000001 0177.0.0.1
    0177.1 0127.0.0.1 127.0.0.01 127.00.0.1 0x7f000001 0x7f.1 0x7f.0.0.1 0X7F.0.0.1 127.0.0.0x1 0x7f000001. 127.0.0.1.. 127..0.1 1.1.1.1.1
    256.256.256.256 127.0.0.256 4294967295 4294967296 localhost LOCALHOST LocalHost localhost. LOCALHOST.
    [::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::] [0::0] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:127.0.0.1]
    [0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [::ffff:0.0.0.0] [::1%lo] [::1%25lo] [::1%1] [fe80::1%eth0]
    [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:0001::1] [2001:0:7f00:1::] [2001::1]
    [fe80::5efe:7f00:1] [2600::5efe:7f00:1] [2600::200:5efe:7f00:1] [2600::5efe:127.0.0.1] ::1 [::1 ::1] [] [:::1] [127.0.0.1]
    127。0。0。1 127．0．0．1 １２７.0.0.1 ①②⑦.⓪.⓪.① ｌocalhost ⓛocalhost localhost。 loca\u00adlhost 127.0.0.1\u200b
    127.0.0.1%00 127.0.0.1%2f 127.0.0.1%20 %31%32%37.0.0.1 127.0.0.1\\ 127.0.0.1\\@example.com
""")
PRIVATE = words("""
    10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.255 169.254.0.1 198.18.0.1
    198.19.255.255 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 0.1.2.3
    [fc00::1] [fd00::1] [fdff::1] [fe80::1] [febf::1] [fec0::1] [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [2001:10::1] [2001:20::1]
    [3fff::1]
    [5f00::1] [4000::1] [2002:c0a8:1::] [2002:a00:1::1] [::ffff:10.0.0.1] [::ffff:192.168.0.1] [64:ff9b::a00:1] [2001:0:a00:1::]
""")
MACHINES = words("""
    169.254.169.254 169.254.169.254. 169.254.170.2 169.254.170.23 2852039166 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376
    169.254.43518
    0251.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 192.0.0.1 [fd00:ec2::254] [fd00:ec2::23] [::ffff:169.254.169.254]
    [::ffff:a9fe:a9fe] [::a9fe:a9fe] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::] [2600::5efe:a9fe:a9fe] metadata metadata.google.internal
    metadata.google.internal. METADATA.google.internal instance-data.ec2.internal kubernetes.default.svc
""")
NAMES = words("""
    internal.example v6.internal.example mapped.example mixed.example mixed6.example last.example 127.0.0.1.nip.example 1.example
    xn--localhost.example
""")
WHOLE = [
    "http://example.com/cat",
    "HTTP://example.com/cat",
    "ftp://example.com/cat",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "FILE:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "jar:https://example.com/a!/b",
    "javascript:alert(1)",
    "unix:/var/run/docker.sock",
    "blob:https://example.com/1",
    "about:blank",
    "ws://example.com/",
    "",
    " ",
    "cat.png",
    "/etc/passwd",
    "//127.0.0.1/cat",
    "\\\\127.0.0.1\\cat",
    "https:127.0.0.1/cat",
    "https:/127.0.0.1/cat",
    "https:///127.0.0.1/cat",
    "https:\\\\127.0.0.1/cat",
    "https://",
    "https:///",
    "https://?x",
    "https://user@example.com/cat",
    "https://user:password@example.com/cat",
    "https://example.com@127.0.0.1/cat",
    "https://127.0.0.1@example.com/cat",
    "https://example.com:443@127.0.0.1/cat",
    "https://example.com%40127.0.0.1/cat",
    "https://example.com\\@127.0.0.1/cat",
    "https://127.0.0.1#@example.com/cat",
    "https://127.0.0.1?@example.com/cat",
    "https://127.0.0.1;@example.com/cat",
    "https://127.0.0.1&@example.com/cat",
    "https://127.0.0.1\t/cat",
    "https://127.0.0\t.1/cat",
    "\thttps://127.0.0.1/cat",
    "https://127.0.0.1\n/cat",
    "https://127.0.0.1/\r\nHost: example.com",
    "https://127.0.0.1\r\nHost: example.com/cat",
    "https://example.com\x00.127.0.0.1/cat",
    "https://127.0.0.1:443:443/cat",
    "https://127.0.0.1:0/cat",
    "https://127.0.0.1:65536/cat",
    "https://127.0.0.1:-1/cat",
    "https://127.0.0.1:/cat",
    "https://127.0.0.1:0443/cat",
    "https://127.0.0.1: 443/cat",
    "https://public.example:22/cat",
    "https://public.example:6379/cat",
    "https://public.example:8443/cat",
    "https://exa mple.com/cat",
    "https://-example.com/cat",
    "https://example..com/cat",
    "https://.example.com/cat",
    f"https://{'a' * 64}.example/cat",
    f"https://{'a.' * 130}example/cat",
]
SPELLINGS = [f"https://{host}/cat" for host in [*LOOPBACK, *PRIVATE, *MACHINES, *NAMES]] + WHOLE
PUBLIC, INSIDE = "8.8.8.8", "127.0.0.1"
RESOLVED: dict[str, list[str]] = {
    "metadata": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "instance-data.ec2.internal": ["169.254.169.254"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "internal.example": ["10.0.0.1"],
    "v6.internal.example": ["fd00::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "mixed.example": [PUBLIC, INSIDE],
    "mixed6.example": ["2606:4700:4700::1111", PUBLIC, "::1"],
    "last.example": [*["1.1.1.1"] * 20, "192.168.1.1"],
    "127.0.0.1.nip.example": [INSIDE],
    "1.example": ["0.0.0.0"],
    "xn--localhost.example": [INSIDE],
    "public.example": [PUBLIC],
    "localhost": [INSIDE],
}


REAL = socket.getaddrinfo


class Net:
    """A resolver that says what it is told, and a network on which nothing answers: it only notes who was called.

    `known` are ports of fake servers on this machine, which are reached as ever.
    """

    def __init__(self) -> None:
        self.known: set[int] = set()
        self.asked: list[str] = []
        self.called: list[str] = []
        self.answers = {name: [list(found)] for name, found in RESOLVED.items()}

    def look_up(self, host: Any, port: Any, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        name = host.decode() if isinstance(host, bytes) else host
        if port in self.known:
            return list(REAL(host, port, type=socket.SOCK_STREAM))
        self.asked.append(name)
        answers = self.answers.get(name)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown name")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_address(one, port) for one in found]


def _address(one: str, port: int) -> tuple[Any, ...]:
    family, where = (socket.AF_INET6, (one, port, 0, 0)) if ":" in one else (socket.AF_INET, (one, port))
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """Put the stub in the place of the system's resolver and sockets; loopback stays as it is for those that are known."""
    found = Net()

    class Socket(socket.socket):
        def connect_ex(self, where: Any) -> int:
            if where[1] in found.known:
                return super().connect_ex(where)
            found.called.append(where[0])
            return errno.ECONNREFUSED

        def connect(self, where: Any) -> None:
            if where[1] in found.known:
                return super().connect(where)
            found.called.append(where[0])
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    monkeypatch.setattr(socket, "getaddrinfo", found.look_up)
    monkeypatch.setattr(socket, "socket", Socket)
    yield found


def test_the_table_is_as_long_as_it_should_be() -> None:
    """Each spelling once, more than 120 of them."""
    assert len(SPELLINGS) == len(set(SPELLINGS))
    assert 200 < len(SPELLINGS)


@pytest.mark.parametrize("face", FACES)
def test_no_spelling_leads_inside(face: str, net: Net) -> None:
    """One client for all of them; nobody is called, not even to see who answers."""
    passed = asyncio.run(_passed_async()) if face == "async" else _passed()

    assert ([], []) == (passed, net.called)


def _passed() -> list[tuple[str, str]]:
    passed = []
    with LLMKit() as kit:
        for url in SPELLINGS:
            try:
                kit.fetch(Image(url=url))
            except SecurityError:
                continue
            except LLMKitError as error:
                passed.append((url, repr(error)))
            else:
                passed.append((url, "fetched"))
    return passed


async def _passed_async() -> list[tuple[str, str]]:
    passed = []
    async with AsyncLLMKit() as kit:
        for url in SPELLINGS:
            try:
                await kit.fetch(Image(url=url))
            except SecurityError:
                continue
            except LLMKitError as error:
                passed.append((url, repr(error)))
            else:
                passed.append((url, "fetched"))
    return passed


@pytest.mark.parametrize("face", FACES)
def test_who_is_called_is_who_was_checked(face: str, net: Net) -> None:
    """A name that is public when it is looked up and private when it is connected to: it is looked up once."""
    net.answers["rebound.example"] = [[PUBLIC], [INSIDE]]
    with pytest.raises(ConnectionFailed):
        use(face, {}, "fetch", Image(url="https://rebound.example/cat"))
    assert (["rebound.example"], [PUBLIC]) == (net.asked, net.called)

    with pytest.raises(SecurityError, match="public internet"):
        use(face, {}, "fetch", Image(url="https://rebound.example/cat"))
    assert [PUBLIC] == net.called


@pytest.mark.parametrize("answers", [[PUBLIC, INSIDE], [INSIDE, PUBLIC], [PUBLIC, "::1"], ["2606:4700:4700::1111", "10.0.0.1"]])
@pytest.mark.parametrize("face", FACES)
def test_a_name_that_is_both_is_refused_whole(face: str, net: Net, answers: list[str]) -> None:
    """Whoever answers with both may answer with the other one next time."""
    net.answers["both.example"] = [answers]
    with pytest.raises(SecurityError, match="public internet"):
        use(face, {}, "fetch", Image(url="https://both.example/cat"))

    assert [] == net.called


HOPS = [
    "https://internal.example/",
    "https://mixed.example/",
    "https://127.1/",
    "//internal.example/",
    "https://[::ffff:127.0.0.1]/",
    "ftp://a/",
]


@pytest.mark.parametrize("target", HOPS)
def test_every_hop_is_checked(net: Net, target: str) -> None:
    """An open redirector leads anywhere; relative addresses are those of the hop."""
    with FakeHost() as host:
        net.known.add(int(host.url.rpartition(":")[2]))
        host.on("GET /cat", Reply(status=302, headers=(("Location", target),)))
        with pytest.raises(SecurityError):
            use("sync", {"fetch_origins": [host.url]}, "fetch", Image(url=f"{host.url}/cat"))

    assert ([], 1) == (net.called, len(host.requests))


@pytest.mark.parametrize("face", FACES)
def test_an_origin_that_the_client_trusts_is_fetched_from(face: str, net: Net) -> None:
    """By its whole origin: another port of the same machine is another."""
    with FakeHost() as host, FakeHost() as other:
        for one in (host, other):
            net.known.add(int(one.url.rpartition(":")[2]))
        host.on("GET /cat", bytes_reply(PNG, "image/png"))
        assert PNG == use(face, {"fetch_origins": [host.url]}, "fetch", Image(url=f"{host.url}/cat")).data
        with pytest.raises(SecurityError):
            use(face, {"fetch_origins": [host.url]}, "fetch", Image(url=f"{other.url}/cat"))

    assert [] == other.requests
