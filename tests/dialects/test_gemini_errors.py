"""Failed responses into typed errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import gemini
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


def failed(status: int, code: str, message: str, details: Any = None, headers: dict[str, str] | None = None) -> ProviderError:
    said: dict[str, Any] = {"code": status, "message": message, "status": code}
    body = {"error": said if details is None else {**said, "details": details}}
    return gemini.error(status, Headers((headers or {}).items()), json.dumps(body).encode())


QUOTA = "You exceeded your current quota, please check your plan and billing details."
KINDS: list[tuple[int, str, str, Any, type[ProviderError]]] = [
    (400, "INVALID_ARGUMENT", "Request contains an invalid argument.", None, BadRequest),
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", None, AuthenticationError),
    (400, "INVALID_ARGUMENT", "Odd.", [{"reason": "API_KEY_INVALID"}], AuthenticationError),
    (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", None, AuthenticationError),
    (400, "INVALID_ARGUMENT", "The input token count (2) exceeds the maximum number of tokens allowed (1).", None, ContextLengthExceeded),
    (400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.", None, ContentTooLarge),
    (400, "INVALID_ARGUMENT", "The request was blocked by the safety policy.", None, ContentFiltered),
    (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", None, PermissionDenied),
    (400, "FAILED_PRECONDITION", "Please enable billing on your project.", None, PaymentRequired),
    (400, "NOT_FOUND", "models/x is not found for API version v1beta.", None, NotFound),
    (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", None, AuthenticationError),
    (403, "PERMISSION_DENIED", "The API has not been used in project 1.", None, PermissionDenied),
    (403, "PERMISSION_DENIED", "Your API key was reported as leaked.", None, AuthenticationError),
    (403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", None, PaymentRequired),
    (404, "NOT_FOUND", "models/x is not found.", None, NotFound),
    (409, "ABORTED", "again", None, Conflict),
    (413, "INVALID_ARGUMENT", "too large", None, ContentTooLarge),
    (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", None, RateLimited),
    (429, "RESOURCE_EXHAUSTED", QUOTA, None, QuotaExhausted),
    (429, "RESOURCE_EXHAUSTED", QUOTA, [{"retryDelay": "5s"}], RateLimited),
    (429, "RESOURCE_EXHAUSTED", QUOTA, [{"violations": [{"quotaId": "GenerateRequestsPerMinutePerProject"}]}], RateLimited),
    (
        429,
        "RESOURCE_EXHAUSTED",
        QUOTA,
        [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}, {"retryDelay": "5s"}],
        QuotaExhausted,
    ),
    (429, "RESOURCE_EXHAUSTED", QUOTA + " Quota exceeded, limit: 0", [{"retryDelay": "5s"}], QuotaExhausted),
    (429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", None, QuotaExhausted),
    (429, "RESOURCE_EXHAUSTED", "per minute", [{"reason": "RATE_LIMIT_EXCEEDED"}], RateLimited),
    (499, "CANCELLED", "The operation was cancelled.", None, ServerError),
    (500, "INTERNAL", "An internal error has occurred.", None, ServerError),
    (503, "UNAVAILABLE", "The model is overloaded.", None, Overloaded),
    (504, "DEADLINE_EXCEEDED", "late", None, ServerError),
    (418, "NEW_CODE", "?", None, BadRequest),
]


@pytest.mark.parametrize(("status", "code", "message", "details", "kind"), KINDS)
def test_a_failure_has_its_kind(status: int, code: str, message: str, details: Any, kind: type[ProviderError]) -> None:
    error = failed(status, code, message, details)

    assert (kind, status, code, message) == (type(error), error.status, error.code, error.message)


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: [body], lambda body: [[body]]])
def test_an_error_may_come_in_a_list(wrap: Any) -> None:
    body = json.dumps(wrap({"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}})).encode()

    assert ("busy", Overloaded) == (gemini.error(503, Headers(), body).message, type(gemini.error(503, Headers(), body)))


WAITS: list[tuple[Any, dict[str, str], float | None]] = [
    ([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.07s"}], {}, 34.07),
    ([{"retryDelay": "34s"}], {"Retry-After": "7"}, 7.0),
    (None, {"retry-after-ms": "1500"}, 1.5),
    ([{"retryDelay": "soon"}], {}, None),
    (None, {}, None),
]


@pytest.mark.parametrize(("details", "headers", "seconds"), WAITS)
def test_how_long_to_wait_is_read(details: Any, headers: dict[str, str], seconds: float | None) -> None:
    assert seconds == failed(429, "RESOURCE_EXHAUSTED", "slow", details, headers).retry_after


def test_reason_and_request_id_of_the_details_are_kept() -> None:
    error = failed(403, "PERMISSION_DENIED", "no", [{"reason": "SERVICE_DISABLED"}, {"requestId": "q1"}])

    assert ("SERVICE_DISABLED", "q1") == (error.type, error.request_id)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad Gateway</html>",
        b"\xff",
        b"[]",
        b"[[]]",
        b"{}",
        b'{"error": "x"}',
        b'{"error": null}',
        b"[" * 5000,
        b'{"error": {"message": 3, "details": 4, "status": []}}',
    ],
)
def test_any_body_gives_an_error_with_words(body: bytes) -> None:
    error = gemini.error(502, Headers(), body)

    assert (ServerError, True) == (type(error), bool(error.message))


@pytest.mark.parametrize("key", ["AIzaSyA1234567890abcdefghijklmnopqrstuv", "sk-abcdefgh12345678"])
def test_a_key_in_the_answer_is_masked(key: str) -> None:
    error = failed(400, "INVALID_ARGUMENT", f"Bad key {key}.", [{"detail": f"Invalid API key: {key}"}])

    assert not any(key in text for text in (str(error), error.message, error.body or ""))


def test_a_key_of_unknown_shape_is_masked_where_it_is_called_one() -> None:
    assert "Q9v00G7VmUCUeC" not in (failed(400, "INVALID_ARGUMENT", "x", [{"detail": "Invalid API key: Q9v00G7VmUCUeC-5Ogl"}]).body or "")


def test_a_long_answer_is_cut() -> None:
    error = failed(400, "INVALID_ARGUMENT", "x" * 100_000)

    assert len(error.message) <= 2048 >= len(error.body or "")
