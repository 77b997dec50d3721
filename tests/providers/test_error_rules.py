"""A provider's own words decide what failed, and nothing else of the failure is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import (
    BadRequest,
    ContextLengthExceeded,
    LLMKitError,
    NotFound,
    Overloaded,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    StreamInterrupted,
)
from llmkit.providers.answers import ErrorKind, ErrorRule
from llmkit.providers.error_rules import CLASSES, LARGEST, error_class, ruled
from llmkit.providers.provider import Provider
from llmkit.testing import FakeProvider, Fault
from tests.faces import FACES, ask
from tests.rows import ROWS

SOURCE = "a test, 2026-11"


def rule(kind: ErrorKind, **given: Any) -> ErrorRule:
    return ErrorRule(kind=kind, source=SOURCE, **given)


def client(fake: FakeProvider, *rules: ErrorRule, **more: Any) -> dict[str, Any]:
    row = Provider(name="shop", title="Shop", base_url=fake.base_url, docs="https://shop.example.com", env=("SHOP_KEY",), errors=rules)
    return {"providers": [row], "keys": {"shop": fake.key}, "retries": 0, **more}


# --- through the public client ---------------------------------------------------------------------------------------

HTTP: dict[str, tuple[ErrorRule, type[ProviderError]]] = {
    "by the status": (rule("quota_exhausted", status=429), QuotaExhausted),
    "by a code": (rule("overloaded", code="rate_limit_exceeded"), Overloaded),
    "by a type": (rule("overloaded", code="requests"), Overloaded),
    "by words, whatever their case": (rule("context_length_exceeded", contains="SOLD OUT"), ContextLengthExceeded),
    "by all together": (rule("server_error", status=429, code="requests", contains="sold"), ServerError),
    "not where one of them fails": (rule("server_error", status=429, code="requests", contains="closed"), RateLimited),
    "not for another status": (rule("server_error", status=430), RateLimited),
    "not for a part of a code": (rule("server_error", code="rate_limit"), RateLimited),
    "not without a condition": (rule("server_error"), RateLimited),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", HTTP)
def test_an_http_error_gets_the_class_of_the_rule_it_fits(name: str, face: str) -> None:
    given, expected = HTTP[name]
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("rate_limited", message="We are sold out today.", retry_after=7, headers={"x-request-id": "r-1"}))
        with pytest.raises(ProviderError) as caught:
            ask(face, client(fake, given), "shop/m", "Hello")

    error = caught.value
    assert expected is type(error)
    assert ("We are sold out today.", 429, 7.0, "r-1", "rate_limit_exceeded", "requests", "shop") == (
        error.message,
        error.status,
        error.retry_after,
        error.request_id,
        error.code,
        error.type,
        error.provider,
    )
    assert "We are sold out today." in str(error)
    assert "sold out" in (error.body or "")
    assert expected.retryable is error.retryable


def test_the_first_rule_that_fits_decides() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.rate_limited())
        rules = (rule("not_found", code="other"), rule("overloaded", status=429), rule("quota_exhausted", status=429))
        with pytest.raises(Overloaded):
            ask("sync", client(fake, *rules), "shop/m", "Hello")


@pytest.mark.parametrize("face", FACES)
def test_an_error_with_status_200_is_ruled_too(face: str) -> None:
    """Some APIs answer every failure with 200."""
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error_in_200("server", message="the cupboard is bare"))
        with pytest.raises(QuotaExhausted, match="the cupboard is bare"):
            ask(face, client(fake, rule("quota_exhausted", contains="CUPBOARD")), "shop/m", "Hello")


@pytest.mark.parametrize("face", ["sync stream", "async stream"])
def test_an_error_inside_a_stream_is_ruled_too(face: str) -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error_in_stream("server", message="the cupboard is bare", after=0))
        fake.add(Fault.error_in_stream("server", message="the cupboard is bare", after=3))
        arguments = client(fake, rule("quota_exhausted", contains="cupboard"))
        with pytest.raises(QuotaExhausted):
            ask(face, arguments, "shop/m", "Hello")
        with pytest.raises(StreamInterrupted) as caught:
            ask(face, arguments, "shop/m", "Hello")

    assert QuotaExhausted is type(caught.value.cause)
    assert caught.value.partial is not None and caught.value.partial.text
    assert not caught.value.retryable


def test_what_a_rule_makes_final_is_not_tried_again() -> None:
    """The class decides over retries: that is what the rules are for."""
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.rate_limited(retry_after=0))
        with pytest.raises(QuotaExhausted):
            ask("sync", client(fake, rule("quota_exhausted", status=429), retries=3), "shop/m", "Hello")

    assert 1 == len(fake.requests)


def test_no_key_gets_out_with_a_ruled_error() -> None:
    with FakeProvider("openai_chat") as fake:
        fake.add(Fault.error("bad_request", message=f"sold out for {fake.key}"))
        with pytest.raises(LLMKitError) as caught:
            ask("sync", client(fake, rule("overloaded", contains="sold out")), "shop/m", "Hello")

    assert Overloaded is type(caught.value)
    assert fake.key not in f"{caught.value} {caught.value!r} {caught.value.__dict__}"


# --- the function ----------------------------------------------------------------------------------------------------


def test_every_kind_has_its_class() -> None:
    assert set(ErrorKind.__args__) == set(CLASSES)  # type: ignore[attr-defined]  # a Literal's values


@pytest.mark.parametrize(
    "body",
    [
        {"code": "E7"},
        {"error": {"code": "E7"}},
        {"base_resp": {"status_code": "E7"}},
        {"detail": [{"type": "E7"}]},
        {"a": {"b": {"c": [[{"error_code": "E7"}]]}}},
    ],
    ids=json.dumps,
)
def test_a_code_is_found_wherever_the_provider_puts_it(body: Any) -> None:
    assert RateLimited is error_class((rule("rate_limited", code="E7"),), 400, json.dumps(body).encode())


def test_a_number_is_a_code_and_a_truth_value_is_none() -> None:
    rules = (rule("rate_limited", code="1002"), rule("overloaded", code="True"))

    assert RateLimited is error_class(rules, 200, b'{"base_resp": {"status_code": 1002}}')
    assert error_class(rules, 200, b'{"code": true, "message": "1002"}') is None


def test_codes_known_beside_the_body_count() -> None:
    assert RateLimited is error_class((rule("rate_limited", code="E7"),), 400, b'{"cut": "sho', (None, "E7"))


HOSTILE: dict[str, bytes] = {
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 5000 + b"]" * 5000,
    "wide": b"[" + b"{}," * 20_000 + b'{"code":"E7"}]',
    "not utf-8": b'{"code": "\xff\xfe"}',
    "empty": b"",
    "a code far below": b'{"a":' * 12 + b'{"code":"E7"}' + b"}" * 12,
    "a huge number": b'{"code": 1' + b"0" * 10_000 + b"}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_costs_little_and_decides_nothing(name: str) -> None:
    assert error_class((rule("rate_limited", code="E7"),), 400, HOSTILE[name]) is None


def test_words_beyond_the_limit_are_not_looked_for() -> None:
    body = b" " * LARGEST + b"sold out"

    assert error_class((rule("rate_limited", contains="sold out"),), 400, body) is None
    assert RateLimited is error_class((rule("rate_limited", contains="sold out"),), 400, body[8:])


@given(body=st.binary(max_size=300), status=st.integers(0, 999))
@settings(max_examples=60)
def test_any_bytes_are_read_without_an_error(body: bytes, status: int) -> None:
    rules = (rule("rate_limited", code="E7", status=7), rule("overloaded", contains="\0no\0"))

    assert error_class(rules, status, body) is None


def test_an_error_that_fits_no_rule_stays_the_same_object() -> None:
    error = BadRequest("no", status=400)

    assert ruled((rule("bad_request", status=400),), error) is error
    assert ruled((rule("overloaded", status=500),), error) is error


def test_a_retry_that_the_wire_format_ruled_out_is_not_carried_over() -> None:
    """`retryable` belongs to the class; what the old one thought of it no longer holds."""
    error = ruled((rule("overloaded", status=429),), RateLimited("big", status=429, retryable=False))

    assert (Overloaded, True) == (type(error), error.retryable)


# --- the rows --------------------------------------------------------------------------------------------------------


Case = tuple[str, int, Any, type[ProviderError] | None]
CASES: tuple[Case, ...] = (
    ("elevenlabs", 401, {"detail": {"status": "quota_exceeded", "message": "..."}}, QuotaExhausted),
    ("elevenlabs", 429, {"detail": {"status": "system_busy"}}, Overloaded),
    ("elevenlabs", 429, {"detail": {"status": "too_many_concurrent_requests"}}, RateLimited),
    ("elevenlabs", 401, {"detail": {"status": "invalid_api_key"}}, None),
    ("segmind", 406, {"error": "Insufficient credits. Your balance is 0.01"}, QuotaExhausted),
    ("segmind", 406, {"error": "Invalid content type"}, None),
    ("segmind", 410, {"error": "Model is gone"}, NotFound),
    ("tavily", 432, {"detail": {"error": "plan limit"}}, QuotaExhausted),
    ("tavily", 433, {"detail": {"error": "paygo limit"}}, QuotaExhausted),
    ("tavily", 429, {"detail": {"error": "too fast"}}, None),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]} {case[2]}")
def test_the_rules_of_a_row_read_its_provider(case: Case) -> None:
    name, status, body, expected = case
    row = next(row for row in ROWS if row.name == name)
    write: Callable[[Any], str] = json.dumps

    assert expected is error_class(row.errors, status, write(body).encode())
