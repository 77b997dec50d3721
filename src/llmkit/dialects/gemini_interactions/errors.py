"""Typed errors. Beside Google's usual form (`status` is a word) this API has `code` as a word."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.gemini.errors import error as google_error
from llmkit.errors import ProviderError
from llmkit.types.http import Headers

# The words in `code`, and the status whose rules fit (SDK and docs, read 2026-11).
_CODES = {
    "cancelled": 499,
    "deadline_exceeded": 504,
    "failed_precondition": 400,
    "internal": 500,
    "internal_error": 500,
    "invalid_argument": 400,
    "invalid_request": 400,
    "not_found": 404,
    "permission_denied": 403,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "unauthenticated": 401,
    "unavailable": 503,
}
_NO_HEADERS = Headers()


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    word = _word(body)
    effective = status if status >= 400 else _CODES.get((word or "").lower(), status)
    failure = google_error(effective, headers, body)
    failure.code = failure.code or word
    return failure


def answered_error(inner: Any) -> ProviderError:
    """Return the typed error that an interaction or an event of a stream holds."""
    return error(200, _NO_HEADERS, msgspec.json.encode({"error": inner}))


def _word(body: bytes) -> str | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    inner = found.get("error", found) if isinstance(found, dict) else None
    code = inner.get("code") if isinstance(inner, dict) else None
    return code if isinstance(code, str) and code else None
