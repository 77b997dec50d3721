"""Typed errors from the exceptions of AWS: in the headers of a response, in its body, or inside an event stream."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from llmkit.dialects.error_text import LIMIT, error_text
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
from llmkit.framing.aws_eventstream import Message
from llmkit.types.http import Headers

# The exceptions of the runtime's service model and those every AWS service may raise, read 2026-11-22; in lower case, since streams
# begin them with a small letter.
TYPES: dict[str, type[ProviderError]] = {
    "accessdeniedexception": PermissionDenied,
    "conflictexception": Conflict,
    "expiredtoken": AuthenticationError,
    "expiredtokenexception": AuthenticationError,
    "incompletesignature": AuthenticationError,
    "incompletesignatureexception": AuthenticationError,
    "internalserverexception": ServerError,
    "internalservererror": ServerError,
    "internalstreamfailure": ServerError,
    "invalidclienttokenid": AuthenticationError,
    "invalidsignatureexception": AuthenticationError,
    "missingauthenticationtoken": AuthenticationError,
    "missingauthenticationtokenexception": AuthenticationError,
    "modelerror": ServerError,
    "modelerrorexception": ServerError,
    "modelnotreadyexception": Overloaded,
    "modelstreamerror": ServerError,
    "modelstreamerrorexception": ServerError,
    "modeltimeoutexception": ServerError,
    "optinrequired": PermissionDenied,
    "requestentitytoolarge": ContentTooLarge,
    "resourcenotfoundexception": NotFound,
    "servicequotaexceededexception": QuotaExhausted,
    "serviceunavailable": Overloaded,
    "serviceunavailableexception": Overloaded,
    "signaturedoesnotmatch": AuthenticationError,
    "throttlingexception": RateLimited,
    "toomanyrequestsexception": RateLimited,
    "unknownoperationexception": NotFound,
    "unrecognizedclientexception": AuthenticationError,
    "validationerror": BadRequest,
    "validationexception": BadRequest,
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
    424: ServerError,
    429: RateLimited,
    503: Overloaded,
}
_WORDS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(
            r"(prompt|input)( text)? is too long|too many (input )?tokens|exceeds? the (model|context|maximum).{0,40}(length|limit|window)"
            r"|maximum context length|input token count",
            re.IGNORECASE,
        ),
        ContextLengthExceeded,
    ),
    (re.compile(r"content filter|content policy|blocked by|guardrail.{0,30}(block|interven)", re.IGNORECASE), ContentFiltered),
    (re.compile(r"security token.{0,40}(expired|invalid)|signature expired|token has expired", re.IGNORECASE), AuthenticationError),
    (re.compile(r"request (body |size )?(is )?too large|exceeds the maximum.{0,20}size", re.IGNORECASE), ContentTooLarge),
)
_REFINED = (BadRequest, PermissionDenied)
_NOT_SAID = "without a message"
_NO_HEADERS = Headers()


def aws_error(status: int, headers: Headers, body: bytes, kind: str = "") -> ProviderError:
    """Return the typed error for a failed response, or for the exception `kind` that a stream reports."""
    said = _json(body)
    kind = _kind(kind or headers.get("x-amzn-errortype") or said.get("__type") or said.get("code") or "")
    message = next((text for name in ("message", "Message", "originalMessage") if isinstance(text := said.get(name), str) and text), "")
    original = said.get("originalMessage") or said.get("OriginalMessage")
    if isinstance(original, str) and original and original not in message:
        message = f"{message} ({original})"
    failure = _class_of(status, kind, message)
    request_id = headers.get("x-amzn-requestid")
    return failure(
        error_text(message or _plain(status, kind, body)),
        status=status,
        code=kind or None,
        type=kind or None,
        request_id=request_id,
        retry_after=retry_after(headers),
        body=error_text(body),
    )


def stream_error(message: Message) -> ProviderError:
    """Return the typed error in a message of an event stream that is an exception; the status of the response was 200."""
    kind = message.text(":exception-type") or message.text(":error-code")
    said = message.text(":error-message")
    body = msgspec.json.encode({"message": said}) if said else message.payload
    return aws_error(200, _NO_HEADERS, body, kind or "internalServerException")


def _class_of(status: int, kind: str, message: str) -> type[ProviderError]:
    failure = TYPES.get(kind.lower()) or STATUSES.get(status) or (ServerError if status >= 500 or status < 400 else BadRequest)
    if issubclass(failure, _REFINED):
        failure = next((refined for words, refined in _WORDS if words.search(message[:LIMIT])), failure)
    return failure


def _kind(text: Any) -> str:
    """`ValidationException:http://...`, `com.amazon.coral#ValidationException` and `ValidationException` are one name."""
    return text.partition(":")[0].rpartition("#")[2].strip()[:128] if isinstance(text, str) else ""


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    if isinstance(found, dict) and isinstance(found.get("Output"), dict):
        return {**found["Output"]}  # how the front door answers for an operation it does not know
    return found if isinstance(found, dict) else {}


def _plain(status: int, kind: str, body: bytes) -> str:
    text = "" if kind else body[:200].decode("utf-8", "replace").strip()
    return f"Status {status}: {text}" if text else f"{kind or f'Status {status}'} {_NOT_SAID}."
