"""JSON on one line, as an event of a stream must be."""

from __future__ import annotations

from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


def one_line(value: Any) -> bytes:
    """Return `value` as JSON without line breaks. Wire blocks keep their bytes, and a break in JSON is never within a text."""
    data = bytes(value) if isinstance(value, msgspec.Raw) else _encode(value)
    return data.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in data or b"\r" in data else data
