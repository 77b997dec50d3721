"""Say in this format's words what went wrong."""

from __future__ import annotations

from typing import Any

from llmkit.errors import LLMKitError
from llmkit.serving.failures import Kind, cause_of, headers_of, kind_of, message_of, parameter_of, status_of

FAILURES: dict[Kind, tuple[int, str]] = {
    "bad_request": (400, "INVALID_ARGUMENT"),
    "context_length": (400, "INVALID_ARGUMENT"),
    "content_filter": (400, "INVALID_ARGUMENT"),
    "unauthorized": (401, "UNAUTHENTICATED"),
    "payment": (403, "PERMISSION_DENIED"),
    "quota": (429, "RESOURCE_EXHAUSTED"),
    "forbidden": (403, "PERMISSION_DENIED"),
    "not_found": (404, "NOT_FOUND"),
    "conflict": (409, "ABORTED"),
    "too_large": (413, "INVALID_ARGUMENT"),
    "rate_limited": (429, "RESOURCE_EXHAUSTED"),
    "overloaded": (503, "UNAVAILABLE"),
    "timeout": (504, "DEADLINE_EXCEEDED"),
    "upstream": (502, "UNAVAILABLE"),
    "server": (500, "INTERNAL"),
}
"""HTTP status and google.rpc.Code by kind."""
_DELAY = "type.googleapis.com/google.rpc.RetryInfo"
_FIELDS = "type.googleapis.com/google.rpc.BadRequest"


def render_error(error: LLMKitError, /) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return status, headers and body of a failure."""
    body = error_body(error)
    return body["error"]["code"], headers_of(error), body


def error_body(error: LLMKitError) -> dict[str, Any]:
    """Return the body, which is also the event inside a stream."""
    usual, word = FAILURES[kind_of(error)]
    wire: dict[str, Any] = {"code": status_of(error, usual), "message": message_of(error), "status": word}
    details: list[dict[str, Any]] = []
    field, wait = parameter_of(error), cause_of(error).retry_after
    if field is not None:
        details.append({"@type": _FIELDS, "fieldViolations": [{"field": field, "description": wire["message"]}]})
    if wait is not None and wait >= 0:
        details.append({"@type": _DELAY, "retryDelay": f"{min(wait, 1e8):.9f}".rstrip("0").rstrip(".") + "s"})
    return {"error": {**wire, "details": details} if details else wire}
