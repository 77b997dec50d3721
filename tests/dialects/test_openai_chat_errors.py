"""Failed responses of the many Chat Completions hosts, as typed errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmkit.dialects import openai_chat
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    NotFound,
    Overloaded,
    PermissionDenied,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.http import Headers


def failed(status: int, body: Any, **headers: str) -> ProviderError:
    wire = body if isinstance(body, bytes) else json.dumps(body).encode()
    return openai_chat.error(status, Headers([(name.replace("_", "-"), value) for name, value in headers.items()]), wire)


def told(message: str = "no", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


CLASSES: list[tuple[int, Any, type[ProviderError]]] = [
    (400, told(type="invalid_request_error"), BadRequest),
    (422, {"detail": [{"loc": ["body"], "msg": "field required"}]}, BadRequest),
    (418, told(), BadRequest),
    (401, told(code="invalid_api_key"), AuthenticationError),
    (400, {"code": "x", "error": "Incorrect API key provided: in***ey."}, AuthenticationError),
    (403, told("Forbidden"), PermissionDenied),
    (402, {"error": "You have exceeded your monthly included credits"}, QuotaExhausted),
    (402, told("Insufficient Balance"), QuotaExhausted),
    (404, told("The model does not exist"), NotFound),
    (400, told("The model `x` has been decommissioned", code="model_decommissioned"), NotFound),
    (400, told("Invalid model: x", type="invalid_model"), NotFound),
    (400, told("x/y is not a valid model ID", code=400), NotFound),
    (413, b"too large", ContentTooLarge),
    (429, told(type="tokens", code="rate_limit_exceeded"), RateLimited),
    (429, told("You exceeded your current quota", type="insufficient_quota", code="insufficient_quota"), QuotaExhausted),
    (429, told("You exceeded your current quota"), QuotaExhausted),
    (429, b"Too many requests", RateLimited),
    (400, told("too long", code="context_length_exceeded"), ContextLengthExceeded),
    (400, told("This model's maximum context length is 8192 tokens. However, ..."), ContextLengthExceeded),
    (400, {"error": "This model's maximum prompt length is 131072 but the request contains 625077 tokens."}, ContextLengthExceeded),
    (400, told("the request exceeds the available context size", type="exceed_context_size_error"), ContextLengthExceeded),
    (500, told("Context size has been exceeded.", type="server_error", code=500), ContextLengthExceeded),
    (400, told("The response was filtered", code="content_filter"), ContentFiltered),
    (400, told("x", innererror={"code": "ResponsibleAIPolicyViolation"}), ContentFiltered),
    (500, told(), ServerError),
    (502, b"<html><title>Bad gateway</title></html>", ServerError),
    (503, told(), Overloaded),
    (503, b"", Overloaded),
    (529, told(type="overloaded_error"), Overloaded),
    (500, told("The engine is currently overloaded"), Overloaded),
    (521, b"error code: 521", ServerError),
]


@pytest.mark.parametrize(("status", "body", "kind"), CLASSES, ids=range(len(CLASSES)))
def test_the_class_comes_from_code_words_and_status(status: int, body: Any, kind: type[ProviderError]) -> None:
    assert (kind, status) == (type(error := failed(status, body)), error.status)


MESSAGES: list[tuple[Any, str]] = [
    (told("plain"), "plain"),
    ({"message": "plain"}, "plain"),
    ({"detail": "plain"}, "plain"),
    ({"error": "plain"}, "plain"),
    ([{"error": {"message": "plain"}}], "plain"),
    ({"error": {"message": {"message": "nested"}}}, "nested"),
    ({"detail": [{"msg": "field required"}]}, '[{"msg":"field required"}]'),
    (told("Provider returned error", metadata={"raw": "busy"}), "Provider returned error (busy)"),
    (b"plain words", "HTTP 400: plain words."),
    (b"<html>no</html>", "HTTP 400."),
    (b"", "HTTP 400."),
    ({}, "HTTP 400."),
    ([], "HTTP 400."),
]


@pytest.mark.parametrize(("body", "message"), MESSAGES, ids=range(len(MESSAGES)))
def test_the_message_is_found_wherever_the_host_puts_it(body: Any, message: str) -> None:
    assert message == failed(400, body).message


def test_code_type_and_request_id_are_kept() -> None:
    error = failed(400, told(code="c", type="t"), x_request_id="r1")

    assert ("c", "t", "r1") == (error.code, error.type, error.request_id)
    assert "r2" == failed(400, {**told(), "request_id": "r2"}).request_id
    assert "3051" == failed(400, told(code=3051)).code


WAITS: list[tuple[dict[str, str], float | None]] = [
    ({"retry_after": "7"}, 7.0),
    ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
    ({"retry_after": "Wed, 21 Oct 2026 07:28:10 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 10.0),
    ({"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "21m36.001s"}, 1296.001),
    ({"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "115ms", "x_ratelimit_reset_requests": "1h"}, 0.115),
    ({"x_ratelimit_remaining_tokens": "5", "x_ratelimit_reset_tokens": "115ms"}, None),
    ({"x_ratelimit_reset": "1792567690000", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 10.0),
    ({"x_ratelimit_reset_requests": "soon", "x_ratelimit_remaining_requests": "0"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), WAITS, ids=range(len(WAITS)))
def test_the_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds == pytest.approx(failed(429, told(), **headers).retry_after)


def test_a_request_that_will_never_fit_the_limit_is_not_tried_again() -> None:
    assert not failed(429, told("Request too large for m: Limit 1000, Requested 2000", code="rate_limit_exceeded")).retryable
    assert failed(429, told("Rate limit reached", code="rate_limit_exceeded")).retryable


def test_messages_and_bodies_are_bounded_and_hold_no_key() -> None:
    error = failed(401, told("Incorrect API key provided: sk-proj-abcdefghijklmnop. " + "x" * 5000))

    assert "sk-proj-abcdefghijklmnop" not in f"{error} {error.body} {error.message}"
    assert all(len(text or "") <= 2048 for text in (error.message, error.body))
