"""What arguments may be: values that look right to one reader and wrong to another are not allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmkit.tools.policy_rules import ArgumentRule, anything, hosts, mail, one_of, said, within

HOSTS = hosts("example.com", ".docs.example.org", "api.example.net:8443")
MAIL = mail("example.com", ".example.org", "Ann@partner.example")
WORDS = ("You are Bob's clerk. Today is 2026-11-23.", "Pay 1,200 and 12.50 to GB29NWBK60161331926819, then tell Ann@Example.com: see you.")

ADDRESSES = [
    ("https://example.com", True),
    ("https://EXAMPLE.com/a?b=c#d", True),
    ("https://example.com:443/", True),
    ("https://a.b.docs.example.org/x", True),
    ("https://api.example.net:8443/v1", True),
    ("http://example.com", False),
    ("https://example.com:8443", False),
    ("https://api.example.net", False),
    ("https://docs.example.org", False),
    ("https://sub.example.com", False),
    ("https://example.com.evil.example", False),
    ("https://evilexample.com", False),
    ("https://example.com@evil.example", False),
    ("https://evil.example/#example.com", False),
    ("https://evil.example\\@example.com", False),
    ("https://example.com\\.evil.example", False),
    ("https:/example.com", False),
    ("//example.com", False),
    ("https://example.com /x", False),
    ("https://example.com/\nHost: evil.example", False),
    (" https://example.com", False),
    ("https://ex\u0430mple.com", False),  # a Cyrillic letter
    ("https://example.com%2eevil.example", False),
    ("https://.docs.example.org", False),
    ("https://x..docs.example.org", False),
    ("javascript://example.com/%0aalert(1)", False),
    ("example.com", False),
    ("", False),
    (["https://example.com", "https://example.com/2"], True),
    (["https://example.com", "https://evil.example"], False),
    ([["https://example.com"]], False),
    ({"url": "https://example.com"}, False),
    (7, False),
    (None, True),
]
MAILS = [
    ("bob@example.com", True),
    ("Bob+x@EXAMPLE.COM", True),
    ("ann@partner.example", True),
    ("bob@partner.example", False),
    ("bob@a.example.org", True),
    ("bob@example.org", False),
    ("bob@example.com.evil.example", False),
    ("bob@example.com,eve@evil.example", False),
    ("eve@evil.example, bob@example.com", False),
    ("bob@example.com\nBcc: eve@evil.example", False),
    ("eve%evil.example@example.com", False),
    ("evil.example!eve@example.com", False),
    ('"eve@evil.example"@example.com', False),
    ("Bob <bob@example.com>", False),
    ("eve@evil.example <bob@example.com>", False),
    ("bob@example.com\0", False),
    ("@example.com", False),
    (["bob@example.com", "eve@evil.example"], False),
]
SAID = [
    ("GB29NWBK60161331926819", True),
    ("GB29NWBK6016133192681", False),
    ("gb29nwbk60161331926819", False),
    ("ann@example.com", True),
    ("n@example.com", False),
    ("ann@example.co", False),
    ("example.com", False),
    ("Bob", True),
    ("2026-11-23", True),
    ("2026-11-2", False),
    ("11", False),
    (1200, True),
    (1200.0, True),
    (12.5, True),
    (12, False),
    (200, False),
    (0.5, False),
    ("see you", True),
    ("see you\n", False),
    ("", False),
    (" ", False),
    (True, False),
    (float("nan"), False),
    (["Bob", 1200], True),
    (["Bob", "Eve"], False),
    ({"name": "Bob"}, False),
]


@pytest.mark.parametrize(
    ("rule", "value", "allowed"),
    [*[(HOSTS, *row) for row in ADDRESSES], *[(MAIL, *row) for row in MAILS], *[(said(), *row) for row in SAID]],
    ids=lambda value: value.name if isinstance(value, ArgumentRule) else ascii(value),
)
def test_a_value_is_allowed_only_where_every_reader_reads_the_same(rule: ArgumentRule, value: Any, allowed: bool) -> None:
    assert allowed == rule.keeps(value, WORDS)


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("a.txt", True),
        ("deep/a.txt", True),
        ("{folder}/a.txt", True),
        ("{folder}", True),
        ("{folder}x/a.txt", False),
        ("../a.txt", False),
        ("deep/../../a.txt", False),
        ("deep/../a.txt", False),  # a tool may read it before it follows a link, or after
        ("/etc/passwd", False),
        ("out/passwd", False),
        ("~/a.txt", False),
        ("$HOME/a.txt", False),
        ("file:///etc/passwd", False),
        ("deep\\..\\..\\a.txt", False),
        ("a.txt\0.png", False),
        ("", False),
        (["a.txt", "/etc/passwd"], False),
    ],
    ids=ascii,
)
def test_a_path_must_lie_in_a_folder_links_followed(value: Any, allowed: bool, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "out").symlink_to("/etc")
    value = value.replace("{folder}", str(folder)) if isinstance(value, str) else value

    assert allowed == within(folder).keeps(value, ())


def test_values_of_a_list_are_of_its_kind_too() -> None:
    """True is 1 in Python, and nothing that somebody meant."""
    rule = one_of("a", 1)

    assert [True, True, False, False, True] == [rule.keeps(value, ()) for value in ("a", 1, True, "b", ["a", 1])]
    assert anything().keeps({"a": [["b"]]}, ())


PIECES = st.sampled_from(
    ["https://", "http://", "example.com", ".docs.example.org", "evil", ".", ":", "443", "@", "/", "\\", "?", "#", "%2e", " ", "\n", ","]
)


@given(st.lists(PIECES, max_size=8).map("".join))
@settings(max_examples=40)
@example("https://example.com:443/@evil")
@example("https://x.docs.example.org?@example.com")
def test_an_address_that_is_allowed_is_there_for_other_readers_too(url: str) -> None:
    if HOSTS.keeps(url, ()):
        host = urlsplit(url).hostname or ""
        assert host == "example.com" or host.endswith(".docs.example.org")
        assert not set("\\ \n").intersection(url)


@given(
    st.lists(
        st.sampled_from(["bob", "@", "example.com", ".", "evil", ",", ";", " ", "\n", "<", ">", "%", "!", '"', "(", ")"]), max_size=8
    ).map("".join)
)
@settings(max_examples=40)
def test_a_mail_address_that_is_allowed_is_one_address(value: str) -> None:
    if MAIL.keeps(value, ()):
        assert "example.com" == value.rpartition("@")[2]
        assert not set(", ;\n<>%!()").intersection(value)
        assert 1 == value.count("@")
