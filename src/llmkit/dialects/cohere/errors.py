"""Typed errors from failed responses, and from answers that end in one."""

from __future__ import annotations

import re

from llmkit.dialects.error_text import error_text
from llmkit.dialects.openai_chat.errors import error as chat_error
from llmkit.dialects.openai_chat.errors import error_of
from llmkit.dialects.openai_chat.wire import Object, text_of
from llmkit.errors import BadRequest, ContextLengthExceeded, ProviderError, QuotaExhausted, RateLimited
from llmkit.types.http import Headers

_MONTHLY = re.compile(r"calls / month|monthly limit", re.IGNORECASE)
"""What a trial key has used up does not come back by waiting."""
KINDS: dict[str, type[ProviderError]] = {
    "TOO_MANY_TOKENS": ContextLengthExceeded,
    "INVALID_TOOL_GENERATION": BadRequest,
}


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    found = chat_error(status, headers, body)
    if isinstance(found, RateLimited) and _MONTHLY.search(found.message):
        return _as(QuotaExhausted, found)
    return found


def failure_of(wire: Object) -> ProviderError:
    """Return the error that an answer with status 200 reports."""
    found = error_of({"message": text_of(wire.get("error")) or text_of(wire.get("message")), "type": wire.get("error_type")}, wire)
    kind = KINDS.get(found.type or "")
    return found if kind is None else _as(kind, found)


def _as(kind: type[ProviderError], error: ProviderError) -> ProviderError:
    return kind(
        error_text(error.message),
        status=error.status,
        code=error.code,
        type=error.type,
        request_id=error.request_id,
        retry_after=error.retry_after,
        body=error.body,
    )
