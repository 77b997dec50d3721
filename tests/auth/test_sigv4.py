"""Signature Version 4 against botocore, which signs the same requests, and against published signatures."""

from __future__ import annotations

import datetime
import re
from typing import Any
from unittest import mock

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.auth.secret import Secret
from llmkit.auth.sigv4 import AwsKeys, SignatureV4
from llmkit.types.http import HttpRequest, Origin

MOMENT = datetime.datetime(2015, 8, 30, 12, 36, 0, tzinfo=datetime.UTC)
KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIDEXAMPLE"
HOST = Origin(scheme="https", host="example.amazonaws.com", port=443)
# The suite of test cases that AWS publishes for the signature (service "service", us-east-1, 2015-08-30T12:36:00Z).
PUBLISHED = {
    "get-vanilla": ("GET", "/", (), b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "post-vanilla": ("POST", "/", (), b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "get-vanilla-query-order-key-case": (
        "GET",
        "/?Param2=value2&Param1=value1",
        (),
        b"",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "post-x-www-form-urlencoded": (
        "POST",
        "/",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        b"Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}


def signed(request: HttpRequest, *, token: str | None = None, service: str = "service", region: str = "us-east-1") -> dict[str, str]:
    keys = AwsKeys(key_id=KEY_ID, secret=Secret(KEY), token=None if token is None else Secret(token))
    credential = SignatureV4(keys, origin=request.origin, region=region, service=service, clock=MOMENT.timestamp)
    return dict(credential.headers(request))


def by_botocore(request: HttpRequest, *, token: str | None = None, service: str = "service", region: str = "us-east-1") -> dict[str, str]:
    """Return what botocore adds to the same request; of its headers only those that we sign are shown to it."""
    headers = {name: value for name, value in request.headers if name.lower() == "content-type" or name.lower().startswith("x-amz-")}
    there = AWSRequest(method=request.method, url=f"{request.origin}{request.path}", data=request.body, headers=headers)
    auth = botocore.auth.SigV4Auth(Credentials(KEY_ID, KEY, token), service, region)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: MOMENT.replace(tzinfo=None)):
        auth.add_auth(there)
    return {name: value for name, value in there.headers.items() if name not in headers}


def post(path: str, body: bytes = b"{}", *headers: tuple[str, str], origin: Origin = HOST, method: str = "POST") -> HttpRequest:
    return HttpRequest(method=method, origin=origin, path=path, headers=headers, body=body)


@pytest.mark.parametrize(("method", "path", "headers", "body", "signature"), PUBLISHED.values(), ids=PUBLISHED)
def test_the_published_requests_get_their_published_signature(
    method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes, signature: str
) -> None:
    found = signed(HttpRequest(method=method, origin=HOST, path=path, headers=headers, body=body))

    assert signature == found["Authorization"].rpartition("Signature=")[2]


segments = st.text(st.sampled_from("abcXYZ019-_.~:%/@ é+=,$"), max_size=12).map(
    lambda text: re.sub(r"[^A-Za-z0-9\-_.~/:@+=,$%]", lambda match: f"%{ord(match[0]) % 256:02X}", text)
)
tokens = st.none() | st.text(st.sampled_from("abcABC012+/="), min_size=1, max_size=30)
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
names = st.sampled_from(["Content-Type", "X-Amz-Target", "x-amzn-bedrock-trace", "X-AMZ-Meta-A", "Accept", "User-Agent", "Anthropic-Beta"])
queries = st.lists(st.tuples(segments.map(lambda text: text.replace("/", "%2F")), segments), max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(segments, max_size=4), queries, st.dictionaries(names, values, max_size=4), st.binary(max_size=40), tokens)
def test_botocore_signs_the_same(
    way: list[str], query: list[tuple[str, str]], headers: dict[str, str], body: bytes, token: str | None
) -> None:
    path = "/" + "/".join(way)
    if query:
        path += "?" + "&".join(f"{name}={value}" for name, value in query)
    if path.startswith("//"):
        path = "/x" + path  # botocore would take what follows for a host
    request = HttpRequest(method="POST", origin=HOST, path=path, headers=tuple(headers.items()), body=body)

    assert by_botocore(request, token=token) == signed(request, token=token)


@pytest.mark.parametrize(
    "path",
    [
        "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-lite-v1%3A0/converse-stream",
        "/a/../b//./c/",
        "/",
    ],
)
def test_what_is_encoded_in_a_path_is_encoded_once_more(path: str) -> None:
    """Model ids hold colons and slashes; a path signed as it is sent would be refused."""
    request = post(path)

    assert by_botocore(request, service="bedrock", region="eu-west-1") == signed(request, service="bedrock", region="eu-west-1")


def test_a_port_is_part_of_the_host() -> None:
    request = post("/", origin=Origin(scheme="http", host="127.0.0.1", port=8123))

    assert by_botocore(request) == signed(request)


def test_only_what_no_proxy_changes_is_signed() -> None:
    found = signed(post("/", b"", ("User-Agent", "a"), ("Accept", "b"), ("Content-Type", "c"), ("X-Amz-Target", "d")), token="t")

    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target," in found["Authorization"]


def test_the_key_is_derived_anew_on_another_day() -> None:
    """A client runs for weeks; the key of the first day signs nothing on the second."""
    moment = [MOMENT.timestamp()]
    credential = SignatureV4(AwsKeys(key_id=KEY_ID, secret=Secret(KEY)), origin=HOST, region="r", service="s", clock=lambda: moment[0])
    request = post("/")
    first = dict(credential.headers(request))

    moment[0] += 86_400
    second = dict(credential.headers(request))

    fresh = SignatureV4(AwsKeys(key_id=KEY_ID, secret=Secret(KEY)), origin=HOST, region="r", service="s", clock=lambda: moment[0])
    assert dict(fresh.headers(request)) == second != first


def test_nothing_secret_is_printed() -> None:
    keys = AwsKeys(key_id=KEY_ID, secret=Secret(KEY), token=Secret("SESSION"))
    shown: list[Any] = [keys, SignatureV4(keys, origin=HOST, region="r", service="s")]

    assert not any(word in repr(value) for value in shown for word in (KEY, "SESSION"))
