"""Typed errors from failed responses, and from errors that arrive with status 200."""

from __future__ import annotations

import re
from typing import Any

from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.dialects.openai_chat.rate_limits import wait_of
from llmkit.dialects.openai_chat.wire import Object, dumps, is_object, loads, name_of, object_of, objects_of, text_of
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

STATUSES: dict[int, type[ProviderError]] = {
    400: BadRequest,
    401: AuthenticationError,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    408: ServerError,
    409: Conflict,
    410: NotFound,
    413: ContentTooLarge,
    422: BadRequest,
    424: ServerError,
    429: RateLimited,
    498: Overloaded,
    503: Overloaded,
    529: Overloaded,
}
CODES: dict[str, type[ProviderError]] = {
    "authentication_error": AuthenticationError,
    "billing_hard_limit_reached": QuotaExhausted,
    "capacity_exceeded": Overloaded,
    "content_filter": ContentFiltered,
    "content_policy_violation": ContentFiltered,
    "context_length_exceeded": ContextLengthExceeded,
    "context_window_exceeded": ContextLengthExceeded,
    "data_inspection_failed": ContentFiltered,
    "deploymentnotfound": NotFound,
    "exceed_context_size_error": ContextLengthExceeded,
    "insufficient_balance": QuotaExhausted,
    "insufficient_quota": QuotaExhausted,
    "invalid_api_key": AuthenticationError,
    "invalid_key": AuthenticationError,
    "invalid_model": NotFound,
    "model_decommissioned": NotFound,
    "model_not_available": NotFound,
    "model_not_found": NotFound,
    "moderation_blocked": ContentFiltered,
    "overloaded": Overloaded,
    "overloaded_error": Overloaded,
    "quota_exceeded": QuotaExhausted,
    "rate_limit": RateLimited,
    "rate_limit_error": RateLimited,
    "rate_limit_exceeded": RateLimited,
    "rate_limited": RateLimited,
    "ratelimitreached": RateLimited,
    "request_too_large": ContentTooLarge,
    "responsibleaipolicyviolation": ContentFiltered,
    "string_above_max_length": ContextLengthExceeded,
    "unknown_model": NotFound,
    "wrong_api_key": AuthenticationError,
}
"""By the error's code or type, whatever the status; generic words are absent."""
IN_BAND: dict[str, type[ProviderError]] = {
    **CODES,
    "api_error": ServerError,
    "bad_request": BadRequest,
    "bad request": BadRequest,
    "internal_error": ServerError,
    "invalid_parameter_error": BadRequest,
    "invalid_request_error": BadRequest,
    "permission_error": PermissionDenied,
    "server_error": ServerError,
    "tool_use_failed": BadRequest,
}
_WORDS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(
            r"(maximum|max) (context|prompt|input|sequence)\b.{0,12}(length|tokens?)"
            r"|context (length|size|window) (has been |is |was )?(exceeded|exceeds)"
            r"|exceed\w{0,5}.{0,40}context (length|size|window)|too many (input |prompt )?tokens|prompt is too long|input is too long"
            r"|(input|prompt) tokens? (count )?exceed|reduce the length of (the|your) (messages|prompt|input)",
            re.IGNORECASE,
        ),
        ContextLengthExceeded,
    ),
    (re.compile(r"incorrect api key|invalid api key|no auth credentials|invalid subscription key", re.IGNORECASE), AuthenticationError),
    (
        re.compile(
            r"insufficient (balance|credits?|funds|quota)|exceeded your (current quota|monthly)|depleted your"
            r"|more credits|out of credits|account balance",
            re.IGNORECASE,
        ),
        QuotaExhausted,
    ),
    (re.compile(r"content (management )?(policy|filter)|flagged (as|by|for)|safety system", re.IGNORECASE), ContentFiltered),
    (
        re.compile(
            r"is not a valid model|no endpoints found for|model .{0,80}(does not exist|not found|not exist)|invalid model\b", re.IGNORECASE
        ),
        NotFound,
    ),
    (re.compile(r"overloaded|at capacity|over capacity", re.IGNORECASE), Overloaded),
)
_CLIENT = frozenset({BadRequest, NotFound, PaymentRequired, PermissionDenied, ServerError, RateLimited, ContentTooLarge})
"""Classes that the words of a message may narrow down."""
_TOO_LARGE = re.compile(r"request too large|larger than the limit", re.IGNORECASE)


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    try:
        wire: Any = loads(body)
    except ValueError:
        wire = None
    holder = wire if is_object(wire) else {}
    return _error(_details(wire), status=status, headers=headers, holder=holder, body=body)


def error_in(holder: Object) -> Any:
    """Return the error that a body, a chunk or a choice with status 200 reports, None where it is none."""
    found = holder.get("error") or _in_base_resp(holder)
    if found:
        return found
    if "choices" in holder or "delta" in holder or "finish_reason" in holder:
        return None
    if (
        holder.get("object") == "error"
        or (text_of(holder.get("message")) and ("code" in holder or "type" in holder))
        or holder.get("detail")
    ):
        return holder
    return None


def error_of(found: Any, holder: Object) -> ProviderError:
    """Return the typed error for what `error_in` found."""
    details = _details(found)
    status = next((number for source in (details, holder) if (number := _status(source))), 0)
    return _error(details, status=status, headers=Headers(), holder=holder, body=dumps(holder if holder else found).encode())


def _in_base_resp(holder: Object) -> Object | None:
    """Some servers say in an object beside the answer, with status 200, that there is none."""
    base = object_of(holder.get("base_resp"))
    code = base.get("status_code")
    if not isinstance(code, int) or code == 0:
        return None
    return {"message": base.get("status_msg"), "code": str(code), "status": _BASE_RESP.get(code, 500)}


# The usual status for the codes of `base_resp` (platform.minimax.io/docs/api-reference/errorcode, 2026-11).
_BASE_RESP = {1002: 429, 1004: 401, 1008: 402, 1026: 400, 1027: 400, 1039: 429, 1041: 429, 1042: 400, 2013: 400, 2049: 401, 2056: 429}


def _status(source: Object) -> int:
    for key in ("code", "status", "status_code", "raw_status_code"):
        value = source.get(key)
        number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) == 3 else value
        if isinstance(number, int) and 400 <= number <= 599:
            return number
    return 0


def _details(wire: Any) -> Object:
    """Return the object that tells what went wrong: the servers agree on nothing but JSON."""
    if isinstance(wire, list):
        wire = next(iter(objects_of(wire)), {"message": dumps(wire)} if wire else {})
    if not isinstance(wire, dict):
        return {"message": wire} if isinstance(wire, str) else {}
    inner = wire.get("error")
    if isinstance(inner, str):
        return {**wire, "message": f"{inner}: {wire['message']}" if text_of(wire.get("message")) else inner}
    if isinstance(inner, dict):
        return inner
    return wire


def _message(details: Object) -> str:
    for key in ("message", "detail", "msg", "reason", "error_description", "html-message"):
        value = details.get(key)
        if isinstance(value, str) and value:
            return value + _upstream(details)
        if isinstance(value, dict | list) and value:
            nested = text_of(object_of(value).get("message"))
            return nested or dumps(value)
    return ""


def _upstream(details: Object) -> str:
    """Routers say only that the provider failed, and put its words in the metadata."""
    words = text_of(object_of(details.get("metadata")).get("raw"))
    return f" ({words})" if words else ""


def _error(details: Object, *, status: int, headers: Headers, holder: Object, body: bytes) -> ProviderError:
    message = _message(details)
    code, kind = name_of(details.get("code")), name_of(details.get("type")) or name_of(details.get("error_type"))
    found = _class(status, code, kind, message, object_of(details.get("innererror")))
    told = "retry-after" in headers or "retry-after-ms" in headers
    wait = wait_of(headers) if told or found in (RateLimited, Overloaded) else None
    plain = "" if body.lstrip()[:1] in (b"<", b"{", b"[") else error_text(body[:300]).strip()
    return found(
        error_text(message) if message else f"HTTP {status}{f': {plain}' if plain else ''}.",
        status=status or 200,
        code=code,
        type=kind,
        request_id=headers.get("x-request-id") or name_of(holder.get("request_id")),
        retry_after=wait,
        retryable=False if found is RateLimited and _TOO_LARGE.search(message[:LIMIT]) else None,
        body=error_text(body),
    )


def _class(status: int, code: str | None, kind: str | None, message: str, inner: Object) -> type[ProviderError]:
    table = CODES if status else IN_BAND
    found = next((table[word] for word in _words(inner.get("code"), code, kind) if word in table), None)
    if found is not None and found not in _CLIENT:
        return found
    plain = found or STATUSES.get(status) or (BadRequest if 400 <= status < 500 else ServerError)
    if plain in _CLIENT:
        return next((narrow for pattern, narrow in _WORDS if _narrows(plain, narrow) and pattern.search(message[:LIMIT])), plain)
    return plain


def _narrows(plain: type[ProviderError], narrow: type[ProviderError]) -> bool:
    """A rate limit is told from a used-up quota by its words; nothing else about it is doubtful."""
    if plain is RateLimited:
        return narrow is QuotaExhausted
    if plain in (PermissionDenied, PaymentRequired):
        return narrow in (QuotaExhausted, AuthenticationError, ContentFiltered)
    return narrow is not QuotaExhausted or plain is not ServerError


def _words(*values: Any) -> list[str]:
    return [value.lower() for value in values if isinstance(value, str)]
