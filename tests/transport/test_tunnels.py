"""What a proxy is asked, byte by byte, what of its answers opens the tunnel, and what a TLS context is."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, ConnectionFailed, ProtocolError, SecurityError
from llmkit.transport import tls
from llmkit.transport.proxy import Proxy, ProxyAddress
from llmkit.transport.tls import tls_context
from llmkit.transport.trust import Trust
from llmkit.types.http import Origin

NAMED = Origin(scheme="https", host="api.example", port=443)
SIX = Origin(scheme="https", host="2001:db8::1", port=8443)


@pytest.mark.parametrize(
    ("url", "origin", "asked"),
    [
        ("http://p:1", NAMED, b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n"),
        ("HTTP://p:1", SIX, b"CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\n"),
        (
            "http://u%40:p@ss@p:1",
            NAMED,
            b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nProxy-Authorization: Basic dUA6cEBzcw==\r\n\r\n",
        ),
        (
            "http://u://x@p:1",
            NAMED,
            b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nProxy-Authorization: Basic dTovL3g=\r\n\r\n",
        ),
    ],
)
def test_a_tunnel_is_asked_for_word_by_word(url: str, origin: Origin, asked: bytes) -> None:
    proxy = Proxy(ProxyAddress(url))

    assert ("http://p:1", asked) == (str(proxy.origin), proxy.request(origin))


@pytest.mark.parametrize("url", ["https://p:1", "p:1", "http:p", "", "http://\u00fc:x@p:1"])
def test_what_is_no_proxy_is_said_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Proxy(url)
    assert "proxy" == caught.value.parameter
    with pytest.raises(SecurityError):
        Proxy("http://p:1/path")


def test_nothing_that_holds_the_address_shows_it() -> None:
    address = ProxyAddress("http://u:SECRETWORD@p:1")

    assert ("ProxyAddress(****)", ["text"], "http://u:SECRETWORD@p:1") == (repr(address), dir(address), address.text())
    assert (["answered", "origin", "request"], False) == (dir(Proxy(address)), "SECRETWORD" in repr(Proxy(address)))


LONGEST = 16 * 1024
OK = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("reply", "opened"),
    [
        (b"", False),
        (OK[:-1], False),
        (b"a" * LONGEST, False),
        (OK, True),
        (b"HTTP/1.0 204\r\nA: b\r\n\r\n", True),
        (b"HTTP/1.1 299 \r\n\r\n", True),
    ],
)
def test_an_answer_opens_the_tunnel_when_it_is_whole(reply: bytes, opened: bool) -> None:
    assert opened is Proxy("http://p:1").answered(reply)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"a" * (LONGEST + 1), "has no end"),
        (b"\r\n\r\n", "is not HTTP"),
        (b"a\r\n\r\n", "is not HTTP"),
        (b"HTTP/2.0 200 OK\r\n\r\n", "is not HTTP"),
        (OK + b"a", "ahead of the tunnel"),
        (OK + b"\r\n\r\n", "ahead of the tunnel"),
    ],
)
def test_an_answer_that_is_none_is_an_error(reply: bytes, words: str) -> None:
    """Bytes that come before the handshake could be taken for the origin's."""
    with pytest.raises(ProtocolError, match=words):
        Proxy("http://p:1").answered(reply)


@pytest.mark.parametrize(("status", "again"), [(100, False), (302, False), (407, False), (499, False), (500, True), (502, True)])
def test_a_refusal_may_be_tried_again_where_it_is_the_proxys_fault(status: int, again: bool) -> None:
    with pytest.raises(ConnectionFailed, match=rf"http://p:1 .*{status}") as caught:
        Proxy("http://p:1").answered(b"HTTP/1.1 %d No\r\n\r\n" % status)
    assert again is caught.value.retryable


def test_a_context_checks_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Names and certificates, by TLS 1.2 at least; keys are never logged, whatever the environment says."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    offered: list[Any] = []
    monkeypatch.setattr(ssl.SSLContext, "set_alpn_protocols", lambda self, names: offered.append(names))

    context = tls_context(Trust())

    assert (ssl.CERT_REQUIRED, True, ssl.TLSVersion.TLSv1_2) == (context.verify_mode, context.check_hostname, context.minimum_version)
    assert (True, False) == (bool(context.options & ssl.OP_NO_RENEGOTIATION), context.hostname_checks_common_name)
    assert context.options & ssl.OP_NO_COMPRESSION
    assert ([["http/1.1"]], None) == (offered, getattr(context, "keylog_filename", None))


class Loaded:
    """A context that notes what is loaded into it."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def load_verify_locations(self, cafile: Any = None, capath: Any = None) -> None:
        self.calls.append((cafile, capath))

    def load_default_certs(self) -> None:
        self.calls.append(("default",))

    def load_cert_chain(self, *what: Any) -> None:
        self.calls.append((*what[:2], what[2]()))


def loaded(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    made: Any = Loaded()
    monkeypatch.setattr(tls.ssl, "SSLContext", lambda protocol: made)
    for name in ("options", "set_alpn_protocols"):
        monkeypatch.setattr(Loaded, name, 0 if name == "options" else lambda self, names: None, raising=False)
    tls_context(trust)
    return made.calls


@pytest.mark.parametrize(
    ("trust", "calls"),
    [
        (Trust(ca_file="a"), [("a", None)]),
        (Trust(ca_dir="b"), [(None, "b")]),
        (Trust(ca_file="a", ca_dir="b", from_environment=True), [("a", "b")]),
        (Trust(from_environment=True), [("default",)]),
        (Trust(ca_file="a", client_certificate="c", client_key="k"), [("a", None), ("c", "k", "")]),
        (Trust(ca_file="a", client_certificate="c", client_key_password="p"), [("a", None), ("c", None, "p")]),
        (Trust(ca_file="a", client_certificate="c", client_key_password=lambda: "f"), [("a", None), ("c", None, "f")]),
    ],
)
def test_what_is_trusted_is_what_was_said(trust: Trust, calls: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a password OpenSSL would ask on the terminal."""
    assert calls == loaded(trust, monkeypatch)


def test_windows_has_its_own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    assert [("default",)] == loaded(Trust(), monkeypatch)


@pytest.mark.parametrize(
    ("there", "calls"),
    [
        (["ca.pem", "certs/a"], [("ca.pem", "certs")]),
        (["ca.pem", "certs"], [("ca.pem", None)]),
        (["certs/a"], [(None, "certs")]),
        (["other.pem"], [("other.pem", None)]),
        ([], []),
    ],
)
def test_the_systems_certificates_are_those_of_the_paths_compiled_in(
    there: list[str], calls: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The environment cannot choose others; an interpreter built elsewhere finds those of the distribution."""
    for name in there:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if name == "certs" else path.write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", "/evil.pem")
    monkeypatch.setattr(tls.ssl, "get_default_verify_paths", lambda: SimpleNamespace(openssl_cafile="ca.pem", openssl_capath="certs"))
    monkeypatch.setattr(tls, "_SYSTEM_FILES", ("nowhere.pem", "other.pem"))

    assert calls == loaded(Trust(), monkeypatch)


@pytest.mark.parametrize("trust", [Trust(ca_file="/nowhere"), Trust(client_certificate="/nowhere"), Trust(ca_file="\0")])
def test_certificates_that_cannot_be_loaded_are_said(trust: Trust) -> None:
    with pytest.raises(ConfigurationError, match=r"could not be loaded: (No such file|ValueError)") as caught:
        tls_context(trust)
    assert "trust" == caught.value.parameter


def test_trust_prints_no_password() -> None:
    shown = repr(Trust(ca_file="a", ca_dir="b", client_certificate="c", client_key_password="SECRETWORD"))

    assert "Trust(ca_file='a', ca_dir='b', client_certificate='c')" == shown
