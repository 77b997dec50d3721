"""What an API says in its answers beside its wire format: errors in its own words, and how much may still be sent."""

from __future__ import annotations

from typing import Literal, TypeAlias

from llmkit.types.model import Model

ErrorKind: TypeAlias = Literal[
    "authentication",
    "bad_request",
    "content_filtered",
    "context_length_exceeded",
    "not_found",
    "overloaded",
    "payment_required",
    "permission_denied",
    "quota_exhausted",
    "rate_limited",
    "server_error",
]


class ErrorRule(Model, frozen=True, kw_only=True):
    """An error body that means `kind`, where the dialect alone would not know: all that is given must hold.

    `code` is the whole value of any field `code`, `status_code`, `error_code` or `type` of the body; `contains` is found in the body's
    text without regard to case.
    """

    kind: ErrorKind
    source: str
    """Where this is documented, and when it was read."""
    status: int | None = None
    code: str = ""
    contains: str = ""


class RateHeaders(Model, frozen=True, kw_only=True):
    """Response headers that tell the limits, in lower case; an empty name: there is none.

    `reset` says how the time until a limit is full again is written: `seconds` (from now), `milliseconds` (from now), `duration`
    (`1m30s`, `20ms`), `date` (ISO 8601), `unix` (seconds since 1970), `unix_milliseconds`.
    """

    source: str
    requests_limit: str = ""
    requests_left: str = ""
    requests_reset: str = ""
    tokens_limit: str = ""
    tokens_left: str = ""
    tokens_reset: str = ""
    reset: Literal["seconds", "milliseconds", "duration", "date", "unix", "unix_milliseconds"] = "seconds"
