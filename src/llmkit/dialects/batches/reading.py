"""Read what all formats of batches tell in their own ways: a struct from JSON, a moment, a status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from llmkit.errors import InvalidRequest, ProtocolError
from llmkit.types.batch import BatchStatus

S = TypeVar("S")
_FRACTION = re.compile(r"\.(\d{6})\d+")
_LONGEST_COUNT = 20
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:/@-]+")


def decoded(decoder: msgspec.json.Decoder[S], data: bytes, what: str) -> S:
    """Return `data` as the decoder's type. Raises `ProtocolError` for other bytes."""
    problem = ""
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    raise ProtocolError(f"The answer is no {what}: {problem}.")


def value_of(raw: msgspec.Raw | bytes) -> Any:
    """Return the value of a piece of an answer that was passed over before. Raises `ProtocolError` for what cannot be read."""
    return decoded(_any, bytes(raw), "JSON") if raw else None


_any: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def moment(value: object) -> float | None:
    """Return Unix seconds from seconds or an ISO 8601 time; None for what is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return float(value)
    try:
        told = datetime.fromisoformat(_FRACTION.sub(r".\1", value))
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def status_of(word: str, known: Mapping[str, BatchStatus]) -> BatchStatus:
    """Return the status that `word` means; one that is not known is taken for one that goes on."""
    return known.get(word.lower(), "running")


def in_path(handle: str) -> str:
    """Return an id as a part of a path. Raises `InvalidRequest` for what would lead elsewhere."""
    if not handle or ".." in handle or not _PLAIN_ID.fullmatch(handle):
        raise InvalidRequest(f"{handle!r} is no id of a batch.", parameter="batch")
    return quote(handle, safe="/:@")


def texts(value: object) -> dict[str, str]:
    """Return the texts of an object, such as metadata; what is no text is left out."""
    return {str(key): item for key, item in value.items() if isinstance(item, str)} if isinstance(value, dict) else {}


def count(value: object) -> int | None:
    """Return a number that some APIs write as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_COUNT:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def checked_id(id: str, pattern: re.Pattern[str], words: str) -> str:
    """Return `id`. Raises `InvalidRequest` where the provider does not take it."""
    if not pattern.fullmatch(id):
        raise InvalidRequest(f"The id {id!r} of a request is not accepted here.", parameter="requests", hint=f"It takes {words}.")
    return id
