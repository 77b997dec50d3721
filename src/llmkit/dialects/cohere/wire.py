"""The most common event of a stream, read in one typed step."""

from __future__ import annotations

import msgspec


class _Words(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    text: str = ""
    thinking: str = ""


class _Message(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    content: _Words


class _Delta(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    message: _Message


class Piece(msgspec.Struct, forbid_unknown_fields=True, gc=False, tag_field="type", tag="content-delta"):
    """More words of a block. Anything else fails to decode here and is read field by field."""

    index: int
    delta: _Delta


ordinary = msgspec.json.Decoder(Piece).decode
