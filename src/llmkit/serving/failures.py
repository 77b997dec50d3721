"""Sort failures into the few kinds that every client format has words for."""

from __future__ import annotations

from math import ceil
from typing import Literal, TypeAlias

from llmkit.dialects.error_text import error_text
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    MissingKey,
    NotFound,
    Overloaded,
    PaymentRequired,
    PermissionDenied,
    ProtocolError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ServerError,
    ServiceEnded,
    StreamInterrupted,
    Timeout,
    TransportError,
    UnknownModel,
    UnknownProvider,
)

Kind: TypeAlias = Literal[
    "bad_request",
    "context_length",
    "content_filter",
    "unauthorized",
    "payment",
    "quota",
    "forbidden",
    "not_found",
    "conflict",
    "too_large",
    "rate_limited",
    "overloaded",
    "timeout",
    "upstream",
    "server",
]
_MOST = 1_000
_KINDS: tuple[tuple[type[LLMKitError], Kind], ...] = (
    (ContextLengthExceeded, "context_length"),
    (ContentFiltered, "content_filter"),
    (BadRequest, "bad_request"),
    (AuthenticationError, "unauthorized"),
    (PermissionDenied, "forbidden"),
    (QuotaExhausted, "quota"),
    (PaymentRequired, "payment"),
    (NotFound, "not_found"),
    (Conflict, "conflict"),
    (ContentTooLarge, "too_large"),
    (RateLimited, "rate_limited"),
    (Overloaded, "overloaded"),
    (ServerError, "server"),
    (UnknownModel, "not_found"),
    (UnknownProvider, "not_found"),
    (ServiceEnded, "not_found"),
    (ConfigurationError, "server"),
    (InvalidRequest, "bad_request"),
    (MissingKey, "server"),
    (Timeout, "timeout"),
    (ProtocolError, "upstream"),
    (ConnectionFailed, "upstream"),
    (TransportError, "upstream"),
    (StreamInterrupted, "upstream"),
)
"""The first class that fits; more special ones stand first."""
_PRIVATE = (ConfigurationError, MissingKey)
"""How the server is set up is not the client's business."""
_UPSTREAM = "The model's provider could not be reached or broke off."


def kind_of(error: LLMKitError) -> Kind:
    """Return what kind of failure `error` is; an interrupted stream is what interrupted it."""
    error = cause_of(error)
    return next((kind for known, kind in _KINDS if isinstance(error, known)), "server")


def cause_of(error: LLMKitError) -> LLMKitError:
    """Return what went wrong in the first place."""
    if isinstance(error, StreamInterrupted) and error.cause is not None:
        return error.cause
    return error


def message_of(error: LLMKitError) -> str:
    """Return what the client may read: short, without keys, addresses of ours, or the body of the provider's answer."""
    error = cause_of(error)
    if isinstance(error, _PRIVATE):
        return "The server is not set up for this model."
    if isinstance(error, TransportError) and not isinstance(error, Timeout):
        return _UPSTREAM
    text = error_text(error.message).strip()
    return (text if len(text) <= _MOST else f"{text[: _MOST - 1]}…") or "The request failed."


def parameter_of(error: LLMKitError) -> str | None:
    """Return the field of the request that is at fault, where it is known."""
    return error.parameter if isinstance(error, InvalidRequest) and not isinstance(error, _PRIVATE) else None


def status_of(error: LLMKitError, usual: int) -> int:
    """Return the HTTP status: the provider's own where the table's is only the nearest of its class."""
    error = cause_of(error)
    given = error.status if isinstance(error, ProviderError) else 0
    return given if given // 100 == usual // 100 == 5 and not isinstance(error, Overloaded) else usual


def headers_of(error: LLMKitError) -> dict[str, str]:
    """Return when to come back, and whether trying again can help: vendors' clients heed `x-should-retry` above their own rules."""
    headers: dict[str, str] = {}
    error = cause_of(error)
    if error.retry_after is not None and error.retry_after >= 0:
        headers["Retry-After"] = str(ceil(min(error.retry_after, 86_400 * 365)))
    if not error.retryable:
        headers["x-should-retry"] = "false"
    return headers
