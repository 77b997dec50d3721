"""Typed errors from failed responses and from errors that come with status 200."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.dialects.gemini.wire import Fields, string_of
from llmkit.dialects.retry_after import retry_after
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

# google.rpc.Code with the HTTP status that belongs to it.
CODES: dict[str, tuple[int, type[ProviderError]]] = {
    "ABORTED": (409, Conflict),
    "ALREADY_EXISTS": (409, Conflict),
    "CANCELLED": (499, ServerError),
    "DATA_LOSS": (500, ServerError),
    "DEADLINE_EXCEEDED": (504, ServerError),
    "FAILED_PRECONDITION": (400, BadRequest),
    "INTERNAL": (500, ServerError),
    "INVALID_ARGUMENT": (400, BadRequest),
    "NOT_FOUND": (404, NotFound),
    "OUT_OF_RANGE": (400, BadRequest),
    "PERMISSION_DENIED": (403, PermissionDenied),
    "RESOURCE_EXHAUSTED": (429, RateLimited),
    "UNAUTHENTICATED": (401, AuthenticationError),
    "UNAVAILABLE": (503, Overloaded),
    "UNIMPLEMENTED": (501, ServerError),
    "UNKNOWN": (500, ServerError),
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
    499: ServerError,
    503: Overloaded,
    529: Overloaded,
}
# One status stands for many causes; the words tell them apart. First match wins.
_WORDS: dict[type[ProviderError], tuple[tuple[re.Pattern[str], type[ProviderError]], ...]] = {
    BadRequest: (
        (re.compile(r"api key (not valid|expired|not found)|API_KEY_INVALID|invalid (api key|authentication)", re.I), AuthenticationError),
        (re.compile(r"exceeds the maximum number of tokens|input token count|context (length|window)", re.I), ContextLengthExceeded),
        (re.compile(r"payload size exceeds|request (payload |body )?(is )?too large", re.I), ContentTooLarge),
        (
            re.compile(r"blocked .{0,80}(safety|polic)|safety (polic|filter)|prohibited (content|use)|violat\w{1,6} .{0,80}polic", re.I),
            ContentFiltered,
        ),
        (re.compile(r"enable billing|billing account", re.I), PaymentRequired),
        (re.compile(r"location is not supported", re.I), PermissionDenied),
    ),
    PermissionDenied: (
        (re.compile(r"reported as leaked|unregistered callers|without established identity", re.I), AuthenticationError),
        (re.compile(r"enable billing|billing (account|to be enabled)|BILLING_DISABLED", re.I), PaymentRequired),
    ),
}
_SPENT = re.compile(r"PerDay|PerMonth|limit: 0\b|credits? (are|is|have been) (depleted|exhausted)", re.I)
_PLAN = re.compile(r"check your plan and billing|billing", re.I)
_NAMED_KEY = re.compile(r"(api[ _-]key:? *)(?=[\w\-]*\d)[\w\-]{12,}", re.I)
_NO_HEADERS = Headers()


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    said = _error_of(body)
    code = string_of(said.get("status"))
    message = string_of(said.get("message")) or _plain(status, body)
    details = [detail for detail in _list(said.get("details")) if isinstance(detail, dict)]
    effective = status if status >= 400 else _status(said, code)
    seconds = retry_after(headers)
    return _class_of(effective, code, message, details)(
        _masked(message),
        status=status,
        code=code,
        type=next((reason for detail in details if (reason := string_of(detail.get("reason")))), None),
        request_id=next((id_ for detail in details if (id_ := string_of(detail.get("requestId")))), None),
        retry_after=seconds if seconds is not None else _delay(details),
        body=_masked(body),
    )


def answered_error(body: bytes) -> ProviderError:
    """Return the typed error in an answer or event that came with status 200."""
    return error(200, _NO_HEADERS, body)


def _class_of(status: int, code: str | None, message: str, details: list[Fields]) -> type[ProviderError]:
    known = CODES.get(code or "")
    kind = STATUSES.get(status) or (known[1] if known else ServerError if status >= 500 else BadRequest)
    if known is not None and kind is BadRequest:
        kind = known[1]
    message = message[:LIMIT]
    words = " ".join([message, *(str(detail.get("reason") or "")[:LIMIT] for detail in details[:8])])
    if kind is RateLimited:
        return QuotaExhausted if _is_spent(message, details) else kind
    return next((refined for pattern, refined in _WORDS.get(kind, ()) if pattern.search(words)), kind)


def _is_spent(message: str, details: list[Fields]) -> bool:
    """Tell an account whose quota is used up from one that is merely too fast: only the latter is told when to come back."""
    violations = [violation for detail in details for violation in _list(detail.get("violations")) if isinstance(violation, dict)]
    if _SPENT.search(message) or any(_SPENT.search(str(violation.get("quotaId") or "")) for violation in violations):
        return True
    slow = _delay(details) is not None or bool(violations) or any(detail.get("reason") == "RATE_LIMIT_EXCEEDED" for detail in details)
    return not slow and _PLAN.search(message) is not None


def _delay(details: list[Fields]) -> float | None:
    """Return the seconds of `RetryInfo.retryDelay`, which is written like `34.07s`."""
    for detail in details:
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and re.fullmatch(r"\d{1,9}(\.\d{1,9})?s", delay):
            return float(delay[:-1])
    return None


def _status(said: Fields, code: str | None) -> int:
    number = said.get("code")
    if isinstance(number, int) and 400 <= number < 600:
        return number
    return CODES[code][0] if code in CODES else 500


def _error_of(body: bytes) -> Fields:
    """Return the error object: alone, in a list, or, from proxies, as bare text."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    while isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, dict):
        return {}
    inner = found.get("error", found)
    return inner if isinstance(inner, dict) else {"message": inner}


def _masked(text: str | bytes) -> str:
    return _NAMED_KEY.sub(r"\1***", error_text(text))


def _plain(status: int, body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace").strip()
    return f"Status {status}: {text}" if text else f"Status {status} without a message."


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
