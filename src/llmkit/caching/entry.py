"""An answer as it is kept: JSON behind a digest, so that a damaged one is noticed."""

from __future__ import annotations

import hmac
from hashlib import blake2b

import msgspec

from llmkit.caching.kinds import decoder_of, kind_of, type_of
from llmkit.types.model import NO_NATIVE
from llmkit.types.reply import Reply

FORM = 2
_DIGEST = 16


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An answer and when it was given (Unix seconds: the only clock that processes share).

    `question` and `partition` are there where others who ask alike may be given it: what was asked, and among what it may be found.
    """

    response: Reply
    created: float
    question: str = ""
    partition: bytes = b""
    form: int = FORM


class _Written(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """An entry whose answer is not read yet."""

    kind: str
    response: msgspec.Raw
    created: float
    question: str = ""
    partition: bytes = b""
    form: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Written).decode


def pack(entry: Entry, key: bytes) -> bytes:
    """Return `entry` in writing, without the body as it came. Raises `TypeError` or `ValueError` for what JSON cannot say."""
    written = _encode(
        _Written(
            kind=kind_of(type(entry.response)),
            response=msgspec.Raw(_encode(msgspec.structs.replace(entry.response, raw=NO_NATIVE))),
            created=entry.created,
            question=entry.question,
            partition=entry.partition,
            form=entry.form,
        )
    )
    return _digest(written, key) + written


def unpack(data: bytes, key: bytes) -> Entry | None:
    """Return the entry, None where it is damaged, of another key or of another form."""
    written = data[_DIGEST:]
    if not hmac.compare_digest(data[:_DIGEST], _digest(written, key)):
        return None
    try:
        found = _decode(written)
        kind = type_of(found.kind) if found.form == FORM else None
        if kind is None:
            return None
        response = decoder_of(kind).decode(found.response)
    except (ValueError, RecursionError):
        return None
    return Entry(response=response, created=found.created, question=found.question, partition=found.partition)


def _digest(written: bytes, key: bytes) -> bytes:
    return blake2b(written, digest_size=_DIGEST, key=key).digest()
