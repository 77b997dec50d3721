"""Typed errors from failed responses and from predictions that failed."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from llmkit.dialects.error_text import LIMIT, error_text
from llmkit.dialects.openai_chat import error as chat_error
from llmkit.errors import BadRequest, ContentFiltered, ContextLengthExceeded, Overloaded, ProviderError, ServerError
from llmkit.types.http import Headers

# `error` is bare words, by the model or the platform (seen in issues of 2025 and 2026). First match wins.
_WORDS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (re.compile(r"nsfw|flagged as sensitive|content polic|E005\b", re.I), ContentFiltered),
    (re.compile(r"too many tokens|context (length|window)|maximum (input|prompt)", re.I), ContextLengthExceeded),
    (re.compile(r"at capacity|overloaded|high demand", re.I), Overloaded),
    (re.compile(r"input validation error|invalid input", re.I), BadRequest),
)


def error(status: int, headers: Headers, body: bytes, /) -> ProviderError:
    """Return the typed error for a failed response: `{title, detail, status}`, or `{error}`."""
    return chat_error(status, headers, body)


def failed(state: str, said: Any) -> ProviderError:
    """Return the typed error of a prediction that failed."""
    text = said if isinstance(said, str) else "" if said is None else msgspec.json.encode(said).decode()
    kind = next((kind for pattern, kind in _WORDS if pattern.search(text[:LIMIT])), ServerError)
    return kind(error_text(text) or f"The prediction ended as {state}.", status=200, code=state)
