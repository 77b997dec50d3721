"""Which addresses a link may reach, which credential goes where, and through which proxy: each rule at its edges."""

from __future__ import annotations

from typing import Any

import pytest

from llmkit.auth.header import HeaderCredential
from llmkit.auth.secret import Secret
from llmkit.errors import SecurityError
from llmkit.transport.policy import Policy, check_credential, is_machine, joined, parse_origin, parse_url, proxy_for
from llmkit.transport.proxy import Proxy
from llmkit.transport.public import check_public, is_public
from llmkit.types.http import HttpRequest, Origin

PUBLIC: list[tuple[str, bool]] = [
    ("8.8.8.8", True),
    ("8.8.8.8%eth0", True),
    ("2606:4700::1%eth0", True),
    ("168.63.129.15", True),
    ("168.63.129.17", True),
    ("192.88.98.255", True),
    ("192.88.100.0", True),
    ("1fff:ffff::1", False),
    ("2001:200::1", True),
    ("2003::1", True),
    ("3fff:1000::1", True),
    ("4000::", False),
    ("2600::5eff:7f00:1", True),
    ("2600::200:5efe:7f00:1", False),
    ("2600::1:0:5efe:7f00:1", False),
    ("224.0.0.1", False),
    ("ff0e::1", False),
    ("", False),
]


@pytest.mark.parametrize(("address", "public"), PUBLIC)
def test_what_is_public_ends_where_the_registries_say(address: str, public: bool) -> None:
    assert public == is_public(address)


def asked(*places: tuple[str, int]) -> None:
    addresses: Any = [(None, place) for place in places]
    check_public("links.example", addresses)


@pytest.mark.parametrize("ports", [(80,), (443,), (80, 443)])
def test_the_ports_of_the_web_are_reached(ports: tuple[int, ...]) -> None:
    asked(*[("8.8.8.8", port) for port in ports])
    asked()


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([("8.8.8.8", 443), ("10.0.0.1", 443)], "links.example: it is not in the public internet"),
        ([("8.8.8.8", 443), ("8.8.8.8", 22)], "links.example: its port 22 is not one of the web"),
        ([("8.8.8.8", 81)], "links.example: its port 81"),
        ([("8.8.8.8", 444)], "links.example: its port 444"),
    ],
)
def test_one_address_that_is_not_is_enough(places: list[tuple[str, int]], words: str) -> None:
    """Whoever answers with both may answer with the other one next time; the error says how to trust a host."""
    with pytest.raises(SecurityError, match=f"{words}.*fetch_origins") as caught:
        asked(*places)
    assert "url" == caught.value.parameter


REFUSED: dict[str, str] = {
    "https://a b/": "a space.*punycode",
    "https://a\\b/": "a backslash",
    "https://a/#b": "a fragment",
    "https://u@a/": "user information.*Pass the key as a key",
    "https:a": "scheme://host.*Write https://host/path",
    "ftp://a/": "scheme is neither",
    "https://a/../b": "a step of its path",
    "https://a:0/": "its port",
    "https://a:99999/": "its port",
    "https://[fe80::1%25e]/": "zone",
    "https://[1]/": "IPv6 address is malformed",
    "https://1.2.3/": "four decimal numbers",
    "https://a$/": "host name is malformed",
}


@pytest.mark.parametrize("url", REFUSED)
def test_each_refusal_names_its_rule_and_the_setting(url: str) -> None:
    """Never the address: it may hold a key."""
    with pytest.raises(SecurityError, match=REFUSED[url]) as caught:
        parse_url(url)
    assert "base_url" == caught.value.parameter


LONG = ".".join(["a" * 63] * 3)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a:65535/", True),
        ("https://a:1/", True),
        (f"https://{LONG}.{'b' * 61}/", True),
        (f"https://{LONG}.{'b' * 62}/", False),
        (f"https://{'a' * 63}/", True),
        ("https://a?x=https://u@b/", True),
        ("https://a/x?y@z", True),
        ("https://a.0x1f/", False),
        ("https://a.0xg/", True),
        ("https://12a/", True),
    ],
)
def test_the_longest_and_the_strangest_addresses_that_are_ones(url: str, good: bool) -> None:
    if good:
        assert parse_url(url)
    else:
        with pytest.raises(SecurityError):
            parse_url(url)


def test_an_origin_has_no_path() -> None:
    assert Origin(scheme="https", host="a", port=443) == parse_origin("https://a") == parse_origin("https://a/")
    with pytest.raises(SecurityError, match="an origin has no path") as caught:
        parse_origin("https://a/b")
    assert "base_url" == caught.value.parameter
    assert "https://a/c" == joined("https://a/b", "c")
    with pytest.raises(SecurityError, match="an answer points to"):
        joined("https://a", "https://[")


MACHINE = Origin(scheme="http", host="169.254.169.254", port=80, machine=True)


@pytest.mark.parametrize(
    ("origin", "machine"),
    [
        (MACHINE, True),
        (MACHINE.replace(machine=False), False),
        (MACHINE.replace(scheme="https"), False),
        (MACHINE.replace(port=81), False),
        (MACHINE.replace(host="169.254.169.253"), False),
    ],
)
def test_a_machine_service_is_one_by_all_its_marks(origin: Origin, machine: bool) -> None:
    assert machine == is_machine(origin)


def test_a_refused_origin_says_how_it_could_be_allowed() -> None:
    origin = Origin(scheme="http", host="10.0.0.1", port=81)
    with pytest.raises(SecurityError, match=r"10\.0\.0\.1:81.*insecure_origins=\['http://10\.0\.0\.1:81'\]") as caught:
        Policy().check_origin(origin)
    with pytest.raises(SecurityError, match=r"normal form.*parse_url") as second:
        Policy().check_origin(origin.replace(host="A"))
    assert ("base_url", "base_url") == (caught.value.parameter, second.value.parameter)
    Policy([origin]).check_origin(origin)
    Policy(["http://10.0.0.1:81"]).check_origin(origin.replace(machine=True))
    Policy().check_origin(Origin(scheme="http", host="::1", port=81))
    Policy().check_origin(Origin(scheme="https", host="2001:db8::1", port=81))


def test_a_key_goes_to_its_own_origin_alone() -> None:
    mine, other = (Origin(scheme="https", host=host, port=443) for host in ("mine.example", "other.example"))
    credential = HeaderCredential(Secret("k"), origin=mine)

    check_credential(HttpRequest(method="GET", origin=mine, path="/", credential=credential))
    check_credential(HttpRequest(method="GET", origin=other, path="/"))
    with pytest.raises(SecurityError, match=r"belongs to https://mine\.example.*goes to https://other\.example") as caught:
        check_credential(HttpRequest(method="GET", origin=other, path="/", credential=credential))
    assert "base_url" == caught.value.parameter


def test_a_proxy_is_for_https_alone() -> None:
    proxy = Proxy("http://p:3128")
    secure = Origin(scheme="https", host="a", port=443)
    local = Origin(scheme="http", host="127.0.0.1", port=80)

    assert (proxy, None, None) == (proxy_for(secure, proxy), proxy_for(local, proxy), proxy_for(MACHINE, proxy))
    assert proxy_for(Origin(scheme="http", host="a", port=80), None) is None
    with pytest.raises(SecurityError, match=r"10\.0\.0\.1:81.*https") as caught:
        proxy_for(Origin(scheme="http", host="10.0.0.1", port=81), proxy)
    assert "proxy" == caught.value.parameter
