"""A key goes only where it belongs; through every face."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from llmkit.errors import InvalidRequest, ProtocolError, SecurityError, TLSError
from llmkit.testing import Answer, FakeProvider, Fault
from tests.faces import DIALECTS, FACES, ask, client_of

pytestmark = pytest.mark.parametrize("face", FACES)


@pytest.mark.parametrize("url", ["http://llm.example.com/v1", "http://10.0.0.1/v1", "http://169.254.169.254/v1"])
def test_plain_http_beyond_this_machine_is_refused(face: str, url: str) -> None:
    with pytest.raises(SecurityError, match="https"):
        ask(face, {"keys": {"openai": "sk-x"}, "base_urls": {"openai": url}}, "openai/gpt-4.1-mini", "hi")


@pytest.mark.parametrize(
    "url", ["ftp://x/v1", "//x/v1", "https://user:pw@x/v1", "https://x/v1#f", "https://x\\@evil/v1", "https:///v1", "x"]
)
def test_an_address_that_two_parsers_could_read_differently_is_refused(face: str, url: str) -> None:
    with pytest.raises(InvalidRequest):
        ask(face, {"keys": {"openai": "sk-x"}, "base_urls": {"openai": url}}, "openai/gpt-4.1-mini", "hi")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_carries_the_key_anywhere(face: str, fake: FakeProvider, status: int) -> None:
    with FakeProvider(fake.dialect) as other:
        fake.add(Fault.redirect(status, to=other.base_url))

        with pytest.raises(ProtocolError, match="redirect"):
            ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi")

        assert 0 == other.connections


def test_a_certificate_nobody_vouches_for_is_refused_and_an_own_authority_accepted(face: str) -> None:
    with FakeProvider("anthropic", tls=True) as fake:
        fake.add(Answer(text="over TLS"))
        model = DIALECTS["anthropic"][1]

        with pytest.raises(TLSError):
            ask(face, client_of(fake, retries=0), model, "hi")
        assert [] == fake.requests

        assert "over TLS" == ask(face, client_of(fake, ca_file=fake.ca_file), model, "hi").text


def test_the_environments_proxy_is_not_used(face: str, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    fake.add(Answer(text="direct"))

    assert "direct" == ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi").text


def test_the_key_stands_in_one_header_and_nowhere_else(face: str, fake: FakeProvider) -> None:
    fake.add(Answer(text="ok"))

    ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi")

    (request,) = fake.requests
    assert 1 == sum(fake.key in value for value in request.headers.values())
    assert fake.key not in request.path
    assert fake.key not in str(request.json)


def test_a_key_that_the_provider_echoes_does_not_come_back(face: str, fake: FakeProvider) -> None:
    fake.add(Fault.error("unauthorized", message=f"Incorrect API key provided: {fake.key}."))

    with pytest.raises(Exception) as caught:
        ask(face, client_of(fake), DIALECTS[fake.dialect][1], "hi")

    assert fake.key not in str(caught.value) + repr(caught.value) + str(vars(caught.value))


@pytest.mark.parametrize("allowed", [True, False])
def test_an_insecure_address_is_possible_where_the_users_own_file_allows_it(
    face: str, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1" if host == "llm.lan" else host, *rest, **more)
    )
    with FakeProvider("openai_chat") as fake:
        fake.always(Answer(text="over the local network"))
        address = fake.base_url.replace("127.0.0.1", "llm.lan")
        file = tmp_path / "c.toml"
        file.write_text(f'[providers.lan]\nbase_url = "{address}"\ninsecure = {str(allowed).lower()}\n')
        client = {"config": file, "keys": {"lan": fake.key}, "retries": 0}

        if allowed:
            assert "over the local network" == ask(face, client, "lan/m", "hi").text
            return
        with pytest.raises(SecurityError):
            ask(face, client, "lan/m", "hi")
        assert [] == fake.requests
