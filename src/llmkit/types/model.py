"""The base of every public value: frozen, keyword-only, small in print."""

from __future__ import annotations

from typing import Any, Self

import msgspec

NO_NATIVE = msgspec.Raw()
"""The absent wire block: empty and falsy."""


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True, gc=False):
    """Base of every public value. Change one with `value.replace(field=...)`."""

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes`."""
        return msgspec.structs.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: bytes become base64 text, wire blocks become objects."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Self:
        """Make a value from what `to_dict` returned. Raises `msgspec.ValidationError` where it does not fit."""
        return msgspec.json.decode(msgspec.json.encode(value), type=cls)
