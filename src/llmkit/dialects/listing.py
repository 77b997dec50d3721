"""Read what providers tell of their models: lists, limits, kinds of content, prices. What is not told, or cannot be, stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from llmkit.errors import ProtocolError

Object = dict[str, Any]

LONGEST = 512
"""Most characters of a word that is read."""
MOST_ENTRIES = 50_000
"""Of one page."""
MOST_TOKENS = 10**10
MOST_WORDS = 256
DEAREST = Decimal(1_000_000)
"""Most USD per million tokens that is believed."""
NEVER = 2099
"""Years from here on stand for no date."""

_MILLION = Decimal(1_000_000)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode  # prices are exact: no float comes between
_KINDS = {"file": "pdf", "files": "pdf", "document": "pdf", "documents": "pdf", "images": "image", "vision": "image", "speech": "audio"}
_MODES = {
    "chat": "chat",
    "language": "chat",
    "llm": "chat",
    "vlm": "chat",
    "text-generation": "chat",
    "completion": "completion",
    "completions": "completion",
    "embed": "embedding",
    "embedding": "embedding",
    "embeddings": "embedding",
    "text-embedding": "embedding",
    "rerank": "rerank",
    "reranker": "rerank",
    "reranking": "rerank",
    "moderation": "moderation",
    "image": "image",
    "text-to-image": "image",
    "video": "video",
    "text-to-video": "video",
    "text-to-speech": "tts",
    "tts": "tts",
    "speech": "tts",
    "transcribe": "stt",
    "transcription": "stt",
    "speech-to-text": "stt",
    "automatic-speech-recognition": "stt",
    "stt": "stt",
    "realtime": "realtime",
    "ocr": "ocr",
    "decision": "decision",
}


def whole(body: bytes) -> Any:
    """Return the value of JSON text, numbers with a fraction as decimals. Raises `ProtocolError`."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, ArithmeticError):
        pass
    raise ProtocolError("The answer is not JSON.")


def listed(body: bytes, *names: str) -> tuple[Object, list[Object]]:
    """Return what stands around the list and its entries, under the first of `names` that holds one. Raises `ProtocolError`.

    A bare list has nothing around it; a bare name is an entry that tells its id.
    """
    found = whole(body)
    head: Object = found if isinstance(found, dict) else {}
    items = found if isinstance(found, list) else next((head[name] for name in names if isinstance(head.get(name), list)), None)
    if items is None and any(name in head and head[name] is None for name in names):
        return head, []  # a server without a model
    if items is None:
        raise ProtocolError("The answer holds no list of models.")
    if len(items) > MOST_ENTRIES:
        raise ProtocolError(f"The list holds more than {MOST_ENTRIES} models.")
    entries = [item if isinstance(item, dict) else {"id": item} for item in items if isinstance(item, dict | str)]
    if items and not entries:
        raise ProtocolError("The entries of the list are no models.")
    return head, entries


def inner(entry: Mapping[str, Any], *names: str) -> Object:
    """Return the first object under one of `names`; empty where there is none."""
    return next((entry[name] for name in names if isinstance(entry.get(name), dict)), {})


def text(entry: Mapping[str, Any], *names: str) -> str:
    """Return the first plain, short text under one of `names`."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable():
            return value
    return ""


def tokens(entry: Mapping[str, Any], *names: str) -> int | None:
    """Return the first limit under one of `names`; zero and less say nothing."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
            value = int(value)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_TOKENS:
            return value
    return None


def words(value: Any) -> tuple[str, ...]:
    """Return the texts of a list, each once; a text alone is a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        return ()
    return tuple(dict.fromkeys([item for item in items[:MOST_WORDS] if isinstance(item, str) and 0 < len(item) <= LONGEST]))


def kinds(value: Any) -> tuple[str, ...]:
    """Return kinds of content as we call them."""
    return tuple(dict.fromkeys([_KINDS.get(word.lower(), word.lower()) for word in words(value)]))


def mode(*values: Any) -> str:
    """Return the mode that one of `values` names; empty: none is told."""
    return next((_MODES[value.lower()] for value in values if isinstance(value, str) and value.lower() in _MODES), "")


def abilities(told: Iterable[tuple[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which abilities are told to be there, and which not to be there; a yes outweighs a no."""
    pairs = [(name, value) for name, value in told if isinstance(value, bool)]
    can = tuple(dict.fromkeys([name for name, value in pairs if value]))
    return can, tuple(dict.fromkeys([name for name, value in pairs if not value and name not in can]))


def day(value: Any) -> str | None:
    """Return the day (ISO 8601) of a date, of a time, or of seconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 < value < 2**35:
            return None
        found = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str) and 10 <= len(value) <= 40:
        try:
            found = datetime.fromisoformat(value.replace(" UTC", "+00:00"))
        except ValueError:
            return None
    else:
        return None
    return found.date().isoformat() if 1971 <= found.year < NEVER else None


def amount(value: Any) -> Decimal | None:
    """Return a number of a price list exactly. Below zero it stands for a price that changes, which is not known."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and not 0 < len(value) <= 40:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or number.adjusted() > 12 or len(number.as_tuple().digits) > 25:
        return None
    return number


def per_million(value: Any, factor: Decimal | int = 1) -> Decimal | None:
    """Return a price per million tokens from one per `factor` of a million: 1,000,000 for a price per token."""
    number = amount(value)
    if number is None:
        return None
    rate = number * Decimal(factor)
    return plain(rate) if rate <= DEAREST else None


def per_token(value: Any) -> Decimal | None:
    """Return a price per million tokens from a price per token."""
    return per_million(value, _MILLION)


def plain(number: Decimal) -> Decimal:
    """Return `number` without zeros at its end and without an exponent."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if int(short.as_tuple().exponent) > 0 else short


def rates_of(found: Iterable[tuple[str, Decimal | None]], *, free: bool = False) -> dict[str, Decimal]:
    """Return the rates that are known. A zero is known only where the model is `free`: elsewhere it means that there is no such price."""
    return {name: rate for name, rate in found if rate is not None and (rate or free)}
