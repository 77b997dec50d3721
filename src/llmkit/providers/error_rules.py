"""Give a failure the class that its provider's own words mean, where the wire format alone could not tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentFiltered,
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
from llmkit.providers.answers import ErrorKind, ErrorRule

CLASSES: dict[ErrorKind, type[ProviderError]] = {
    "authentication": AuthenticationError,
    "bad_request": BadRequest,
    "content_filtered": ContentFiltered,
    "context_length_exceeded": ContextLengthExceeded,
    "not_found": NotFound,
    "overloaded": Overloaded,
    "payment_required": PaymentRequired,
    "permission_denied": PermissionDenied,
    "quota_exhausted": QuotaExhausted,
    "rate_limited": RateLimited,
    "server_error": ServerError,
}
LARGEST = 64 * 1024
"""Most bytes of a body that are looked at: the words of an error stand at its beginning."""
_DEEPEST, _MOST = 8, 512
"""Levels and values of a body that are looked at."""
_CODES = ("code", "status_code", "error_code", "type")


def ruled(rules: tuple[ErrorRule, ...], error: ProviderError, body: bytes = b"") -> ProviderError:
    """Return `error`, in the class of the first rule that it fits; all that it tells stays.

    `body` is the answer it was made from; without one, what the error kept of it.
    """
    kind = error_class(rules, error.status, body or (error.body or "").encode(), (error.code, error.type))
    if kind is None or kind is type(error):
        return error
    other = kind.__new__(kind, *error.args)
    other.args = error.args
    other.__dict__.update({name: value for name, value in error.__dict__.items() if name != "retryable"})
    return other


def error_class(rules: Iterable[ErrorRule], status: int, body: bytes, codes: Iterable[str | None] = ()) -> type[ProviderError] | None:
    """Return the class that the first fitting rule gives to an answer with `status` and `body`; None where none fits.

    `codes` are words of the provider that are known beside the body.
    """
    body = body[:LARGEST]
    text: str | None = None
    found: set[str] | None = None
    for rule in rules:
        if rule.status is not None and rule.status != status:
            continue
        if rule.code:
            found = {*_codes(body), *(code for code in codes if code)} if found is None else found
            if rule.code not in found:
                continue
        if rule.contains:
            text = body.decode("utf-8", "replace").casefold() if text is None else text
            if rule.contains.casefold() not in text:
                continue
        if rule.code or rule.contains or rule.status is not None:
            return CLASSES[rule.kind]
    return None


def _codes(body: bytes) -> set[str]:
    """Return the values of all fields that hold a code, wherever in the body they stand."""
    try:
        level: list[Any] = [msgspec.json.decode(body)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return set()
    found: set[str] = set()
    seen = 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            seen += 1
            if seen > _MOST:
                return found
            if isinstance(value, dict):
                found.update(str(value[name]) for name in _CODES if _is_code(value.get(name)))
            if isinstance(value, dict | list):
                below += [inner for inner in (value.values() if isinstance(value, dict) else value) if isinstance(inner, dict | list)]
        level = below
    return found


def _is_code(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
