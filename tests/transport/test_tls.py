"""TLS: whom we trust, what we show, and that nothing is said to a stranger."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from llmkit.errors import ConfigurationError, TLSError
from llmkit.transport import Trust
from llmkit.types.http import Transport

from .conftest import Authority
from .engines import Engine, request_to, whole
from .servers import Server, answering


def _call(engine: Engine, server: Server, trust: Trust, host: str = "localhost") -> Any:
    request = request_to(server.port, scheme="https", host=host)
    return engine.play(lambda transport: whole(transport, request), trust=trust)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_an_own_authority_is_trusted_when_named(engine: Engine, authority: Authority, host: str) -> None:
    with Server(answering(), tls=authority.server()) as server:
        assert (200, b"ok") == _call(engine, server, Trust(ca_file=authority.file), host)

    assert f"{host}:{server.port}" == server.requests[0].headers["host"]


def _stranger(kind: str, authority: Authority, another: Authority) -> tuple[ssl.SSLContext, Trust]:
    contexts = {
        "wrong-host": lambda: authority.server("other.example"),
        "expired": lambda: authority.server("localhost", expired=True),
        "unknown-authority": lambda: another.server("localhost"),
        "self-signed": authority.self_signed,
        "system-trust": lambda: authority.server("localhost"),
    }
    return contexts[kind](), Trust() if kind == "system-trust" else Trust(ca_file=authority.file)


@pytest.mark.parametrize("kind", ["wrong-host", "expired", "unknown-authority", "self-signed", "system-trust"])
def test_a_stranger_gets_no_byte_of_the_request(engine: Engine, authority: Authority, another_authority: Authority, kind: str) -> None:
    context, trust = _stranger(kind, authority, another_authority)

    with Server(answering(), tls=context) as server, pytest.raises(TLSError) as caught:
        _call(engine, server, trust)

    assert 0 == server.bytes_seen
    assert not caught.value.retryable


def test_an_own_authority_replaces_the_system(engine: Engine, authority: Authority, another_authority: Authority) -> None:
    with Server(answering(), tls=authority.server()) as server, pytest.raises(TLSError):
        _call(engine, server, Trust(ca_file=another_authority.file))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_refused(engine: Engine, authority: Authority) -> None:
    context = authority.server()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with Server(answering(), tls=context) as server, pytest.raises(TLSError):
        _call(engine, server, Trust(ca_file=authority.file))

    assert 0 == server.bytes_seen


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_is_shown(engine: Engine, authority: Authority, version: ssl.TLSVersion) -> None:
    context = authority.server()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    authority.ca.configure_trust(context)
    certificate, key = authority.client_files()

    with Server(answering(), tls=context) as server:
        trust = Trust(ca_file=authority.file, client_certificate=certificate, client_key=key)
        assert (200, b"ok") == _call(engine, server, trust)


def test_a_missing_client_certificate_is_a_typed_error(engine: Engine, authority: Authority) -> None:
    context = authority.server()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    authority.ca.configure_trust(context)

    with Server(answering(), tls=context) as server, pytest.raises(TLSError):
        _call(engine, server, Trust(ca_file=authority.file))


def test_session_keys_are_never_logged(engine: Engine, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))

    with Server(answering(), tls=authority.server()) as server:
        _call(engine, server, Trust(ca_file=authority.file))

    assert not log.exists()


def test_the_environment_cannot_name_authorities_unless_asked(
    engine: Engine, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority.file)

    with Server(answering(), tls=authority.server()) as server:
        with pytest.raises(TLSError):
            _call(engine, server, Trust())
        assert (200, b"ok") == _call(engine, server, Trust(from_environment=True))


def test_only_http_1_1_is_offered(engine: Engine, authority: Authority) -> None:
    chosen: list[str | None] = []
    context = authority.server()
    context.set_alpn_protocols(["h2", "http/1.1"])

    def script(peer: Any) -> None:
        chosen.append(peer.sock.selected_alpn_protocol())
        answering()(peer)

    with Server(script, tls=context) as server:
        _call(engine, server, Trust(ca_file=authority.file))

    assert ["http/1.1"] == chosen


def test_connections_of_two_names_are_never_mixed(engine: Engine, authority: Authority) -> None:
    async def scenario(transport: Transport) -> None:
        for host in ("localhost", "127.0.0.1", "localhost"):
            await whole(transport, request_to(server.port, scheme="https", host=host))

    with Server(answering(), tls=authority.server()) as server:
        engine.play(scenario, trust=Trust(ca_file=authority.file))

    assert [1, 2, 1] == [received.connection for received in server.requests]


def test_a_large_body_survives_tls(engine: Engine, authority: Authority) -> None:
    body = bytes(range(256)) * 8192
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    with Server(answering(answer), tls=authority.server()) as server:
        request = request_to(server.port, scheme="https", host="localhost", body=body)
        assert (200, body) == engine.play(lambda transport: whole(transport, request), trust=Trust(ca_file=authority.file))

    assert body == server.requests[0].body


@pytest.mark.parametrize(
    "trust",
    [Trust(ca_file="/nowhere/ca.pem"), Trust(client_certificate="/nowhere/client.pem")],
    ids=["authority", "certificate"],
)
def test_certificates_that_are_not_there_are_a_configuration_error(engine: Engine, trust: Trust) -> None:
    with Server(answering()) as server, pytest.raises(ConfigurationError):
        _call(engine, server, trust)


def test_an_encrypted_key_needs_its_password_and_never_asks_the_terminal(authority: Authority, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    from llmkit.transport.tls import tls_context

    certificate, key = authority.client_files()
    private = serialization.load_pem_private_key(Path(key).read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"opensesame")
        )
    )

    tls_context(Trust(client_certificate=certificate, client_key=str(locked), client_key_password=lambda: "opensesame"))
    with pytest.raises(ConfigurationError):
        tls_context(Trust(client_certificate=certificate, client_key=str(locked)))
    assert "opensesame" not in repr(Trust(client_key_password="opensesame"))
