"""Typed errors from failed responses and from exceptions inside a stream."""

from __future__ import annotations

from llmkit.dialects.aws_errors import aws_error, stream_error
from llmkit.errors import ProviderError
from llmkit.types.http import Headers

__all__ = ["error", "stream_error"]


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    return aws_error(status, headers, body)
