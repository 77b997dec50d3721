"""Certificates and engines for the transport's tests."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from .engines import ENGINES, Engine


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


class Authority:
    """A certificate authority that lives for one test session."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ca = trustme.CA()
        self.file = str(directory / "ca.pem")
        self.ca.cert_pem.write_to_path(self.file)

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """Return a server context with a certificate for `names`."""
        past = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
        cert = self.ca.issue_cert(*(names or ("127.0.0.1", "localhost")), not_after=past if expired else None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(context)
        return context

    def self_signed(self) -> ssl.SSLContext:
        """Return a server context whose certificate nobody else vouches for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        path = self.directory / "self.pem"
        other = trustme.CA()
        path.write_bytes(other.private_key_pem.bytes() + other.cert_pem.bytes())
        context.load_cert_chain(path)
        return context

    def client_files(self) -> tuple[str, str]:
        """Return the paths of a client's certificate and key."""
        cert = self.ca.issue_cert("client.example")
        certificate, key = self.directory / "client.pem", self.directory / "client.key"
        certificate.write_bytes(b"".join(pem.bytes() for pem in cert.cert_chain_pems))
        key.write_bytes(cert.private_key_pem.bytes())
        return str(certificate), str(key)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def another_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"))


Maker = Callable[..., object]
