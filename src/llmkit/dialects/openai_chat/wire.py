"""Read the JSON that servers of this format send, whatever they make of it."""

from __future__ import annotations

from typing import Any, TypeGuard

import msgspec

Object = dict[str, Any]

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class FunctionPiece(msgspec.Struct, forbid_unknown_fields=True):
    """More of a call's arguments."""

    name: str | None = None
    arguments: str | None = None


class CallPiece(msgspec.Struct, forbid_unknown_fields=True):
    """More of a call."""

    index: int = -1
    id: str | None = None
    type: Any = None
    function: FunctionPiece | None = None


class Delta(msgspec.Struct, forbid_unknown_fields=True):
    """An ordinary piece of an answer. Anything unordinary fails to decode here and is read by `loads`."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    role: Any = None
    tool_calls: list[CallPiece] | None = None
    refusal: None = None
    function_call: None = None
    audio: None = None
    annotations: None = None
    reasoning_details: Any = None
    token_id: Any = None


class Choice(msgspec.Struct):
    """A candidate's piece."""

    delta: Delta
    index: int = 0
    finish_reason: str | None = None
    logprobs: Any = None
    tool_calls: None = None
    finish_details: None = None
    error: None = None


class Chunk(msgspec.Struct):
    """An ordinary event. Fields that are not read here are looked at in the first event, the last ones, and unordinary ones."""

    choices: tuple[Choice]
    usage: Any = None
    error: Any = None


ordinary = msgspec.json.Decoder(Chunk).decode


def loads(data: bytes | str) -> Any:
    """Return the value of JSON text. Raises `ValueError`.

    Some servers write NaN and Infinity, or halves of a surrogate pair, which no strict parser takes; a second, lenient
    one reads them, and what cannot be written as UTF-8 becomes U+FFFD. Such a number in place of words is an error: they are lost.
    """
    try:
        return _decode(data)
    except (msgspec.MsgspecError, UnicodeError):
        pass
    except RecursionError:
        raise ValueError("nested too deeply") from None
    import json

    text = data.decode() if isinstance(data, bytes) else data
    try:
        return _clean(json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dumps(value: Any) -> str:
    """Return `value` as compact JSON text."""
    return _encode(value).decode()


def raw(value: Any) -> msgspec.Raw:
    """Return `value` as a wire block."""
    return msgspec.Raw(_encode(value))


def is_object(value: Any) -> TypeGuard[Object]:
    """Tell whether `value` is a JSON object."""
    return isinstance(value, dict)


def object_of(value: Any) -> Object:
    """Return `value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """Return `value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects_of(value: Any) -> list[Object]:
    """Return the objects in a list, an empty list for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """Return `value` where it is text, else an empty text."""
    return value if isinstance(value, str) else ""


def name_of(value: Any) -> str | None:
    """Return an identifier: text that is not empty, or a number as text."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(value: Any) -> float | None:
    """Return `value` where it is a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def count_of(value: Any) -> int:
    """Return a count of tokens, 0 for anything but a number above 0."""
    return max(0, int(value)) if isinstance(value, int | float) and value == value and abs(value) < 1e15 else 0


def told(fields: Object, known: frozenset[str]) -> Object:
    """Return the fields that say something and are not `known`."""
    return {key: value for key, value in fields.items() if key not in known and value is not None and value != [] and value != {}}


_WORDS = ("content", "text", "delta")


def _clean(value: Any) -> Any:
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            if any(isinstance(value.get(name), float) and _clean(value[name]) is None for name in _WORDS):
                raise ValueError("a number in place of words")
            return {_clean(key): _clean(item) for key, item in value.items()}
        case list():
            return [_clean(item) for item in value]
        case float():
            return value if value - value == 0 else None
    return value
