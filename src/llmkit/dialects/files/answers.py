"""What the formats of files read alike: bodies, moments, ids that go into paths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from llmkit.errors import InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Answer
from llmkit.types.http import Headers

Failure = Callable[[int, Headers, bytes], ProviderError]
Body = TypeVar("Body")
_ERROR_FIELDS = ("error", "errors", "detail")


def decoded(decoder: msgspec.json.Decoder[Body], answer: Answer, error: Failure, noun: str = "file") -> Body:
    """Return the body. Raises the provider's error where it says one with status 200, `ProtocolError` where it holds no `noun`."""
    problem = ""
    try:
        return decoder.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as failure:
        problem = str(failure)
    if _is_error(answer.body):
        raise error(answer.status, answer.headers, answer.body)
    raise ProtocolError(f"The answer holds no {noun}: {problem}.")


def done(answer: Answer, error: Failure) -> None:
    """Take an answer that says no more than that something was done. Raises the provider's error where it says one with status 200."""
    if _is_error(answer.body):
        raise error(answer.status, answer.headers, answer.body)


def moment(value: Any) -> datetime | None:
    """Return a moment that is told as seconds since 1970 or by RFC 3339; None where it is neither, or 0."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str) and value:
            found = msgspec.convert(value, datetime)  # drops what is finer than microseconds, which Google sends
            return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        pass
    return None


def in_path(id: str, what: str = "file") -> str:
    """Return an id as one segment of a path. Raises `InvalidRequest` for one that would lead elsewhere."""
    if not isinstance(id, str) or not id or id in (".", "..") or len(id) > 512 or not id.isprintable():
        raise InvalidRequest(f"{id!r} is no id of a {what}.", parameter="id")
    return quote(id, safe="")


def _is_error(body: bytes) -> bool:
    try:
        said = msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return isinstance(said, dict) and any(said.get(name) for name in _ERROR_FIELDS)
