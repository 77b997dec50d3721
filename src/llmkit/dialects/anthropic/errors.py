"""Typed errors from failed responses and from `error` events inside a stream."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.dialects.retry_after import date_of, retry_after, seconds_until
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

TYPES: dict[str, type[ProviderError]] = {
    "api_error": ServerError,
    "authentication_error": AuthenticationError,
    "billing_error": PaymentRequired,
    "conflict_error": Conflict,
    "invalid_request_error": BadRequest,
    "not_found_error": NotFound,
    "overloaded_error": Overloaded,
    "permission_error": PermissionDenied,
    "rate_limit_error": RateLimited,
    "request_too_large": ContentTooLarge,
    "timeout_error": ServerError,
}
STATUSES: dict[int, type[ProviderError]] = {
    400: BadRequest,
    401: AuthenticationError,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    413: ContentTooLarge,
    422: BadRequest,
    429: RateLimited,
    503: Overloaded,
    529: Overloaded,
}
# The type of these is `invalid_request_error` like that of any other bad request; only the words tell them apart.
_WORDS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(
            r"credit balance is too low|usage limits?\b.{0,200}(reached|regain)|(reached|exceed)\w{0,5}\b.{0,40}usage limit", re.IGNORECASE
        ),
        QuotaExhausted,
    ),
    (
        re.compile(r"(prompt|input) is too long|exceeds? (the )?context (limit|window)|context (length|window) exceeded", re.IGNORECASE),
        ContextLengthExceeded,
    ),
    (re.compile(r"content filter|content[- ]policy|blocked by content", re.IGNORECASE), ContentFiltered),
    (re.compile(r"too many total text bytes|request (body )?(is )?too large", re.IGNORECASE), ContentTooLarge),
)
_REFINED = (BadRequest, PaymentRequired, PermissionDenied, RateLimited)
_REQUEST_IDS = ("request-id", "x-request-id", "x-amzn-requestid", "apim-request-id")
_LIMITS = ("requests", "tokens", "input-tokens", "output-tokens")
_NO_HEADERS = Headers()


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    said = _json(body)
    detail = said.get("error")
    inner: dict[str, Any] = detail if isinstance(detail, dict) else said
    words = inner.get("message")
    message = words if isinstance(words, str) and words else detail if isinstance(detail, str) else _plain(status, body)
    kind = inner.get("type")
    code = inner.get("code")
    failure = _class_of(status, kind, message)
    request_id = next((headers[name] for name in _REQUEST_IDS if name in headers), said.get("request_id"))
    return failure(
        error_text(message),
        status=status,
        code=str(code) if isinstance(code, str | int) else None,
        type=kind if isinstance(kind, str) else None,
        request_id=request_id if isinstance(request_id, str) else None,
        retry_after=_wait(headers, failure),
        retryable={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
        body=error_text(body),
    )


def stream_error(event: bytes | msgspec.Raw) -> ProviderError:
    """Return the typed error in an `error` event; the status of the response was 200."""
    return error(200, _NO_HEADERS, bytes(event))


def _class_of(status: int, kind: Any, message: str) -> type[ProviderError]:
    failure = TYPES.get(kind) if isinstance(kind, str) else None
    if failure is None or (failure is BadRequest and status in STATUSES):
        failure = STATUSES.get(status) or (ServerError if status >= 500 or status < 400 else BadRequest)
    if issubclass(failure, _REFINED):
        failure = next((refined for words, refined in _WORDS if words.search(message[:LIMIT])), failure)
    return failure


def _wait(headers: Headers, failure: type[ProviderError]) -> float | None:
    seconds = retry_after(headers)
    if seconds is not None or failure is not RateLimited:
        return seconds
    spent = [name for name in _LIMITS if headers.get(f"anthropic-ratelimit-{name}-remaining") == "0"]
    resets = [date_of(headers.get(f"anthropic-ratelimit-{name}-reset")) for name in spent]
    latest: datetime | None = max([moment for moment in resets if moment is not None], default=None)
    return seconds_until(headers, latest)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _plain(status: int, body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace").strip()
    return f"Status {status}: {text}" if text else f"Status {status} without a message."
