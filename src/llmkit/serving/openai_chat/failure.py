"""Say in this format's words what went wrong."""

from __future__ import annotations

from typing import Any

from llmkit.errors import LLMKitError
from llmkit.serving.failures import Kind, headers_of, kind_of, message_of, parameter_of, status_of

FAILURES: dict[Kind, tuple[int, str, str | None]] = {
    "bad_request": (400, "invalid_request_error", None),
    "context_length": (400, "invalid_request_error", "context_length_exceeded"),
    "content_filter": (400, "invalid_request_error", "content_policy_violation"),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key"),
    "payment": (402, "billing_error", "billing_not_active"),
    "quota": (429, "insufficient_quota", "insufficient_quota"),
    "forbidden": (403, "invalid_request_error", "permission_denied"),
    "not_found": (404, "invalid_request_error", "model_not_found"),
    "conflict": (409, "invalid_request_error", "conflict"),
    "too_large": (413, "invalid_request_error", "request_too_large"),
    "rate_limited": (429, "rate_limit_error", "rate_limit_exceeded"),
    "overloaded": (503, "server_error", "overloaded"),
    "timeout": (504, "server_error", "timeout"),
    "upstream": (502, "server_error", "upstream_error"),
    "server": (500, "server_error", None),
}
"""Status, type and code by kind."""


def render_error(error: LLMKitError, /) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return status, headers and body of a failure."""
    status, _, _ = FAILURES[kind_of(error)]
    return status_of(error, status), headers_of(error), error_body(error)


def error_body(error: LLMKitError) -> dict[str, Any]:
    """Return the body, which is also the event inside a stream."""
    _, kind, code = FAILURES[kind_of(error)]
    return {"error": {"message": message_of(error), "type": kind, "param": parameter_of(error), "code": code}}
