"""Any request in plain values that are different where it is: kinds are named, bytes and wire blocks cannot pose as words."""

from __future__ import annotations

from hashlib import blake2b
from math import isfinite
from typing import Any

import msgspec

_raw = msgspec.json.Decoder(msgspec.Raw).decode


def canonical(value: Any) -> Any:
    """Return `value` as JSON types. Raises `TypeError` or `ValueError` for what JSON cannot say.

    Everything but words, numbers and lists stands in an object that names its kind, so that no two kinds look the same.
    """
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            if not isfinite(value):
                raise ValueError("JSON has no such number")  # it would be null, as nothing is
            return value
        case list() | tuple():
            return list(value) if {str}.issuperset(map(type, value)) else [canonical(inner) for inner in value]
        case dict():
            return {"kind": "dict", "fields": {_name(name): canonical(inner) for name, inner in value.items()}}
        case bytes() | bytearray() | memoryview():
            return {"kind": "bytes", "digest": blake2b(value, digest_size=32).hexdigest()}
        case msgspec.Raw():
            return {"kind": "raw", "json": str(_raw(value), "utf-8") if value else ""}
        case msgspec.Struct():
            fields = {name: canonical(getattr(value, name)) for name in value.__struct_fields__}
            return {"kind": type(value).__qualname__, "fields": fields}
        case _:
            raise TypeError(f"{type(value).__name__} has no one way to be written")


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError("a name is not a string")
    return name
