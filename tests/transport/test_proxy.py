"""Proxies: only when asked for, only by CONNECT, and their password for them alone."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, ConnectionFailed, ProtocolError, SecurityError, Timeout
from llmkit.transport import TransportSettings, Trust
from llmkit.types.http import Transport

from .conftest import Authority
from .engines import QUICK, Engine, request_to, whole
from .servers import Peer, Server, answering, silent


def tunnel(authority: Authority, reply: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Any:
    """Play the proxy, and behind the tunnel the origin."""

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(reply)
        peer.start_tls(authority.server("api.example"))
        answering()(peer)

    return script


def _call(engine: Engine, proxy: str, authority: Authority, **changes: Any) -> Any:
    request = request_to(443, scheme="https", host="api.example", **changes)
    return engine.play(lambda transport: whole(transport, request), proxy=proxy, trust=Trust(ca_file=authority.file))


def test_https_goes_through_the_tunnel(engine: Engine, authority: Authority) -> None:
    with Server(tunnel(authority)) as proxy:
        assert (200, b"ok") == _call(engine, f"http://user%40:p%3Ass@127.0.0.1:{proxy.port}", authority)

    connect, call = proxy.requests
    assert ("CONNECT", "api.example:443") == (connect.method, connect.path)
    assert "Basic " + base64.b64encode(b"user@:p:ss").decode() == connect.headers["proxy-authorization"]
    assert ("POST", "api.example") == (call.method, call.headers["host"])
    assert "proxy-authorization" not in call.headers


def test_a_tunnel_is_kept_and_used_again(engine: Engine, authority: Authority) -> None:
    async def scenario(transport: Transport) -> None:
        for _ in range(3):
            await whole(transport, request_to(443, scheme="https", host="api.example"))

    with Server(tunnel(authority)) as proxy:
        engine.play(scenario, proxy=f"http://127.0.0.1:{proxy.port}", trust=Trust(ca_file=authority.file))

    assert ["CONNECT", "POST", "POST", "POST"] == [received.method for received in proxy.requests]


def test_the_environment_names_no_proxy(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answering()) as server, Server(silent) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (200, b"ok") == engine.play(lambda transport: whole(transport, request_to(server.port)))

    assert 0 == proxy.accepted


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses_is_a_typed_error(engine: Engine, authority: Authority, status: int) -> None:
    reply = b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status

    with Server(answering(reply)) as proxy, pytest.raises(ConnectionFailed) as caught:
        _call(engine, f"http://user:secret@127.0.0.1:{proxy.port}", authority)

    assert "secret" not in str(caught.value)
    assert ["CONNECT"] == [received.method for received in proxy.requests]


def test_a_proxy_that_talks_nonsense_is_a_typed_error(engine: Engine, authority: Authority) -> None:
    with Server(answering(b"nonsense\r\n\r\n")) as proxy, pytest.raises((ProtocolError, ConnectionFailed)):
        _call(engine, f"http://127.0.0.1:{proxy.port}", authority)


def test_a_silent_proxy_is_a_connect_timeout(engine: Engine, authority: Authority) -> None:
    with Server(silent) as proxy, pytest.raises(Timeout) as caught:
        _call(
            engine, f"http://127.0.0.1:{proxy.port}", authority, timeouts=QUICK.replace(connect=0.1, first_event=5 if engine.ours else 0.1)
        )

    if engine.ours:  # httpcore counts the wait for CONNECT's answer as a read
        assert "connect" == caught.value.phase


def test_loopback_is_reached_without_the_proxy(engine: Engine, authority: Authority) -> None:
    with Server(answering()) as server, Server(silent) as proxy:
        call = request_to(server.port)
        assert (200, b"ok") == engine.play(lambda transport: whole(transport, call), proxy=f"http://127.0.0.1:{proxy.port}")

    assert 0 == proxy.accepted


def test_plain_http_never_goes_through_a_proxy(engine: Engine) -> None:
    origin = "http://10.1.2.3:8000"

    with pytest.raises(SecurityError):
        engine.play(
            lambda transport: whole(transport, request_to(8000, host="10.1.2.3")), proxy="http://127.0.0.1:1", insecure_origins=[origin]
        )


@pytest.mark.parametrize("proxy", ["https://127.0.0.1:1", "127.0.0.1:1", "socks5://127.0.0.1:1", ""])
def test_a_proxy_is_an_http_url(engine: Engine, proxy: str) -> None:
    with pytest.raises(ConfigurationError):
        engine.make(proxy=proxy)


def test_settings_never_print_the_password() -> None:
    settings = TransportSettings.of(proxy="http://user:secret@127.0.0.1:1", client_certificate=("a.pem", "a.key"))

    assert "secret" not in repr(settings)
    assert "a.key" == settings.trust.client_key
