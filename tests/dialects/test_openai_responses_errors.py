"""Failures into typed errors."""

from __future__ import annotations

import json

import pytest

from llmkit.dialects import openai_responses
from llmkit.dialects.openai_responses.errors import CODES, failure_of
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContextLengthExceeded,
    NotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
)
from llmkit.types.http import Headers


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (400, "context_length_exceeded", "Your input exceeds the context window", ContextLengthExceeded),
        (400, "unknown_parameter", "Unknown parameter: 'n'.", BadRequest),
        (401, "invalid_api_key", "Incorrect API key provided: sk-abcdefghijkl.", AuthenticationError),
        (404, None, "Item with id 'rs_1' not found.", NotFound),
        (429, "insufficient_quota", "You exceeded your current quota", QuotaExhausted),
        (429, "rate_limit_exceeded", "Rate limit reached", RateLimited),
        (500, "server_error", "The server had an error", ServerError),
    ],
)
def test_a_failed_response_is_a_typed_error(status: int, code: str | None, message: str, kind: type[ProviderError]) -> None:
    body = json.dumps({"error": {"message": message, "type": "x", "param": None, "code": code}}).encode()

    error = openai_responses.error(status, Headers([("retry-after", "3"), ("x-request-id", "req_1")]), body)

    assert kind is type(error)
    assert (status, code, 3.0, "req_1") == (error.status, error.code, error.retry_after, error.request_id)
    assert "sk-abc" not in str(error)


@pytest.mark.parametrize("code", sorted(CODES))
def test_an_error_of_a_response_is_known_by_its_code(code: str) -> None:
    error = failure_of({"error": {"code": code, "message": "Key sk-abcdefghijkl is bad."}})

    assert CODES[code] is type(error)
    assert (code, 200) == (error.code, error.status)
    assert "sk-abc" not in f"{error} {error.body}"
