"""How an OAuth server is asked in each style, and what is said where something lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from llmkit.auth.oauth import oauth_found, oauth_source
from llmkit.auth.schemes import OAuthAuth
from llmkit.auth.secret import Secret
from llmkit.errors import ConfigurationError, MissingKey
from tests.auth.asked import DEADLINE, LIMITS, Recorder, circumstances_of
from tests.auth.test_azure_places import FORM, TOKEN, handed


def oauth(style: str, **fields: Any) -> OAuthAuth:
    return OAuthAuth(
        token_url="https://{host_name}/t", style=style, grant={"grant_type": "g", "who": "{who}"}, headers={"X-Id": "{uuid}"}, **fields
    )


FILLED = {"host_name": "oauth.example", "who": "me", "client_id": "app"}
STYLES: dict[str, tuple[str, dict[str, str]]] = {
    "form": ("&client_id=app&client_secret=s", {}),
    "basic": ("", {"Authorization": "Basic YXBwOnM="}),
    "key": ("&apikey=k", {}),
    "basic_key": ("", {"Authorization": "Basic k"}),
}


@pytest.mark.parametrize("style", STYLES)
def test_an_oauth_servers_question(style: str, tmp_path: Path) -> None:
    body, proof = STYLES[style]
    by_key = style in ("key", "basic_key")
    secret = Secret("k") if by_key else None
    given = circumstances_of(tmp_path, settings=FILLED, secret=secret, secrets={} if by_key else {"client_secret": Secret("s")})
    server, source = Recorder(TOKEN), oauth_source(oauth(style), given)

    known = [secret.reveal() for secret in source.secrets()]
    assert (("Authorization", "Bearer first"),) == handed(source, server)
    sent = server.sent()
    fresh = sent["headers"].pop("X-Id")
    assert {
        "method": "POST",
        "url": "https://oauth.example/t",
        "headers": FORM,
        "body": f"grant_type=g&who=me{body}".encode(),
        "proof": proof,
        "deadline": DEADLINE,
        "timeouts": LIMITS,
    } == sent
    assert (36, ["k" if by_key else "s"]) == (len(fresh), known)
    assert Secret(quote("https://oauth.example app")).fingerprint() == source.account


@pytest.mark.parametrize(
    ("url", "asked"), [("other.example/x", "https://other.example/x"), ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x")]
)
def test_a_token_servers_address_can_be_a_setting(url: str, asked: str, tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, settings={**FILLED, "token_url": url}, secret=Secret("k"))
    server = Recorder(TOKEN)

    handed(oauth_source(oauth("key", key_field="other"), given), server)

    assert (asked, True) == (server.sent()["url"], server.sent()["body"].endswith(b"&other=k"))


def test_accounts_of_keys_are_told_apart_without_them(tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, settings={"host_name": "h.example", "who": "me"}, secret=Secret("k"))

    account = oauth_source(oauth("key"), given).account

    assert Secret(quote(f"https://h.example {Secret('k').fingerprint()}")).fingerprint() == account


LACKING: list[tuple[str, dict[str, Any], bool]] = [
    ("form", {}, False),
    ("form", {"settings": FILLED}, False),
    ("form", {"secrets": {"client_secret": Secret("s")}}, False),
    ("form", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, True),
    ("form", {"secret": Secret("k")}, True),
    ("form", {"secrets": {"access_token": Secret("t")}}, True),
    ("key", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, False),
    ("basic_key", {"settings": FILLED, "secrets": {"client_secret": Secret("s")}}, False),
    ("key", {"settings": FILLED, "secret": Secret("k")}, True),
    ("basic_key", {"settings": FILLED, "secret": Secret("k")}, True),
]


@pytest.mark.parametrize(("style", "fields", "found"), LACKING)
def test_oauths_credentials_count_only_with_all_that_they_need(style: str, fields: dict[str, Any], found: bool, tmp_path: Path) -> None:
    given = circumstances_of(tmp_path, **fields)

    assert found == oauth_found(oauth(style), given)
    if found:
        assert oauth_source(oauth(style), given) is not None
    else:
        with pytest.raises(MissingKey, match=r"cloud.*CLOUD_KEY"):
            oauth_source(oauth(style), given)


def test_a_token_is_no_exchange(tmp_path: Path) -> None:
    """Neither one that was given, nor a key beside a scheme of client credentials."""
    server = Recorder(TOKEN)
    given = circumstances_of(tmp_path, secret=Secret("k"), secrets={"access_token": Secret("t")})

    assert (("Authorization", "Bearer t"),) == handed(oauth_source(oauth("key"), given), server)
    assert (("Authorization", "Bearer k"),) == handed(oauth_source(oauth("form"), circumstances_of(tmp_path, secret=Secret("k"))), server)
    assert [] == server.requests


@pytest.mark.parametrize(("lost", "style"), [("host_name", "key"), ("who", "key"), (None, "unknown")])
def test_a_setting_that_a_token_server_needs_is_named(lost: str | None, style: str, tmp_path: Path) -> None:
    settings = {name: value for name, value in FILLED.items() if name != lost}
    given = circumstances_of(tmp_path, settings=settings, secret=Secret("k") if lost else None, secrets={"client_secret": Secret("s")})

    with pytest.raises(ConfigurationError) as caught:
        handed(oauth_source(oauth(style), given), Recorder(TOKEN))
    assert (f"settings.cloud.{lost}" if lost else "auth") == caught.value.parameter
