"""Typed errors from failed responses and from exceptions inside a stream."""

from __future__ import annotations

import msgspec

from llmkit.dialects.aws_errors import aws_error
from llmkit.errors import ProviderError
from llmkit.framing.aws_eventstream import Message
from llmkit.types.http import Headers

_NO_HEADERS = Headers()


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    return aws_error(status, headers, body)


def stream_error(message: Message) -> ProviderError:
    """Return the typed error in a message that is an exception; the status of the response was 200."""
    kind = message.text(":exception-type") or message.text(":error-code")
    said = message.text(":error-message")
    body = msgspec.json.encode({"message": said}) if said else message.payload
    return aws_error(200, _NO_HEADERS, body, kind or "internalServerException")
