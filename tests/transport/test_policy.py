"""The one URL parser, and which origins it lets through."""

from __future__ import annotations

import pytest

from llmkit.errors import SecurityError
from llmkit.transport import parse_url
from llmkit.transport.policy import Policy, is_loopback, joined, leads_up
from llmkit.types.http import Origin

ACCEPTED = [
    ("https://example.com", ("https", "example.com", 443), "/"),
    ("https://example.com/", ("https", "example.com", 443), "/"),
    ("https://example.com/v1/chat?x=1&y=%20", ("https", "example.com", 443), "/v1/chat?x=1&y=%20"),
    ("https://example.com?x", ("https", "example.com", 443), "/?x"),
    ("HTTPS://EXAMPLE.com/A", ("https", "example.com", 443), "/A"),
    ("https://example.com:8443/", ("https", "example.com", 8443), "/"),
    ("https://example.com:443/", ("https", "example.com", 443), "/"),
    ("https://example.com./x", ("https", "example.com", 443), "/x"),
    ("https://my_host-1.example/x", ("https", "my_host-1.example", 443), "/x"),
    ("https://xn--bcher-kva.example/", ("https", "xn--bcher-kva.example", 443), "/"),
    ("https://example.com/a@b:c", ("https", "example.com", 443), "/a@b:c"),
    ("http://localhost:11434/v1", ("http", "localhost", 11434), "/v1"),
    ("http://127.0.0.1", ("http", "127.0.0.1", 80), "/"),
    ("http://[::1]:8080/x", ("http", "::1", 8080), "/x"),
    ("https://[2001:DB8:0:0::1]/", ("https", "2001:db8::1", 443), "/"),
    ("https://1.2.3.4/", ("https", "1.2.3.4", 443), "/"),
]

REFUSED = [
    "",
    "example.com",
    "example.com/v1",
    "//example.com/v1",
    "https:example.com",
    "https:/example.com",
    "https:///x",
    "https://",
    "https://:443/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://example.com#x",
    "https://example.com/#x",
    "https://example.com\\@evil.example/",
    "https:\\\\example.com/",
    "https://example.com/a b",
    " https://example.com/",
    "https://example.com/\n",
    "https://exa\tmple.com/",
    "https://example.com/\x00",
    "https://example.com/\x7f",
    "https://b\u00fccher.example/",
    "https://example.com/\u20ac",
    "https://\u0430pi.example/",
    "https://127\u30020\u30020\u30021/",
    "https://example.com:0/",
    "https://example.com:/",
    "https://example.com:65536/",
    "https://example.com:0443/",
    "https://example.com:+443/",
    "https://example.com:x/",
    "https://example.com:443:443/",
    "https://example..com/",
    "https://.example.com/",
    "https://example.com../",
    "https://./",
    "https://-example.com/",
    "https://example-.com/",
    "https://exa%6dple.com/",
    "https://exa$mple.com/",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 130 + "com/",
    "https://127.1/",
    "https://0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://127.0.0.01/",
    "https://127.0.0.256/",
    "https://1.2.3.4.5/",
    "https://example.123/",
    "https://[::1/",
    "https://::1/",
    "https://[::1]x/",
    "https://[fe80::1%25eth0]/",
    "https://[127.0.0.1]/",
    "https://[]/",
    "https://[v1.x]/",
    "https://example.com/../v1",
    "https://example.com/v1/.",
    "https://example.com/%2E%2e%2fv1",
]


@pytest.mark.parametrize(("url", "origin", "path"), ACCEPTED, ids=[case[0] for case in ACCEPTED])
def test_a_plain_url_has_one_origin_and_one_path(url: str, origin: tuple[str, str, int], path: str) -> None:
    scheme, host, port = origin

    assert (Origin(scheme=scheme, host=host, port=port), path) == parse_url(url)


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_could_be_read_two_ways_is_refused(url: str) -> None:
    with pytest.raises(SecurityError) as caught:
        parse_url(url)

    assert "secret" not in str(caught.value)


def test_an_origin_reads_back_as_itself() -> None:
    for url, _, _ in ACCEPTED:
        origin, _ = parse_url(url)
        assert (origin, "/") == parse_url(str(origin))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::", False),
        ("127.0.0.1.example", False),
    ],
)
def test_loopback_is_told_by_its_spelling(host: str, loopback: bool) -> None:
    assert loopback == is_loopback(host)


def test_plain_http_passes_only_for_the_very_origin_that_was_listed() -> None:
    policy = Policy(["http://10.1.2.3:8000"])

    policy.check_origin(Origin(scheme="http", host="10.1.2.3", port=8000))
    for port, host in ((8001, "10.1.2.3"), (8000, "10.1.2.4")):
        with pytest.raises(SecurityError, match="neither loopback nor listed"):
            policy.check_origin(Origin(scheme="http", host=host, port=port))


@pytest.mark.parametrize(
    "origin",
    [
        Origin(scheme="HTTPS", host="example.com", port=443),
        Origin(scheme="https", host="EXAMPLE.com", port=443),
        Origin(scheme="https", host="example.com.", port=443),
        Origin(scheme="https", host="example.com/x", port=443),
        Origin(scheme="https", host="user@example.com", port=443),
        Origin(scheme="https", host="example.com", port=0),
        Origin(scheme="https", host="[::1]", port=443),
        Origin(scheme="https", host="0:0:0:0:0:0:0:1", port=443),
        Origin(scheme="https", host="example.com\r\nX: y", port=443),
        Origin(scheme="ftp", host="example.com", port=21),
        Origin(scheme="https", host="", port=443),
    ],
)
def test_an_origin_made_by_hand_must_be_in_the_normal_form(origin: Origin) -> None:
    with pytest.raises(SecurityError):
        Policy().check_origin(origin)


@pytest.mark.parametrize("listed", ["http://10.1.2.3/path", "10.1.2.3:80", "http://user@10.1.2.3"])
def test_a_listed_origin_must_be_an_origin(listed: str) -> None:
    with pytest.raises(SecurityError):
        Policy([listed])


MACHINE = [f"http://{host}" for host in ("169.254.169.254", "169.254.170.2", "169.254.170.23", "[fd00:ec2::254]", "[fd00:ec2::23]")]


@pytest.mark.parametrize("url", MACHINE)
def test_plain_http_goes_to_a_machine_service_only_where_code_says_that_it_is_one(url: str) -> None:
    """An address that was read, from a setting or an answer, never has the mark."""
    origin, _ = parse_url(url)

    with pytest.raises(SecurityError):
        Policy().check_origin(origin)
    Policy().check_origin(origin.replace(machine=True))


@pytest.mark.parametrize("url", ["http://example.com", "http://169.254.169.253", "http://169.254.169.254:8080", "http://10.0.0.1"])
def test_the_mark_of_a_machine_service_opens_no_other_address(url: str) -> None:
    with pytest.raises(SecurityError):
        Policy().check_origin(parse_url(url)[0].replace(machine=True))


@pytest.mark.parametrize("path", ["/..", "/.", "/a/../b", "/a/./b", "/a/..?x", "/%2e%2e/a", "/a/.%2E", "/a%2f..%2fb", "/a/..%5cb", "/./"])
def test_a_path_that_leads_up_is_known_in_every_spelling(path: str) -> None:
    """Servers on the way differ in what they make of it."""
    assert leads_up(path)


@pytest.mark.parametrize("path", ["/", "/v1", "/gpt-4.1", "/...", "/a..b", "/.well-known", "/a?x=../y", "/a?/../", "/%2e%2e%2e", "/~x/..a"])
def test_dots_that_are_no_step_are_left_alone(path: str) -> None:
    assert not leads_up(path)


@pytest.mark.parametrize("reference", ["https://[::1/x", "https://[]/x", "//[x]/y"])
def test_an_answer_that_points_to_a_malformed_address_is_refused(reference: str) -> None:
    """The library's own parser raises its own errors, which nobody waits for."""
    with pytest.raises(SecurityError, match="malformed"):
        joined("https://example.com/a", reference)
