"""Say in this format's words what went wrong."""

from __future__ import annotations

from typing import Any

from llmkit.errors import LLMKitError, ProviderError
from llmkit.serving.failures import Kind, cause_of, headers_of, kind_of, message_of, parameter_of, status_of

FAILURES: dict[Kind, tuple[int, str]] = {
    "bad_request": (400, "invalid_request_error"),
    "context_length": (400, "invalid_request_error"),
    "content_filter": (400, "invalid_request_error"),
    "unauthorized": (401, "authentication_error"),
    "payment": (402, "billing_error"),
    "quota": (402, "billing_error"),
    "forbidden": (403, "permission_error"),
    "not_found": (404, "not_found_error"),
    "conflict": (409, "invalid_request_error"),
    "too_large": (413, "request_too_large"),
    "rate_limited": (429, "rate_limit_error"),
    "overloaded": (529, "overloaded_error"),
    "timeout": (504, "timeout_error"),
    "upstream": (502, "api_error"),
    "server": (500, "api_error"),
}
"""Status and type by kind."""
_TOO_LONG = "prompt is too long"
"""The words by which clients of this format know that a context window is full: the type is that of any bad request."""


def render_error(error: LLMKitError, /) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return status, headers and body of a failure."""
    status, _ = FAILURES[kind_of(error)]
    return status_of(error, status), headers_of(error), error_body(error)


def error_body(error: LLMKitError) -> dict[str, Any]:
    """Return the body, which is also the event inside a stream."""
    kind = kind_of(error)
    message = message_of(error)
    if kind == "context_length" and _TOO_LONG not in message:
        message = f"{_TOO_LONG}: {message}"
    field = parameter_of(error)
    if field and not message.startswith(field):
        message = f"{field}: {message}"
    cause = cause_of(error)
    request_id = cause.request_id if isinstance(cause, ProviderError) else None
    return {"type": "error", "error": {"type": FAILURES[kind][1], "message": message}, "request_id": request_id}
