"""Errors of providers of pictures: those that list their words, and those of their filters."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.openai_chat import errors as usual
from llmkit.errors import ContentFiltered, ProviderError
from llmkit.types.http import Headers

_FILTERED = (b"content_moderation", b"content_policy_violation", b"moderation_blocked", b"SENSITIVE_CONTENT", b"request moderated")


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response."""
    found = usual.error(status, headers, _plain(body))
    if 400 <= status < 500 and not isinstance(found, ContentFiltered) and any(word in body for word in _FILTERED):
        return ContentFiltered(str(found), status=status, code=found.code, retry_after=None)
    return found


def _plain(body: bytes) -> bytes:
    """Return the body with a list of messages as one, where it has a list."""
    try:
        wire: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    listed = wire.get("errors") if isinstance(wire, dict) else None
    if not isinstance(listed, list) or "error" in wire or "message" in wire:
        return body
    words = [item if isinstance(item, str) else item.get("message", "") for item in listed if isinstance(item, str | dict)]
    first = next((item for item in listed if isinstance(item, dict)), {})
    return msgspec.json.encode({"error": {"message": "; ".join([str(word) for word in words if word]), "code": first.get("code")}})
