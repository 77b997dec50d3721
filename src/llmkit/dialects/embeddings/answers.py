"""From the vectors of an answer to our reply: every one checked, none made up."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, TypeVar

import msgspec

from llmkit.errors import InvalidRequest, ProtocolError, ProviderError
from llmkit.types.asking import Answer
from llmkit.types.embedding import EmbeddingResponse
from llmkit.types.usage import Cost, Usage
from llmkit.types.vectors import VectorFormat, packed

Body = TypeVar("Body")
Numbers = list[float] | list[int] | str
Failure = Callable[[int, Any, bytes], ProviderError]
_FURTHEST = (b"\x7f", b"\xff")
"""First bytes of numbers from 1.7e38 on, of infinity and of what is no number."""


def decoded(decoder: msgspec.json.Decoder[Body], answer: Answer, error: Failure) -> Body:
    """Return the body. Raises the provider's error where it says one with status 200, `ProtocolError` where it holds no embeddings."""
    problem = ""
    try:
        return decoder.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as failure:
        problem = str(failure)
    if _is_error(answer.body):
        raise error(answer.status, answer.headers, answer.body)
    raise ProtocolError(f"The answer holds no embeddings: {problem}.")


def reply_of(vectors: Sequence[Numbers], count: int, answer: Answer, *, format: VectorFormat = "float", **told: Any) -> EmbeddingResponse:
    """Return the reply with `vectors`, one for each of `count` inputs; base64 is of float32 numbers, or of the bytes of other formats."""
    if len(vectors) != count:
        raise ProtocolError(f"The answer holds {len(vectors)} vectors for {count} inputs.")
    rows = [_row(vector, format) for vector in vectors]
    length = len(rows[0]) if rows else 0
    if any(len(row) != length for row in rows):
        raise ProtocolError("The vectors of the answer differ in length.")
    data = b"".join(rows)
    if not data:
        raise ProtocolError("The vectors of the answer are empty.")
    if format == "float":
        check_finite(data)
    return EmbeddingResponse(data=data, dimensions=_dimensions(length, format), format=format, raw=msgspec.Raw(answer.body), **told)


def check_finite(data: bytes) -> None:
    """Raise `ProtocolError` where a float32 is infinite or no number: integers read as floats look so."""
    highest = data[3::4]
    if any(byte in highest for byte in _FURTHEST):
        numbers = array("f", data)
        if not isfinite(sum(numbers)):  # the sum of finite numbers of 32 bits is finite in 64
            raise ProtocolError("The vectors of the answer hold what is no number.")


def tokens(count: int | None) -> Usage | None:
    """Return the usage of `count` input tokens; None where the provider does not tell."""
    return None if count is None or count < 0 else Usage(uncached=count)


def told_cost(value: Any) -> Cost | None:
    """Return what the provider says it cost: a number of US dollars, or an object with `total_cost` and `currency`."""
    currency = "USD"
    if isinstance(value, dict):
        value, currency = value.get("total_cost"), str(value.get("currency") or currency)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        return None
    return Cost(amount=Decimal(repr(value)), currency=currency)


def _row(numbers: Numbers, format: VectorFormat) -> bytes:
    if not isinstance(numbers, str):
        problem = ""
        try:
            return packed(numbers, format)
        except InvalidRequest as failure:
            problem = str(failure)
        raise ProtocolError(problem)
    try:
        data = base64.b64decode(numbers, validate=True)
    except ValueError:
        data = b""
    if not data or (format == "float" and len(data) % 4):
        raise ProtocolError("A vector of the answer is not base64, or is cut.")
    return data


def _dimensions(length: int, format: VectorFormat) -> int:
    if format == "float":
        return length // 4
    return length if format in ("int8", "uint8") else length * 8


def _is_error(body: bytes) -> bool:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return isinstance(found, dict) and bool(found.get("error") or found.get("errors") or found.get("detail"))
