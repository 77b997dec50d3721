"""An answer as it is kept: JSON behind a digest, so that a damaged one is noticed."""

from __future__ import annotations

import hmac
from hashlib import blake2b

import msgspec

from llmkit.types.model import NO_NATIVE
from llmkit.types.responses import CompletionResponse

FORM = 1
_DIGEST = 16


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An answer and when it was given (Unix seconds: the only clock that processes share)."""

    response: CompletionResponse
    created: float
    form: int = FORM


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


def pack(entry: Entry, key: bytes) -> bytes:
    """Return `entry` in writing, without the body as it came. Raises `TypeError` or `ValueError` for what JSON cannot say."""
    response = msgspec.structs.replace(entry.response, raw=NO_NATIVE)
    written = _encode(msgspec.structs.replace(entry, response=response))
    return _digest(written, key) + written


def unpack(data: bytes, key: bytes) -> Entry | None:
    """Return the entry, None where it is damaged, of another key or of another form."""
    written = data[_DIGEST:]
    if not hmac.compare_digest(data[:_DIGEST], _digest(written, key)):
        return None
    try:
        entry = _decode(written)
    except (ValueError, RecursionError):
        return None
    return entry if entry.form == FORM else None


def _digest(written: bytes, key: bytes) -> bytes:
    return blake2b(written, digest_size=_DIGEST, key=key).digest()
