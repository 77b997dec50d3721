"""Failed Messages responses into typed errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import anthropic
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    Conflict,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.http import Headers

NONE = Headers()


def body(kind: str, message: str = "m") -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}).encode()


BAD = "invalid_request_error"
CASES: list[tuple[int, bytes, type[ProviderError], bool]] = [
    (400, body(BAD), BadRequest, False),
    (400, body(BAD, "prompt is too long: 200016 tokens > 200000 maximum"), ContextLengthExceeded, False),
    (400, body(BAD, "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"), ContextLengthExceeded, False),
    (400, b'{"message":"Input is too long for requested model."}', ContextLengthExceeded, False),
    (400, body(BAD, "Your credit balance is too low to access the Anthropic API."), QuotaExhausted, False),
    (400, body(BAD, "You have reached your specified API usage limits. You will regain access on 2026-12-01."), QuotaExhausted, False),
    (400, body(BAD, "Output blocked by content filtering policy"), ContentFiltered, False),
    (400, b'{"message":"too many total text bytes: 10000002 > 9000000"}', ContentTooLarge, False),
    (401, body("authentication_error"), AuthenticationError, False),
    (402, body("billing_error"), PaymentRequired, False),
    (403, body("permission_error"), PermissionDenied, False),
    (404, body("not_found_error"), NotFound, False),
    (404, body(BAD), NotFound, False),
    (409, body("conflict_error"), Conflict, True),
    (413, body("request_too_large"), ContentTooLarge, False),
    (422, b'{"error":{"message":"no such model","code":422}}', BadRequest, False),
    (429, body("rate_limit_error"), RateLimited, True),
    (500, body("api_error"), ServerError, True),
    (502, b"<html>Bad gateway</html>", ServerError, True),
    (503, b'{"message":"Model is getting throttled."}', Overloaded, True),
    (504, body("timeout_error"), ServerError, True),
    (529, body("overloaded_error"), Overloaded, True),
    (500, body("overloaded_error"), Overloaded, True),
    (418, b"", BadRequest, False),
    (200, body("rate_limit_error"), RateLimited, True),
    (200, b'{"error":"odd"}', ServerError, True),
]


@pytest.mark.parametrize(("status", "said", "kind", "retryable"), CASES, ids=lambda value: str(value)[:70])
def test_an_error_is_told_by_type_status_and_words(status: int, said: bytes, kind: type[ProviderError], retryable: bool) -> None:
    error = anthropic.error(status, NONE, said)

    assert (kind, retryable, status) == (type(error), error.retryable, error.status)


def test_an_error_says_what_the_provider_says() -> None:
    error = anthropic.error(429, Headers([("request-id", "req_2"), ("retry-after", "7")]), body("rate_limit_error", "slow down"))

    assert ("slow down", "rate_limit_error", "req_2", 7.0) == (error.message, error.type, error.request_id, error.retry_after)
    assert "req_1" == anthropic.error(429, NONE, body("rate_limit_error")).request_id
    assert "422" == anthropic.error(422, NONE, b'{"error":{"message":"m","code":422}}').code


DATE = ("date", "Sat, 22 Nov 2026 10:00:00 GMT")
WAITS: list[tuple[list[tuple[str, str]], float | None]] = [
    ([], None),
    ([("retry-after", "1.5")], 1.5),
    ([("retry-after-ms", "250"), ("retry-after", "9")], 0.25),
    ([("retry-after", "Sat, 22 Nov 2026 10:00:30 GMT"), DATE], 30.0),
    ([("retry-after", "Sat, 22 Nov 2026 09:00:00 GMT"), DATE], 0.0),
    ([("retry-after", "-3")], None),
    ([("retry-after", "nan")], None),
    ([("retry-after", "soon")], None),
    (
        [
            DATE,
            ("anthropic-ratelimit-tokens-remaining", "0"),
            ("anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:20Z"),
            ("anthropic-ratelimit-requests-remaining", "5"),
            ("anthropic-ratelimit-requests-reset", "2026-11-22T11:00:00Z"),
        ],
        20.0,
    ),
    ([("anthropic-ratelimit-tokens-remaining", "0"), ("anthropic-ratelimit-tokens-reset", "2026-11-22T10:00:20Z")], None),
]


@pytest.mark.parametrize(("headers", "seconds"), WAITS, ids=str)
def test_the_headers_say_how_long_to_wait(headers: list[tuple[str, str]], seconds: float | None) -> None:
    assert seconds == anthropic.error(429, Headers(headers), body("rate_limit_error")).retry_after


@pytest.mark.parametrize(("word", "retryable"), [("true", True), ("false", False)])
def test_the_provider_may_say_whether_to_retry(word: str, retryable: bool) -> None:
    error = anthropic.error(500 if not retryable else 400, Headers([("x-should-retry", word)]), body("api_error"))

    assert retryable is error.retryable


@pytest.mark.parametrize("key", ["sk-ant-api03-abcdefghijklmnop", "sk-proj-ABCDEFGHIJ", "AIzaSyA1234567890abcdefgh", "Bearer abc.def.ghi"])
def test_an_error_never_holds_a_key(key: str) -> None:
    error = anthropic.error(401, NONE, body("authentication_error", f"Incorrect key provided: {key}."))

    secret = key.removeprefix("Bearer ")
    assert secret not in f"{error} {error.body}"
    assert "Incorrect key provided" in error.message


def test_an_error_is_bounded() -> None:
    error = anthropic.error(400, NONE, body(BAD, "x" * 1_000_000))

    assert len(error.message) <= 2048
    assert error.body is not None
    assert len(error.body) <= 2048


@pytest.mark.parametrize(
    "odd",
    [b"null", b"[]", b"1", b'{"error":null}', b'{"error":{"message":null,"type":[]}}', b"\xff\xfe", b"[" * 100_000],
    ids=lambda odd: str(odd[:30]),
)
def test_an_odd_body_is_still_an_error(odd: bytes) -> None:
    error: Any = anthropic.error(500, NONE, odd)

    assert isinstance(error, ServerError)
    assert error.message.startswith("Status 500")
