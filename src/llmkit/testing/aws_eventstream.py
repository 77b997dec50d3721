"""Write the binary event stream of AWS, for fakes and tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from struct import pack
from typing import Any, TypeAlias
from uuid import UUID
from zlib import crc32

HeaderValue: TypeAlias = bool | int | bytes | str | datetime | UUID
_NUMBERS = ((2, 1), (3, 2), (4, 4), (5, 8))


def frame(headers: Mapping[str, HeaderValue], payload: bytes = b"") -> bytes:
    """Return one message."""
    block = b"".join([_header(name, value) for name, value in headers.items()])
    lengths = pack(">II", 16 + len(block) + len(payload), len(block))
    message = lengths + pack(">I", crc32(lengths)) + block + payload
    return message + pack(">I", crc32(message))


def event(kind: str, body: dict[str, Any]) -> bytes:
    """Return the message of an event with a JSON body, its headers in the order in which AWS sends them."""
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def exception(kind: str, message: str) -> bytes:
    """Return the message by which a stream reports a failure."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps({"message": message}).encode())


def _header(name: str, value: HeaderValue) -> bytes:
    encoded = name.encode()
    return bytes([len(encoded)]) + encoded + _value(value)


def _value(value: HeaderValue) -> bytes:
    match value:
        case bool():
            return b"\x00" if value else b"\x01"
        case int():
            kind, size = next((kind, size) for kind, size in _NUMBERS if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1)
            return bytes([kind]) + value.to_bytes(size, "big", signed=True)
        case bytes():
            return b"\x06" + pack(">H", len(value)) + value
        case str():
            return b"\x07" + pack(">H", len(value.encode())) + value.encode()
        case datetime():
            return b"\x08" + pack(">q", round(value.timestamp() * 1000))
        case UUID():
            return b"\x09" + value.bytes
