"""The name of a request: a digest of everything that shapes its answer, and of whom the answer may be told to."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Literal, TypeAlias

import msgspec

from llmkit.caching.canonical import canonical
from llmkit.types.messages import Message
from llmkit.types.parts import Audio, Document, Image, Part, Text, ToolResult, Video
from llmkit.types.request import Request
from llmkit.types.requests import CompletionRequest

SharedBy: TypeAlias = Literal["user", "tenant", "everyone"]
"""Among whom an answer is shared: the same user of the same tenant, all of one tenant, or everyone."""
SHARED_BY: tuple[SharedBy, ...] = ("user", "tenant", "everyone")

FORM = "2"
"""Counted up when a digest of the same request changes its meaning."""

NOT_SHAPING: dict[str, tuple[Any, str]] = {
    "model": ("", "the resolved names of all candidates stand for it"),
    "tenant": (None, "stands apart: it says to whom the answer may be told"),
    "user": (None, "stands apart: it says to whom the answer may be told"),
    "tags": ((), "never sent"),
    "timeout": (None, "says how long to wait, not for what"),
}
"""The fields of a request that are not digested, each with the value that stands in its place. Every other field is digested,
so that a new field is in the key until somebody decides otherwise."""

_TRACING = frozenset({"traceparent", "tracestate"})
"""Headers that are other ones for each call."""
_NEUTRAL = {name: value for name, (value, _) in NOT_SHAPING.items()}
_encode = msgspec.json.Encoder(order="deterministic").encode
_raw = msgspec.json.Decoder(msgspec.Raw).decode


def key_of(request: Request, about: Sequence[str]) -> bytes | None:
    """Return 32 bytes that name `request` and the circumstances `about`; None where the request cannot be written down.

    Dictionaries of another order are the same. What cannot be written as JSON (a lone surrogate, a wire block that is not JSON)
    has no name: two such requests might look the same.
    """
    digest = digest_of(request)
    return None if digest is None else joined(digest, about)


def digest_of(request: Request) -> bytes | None:
    """Return 32 bytes that name everything in `request` that shapes its answer; None where it cannot be written down."""
    try:
        headers = {name: value for name, value in request.extra_headers.items() if name.lower() not in _TRACING}
        bare = msgspec.structs.replace(request, extra_headers=headers, **_NEUTRAL)
        written = _conversation(bare) if type(bare) is CompletionRequest else _encode((FORM, canonical(bare)))
    except (TypeError, ValueError, RecursionError):
        return None
    return blake2b(written, digest_size=32).digest()  # a third of the cost of SHA-256 where the processor does not help


def joined(digest: bytes, about: Sequence[str]) -> bytes | None:
    """Return 32 bytes that name the request of `digest` in the circumstances `about`."""
    try:
        written = _encode(about)
    except ValueError:  # a lone surrogate in somebody's name
        return None
    return blake2b(digest + written, digest_size=32).digest()


def _conversation(bare: CompletionRequest) -> bytes:
    """Return the request in writing: the usual kind has a short way."""
    temperature = float(bare.temperature) if type(bare.temperature) is int else bare.temperature  # 0 is 0.0
    messages = tuple([_bare_message(message) for message in bare.messages])
    bare = msgspec.structs.replace(bare, messages=messages, temperature=temperature)
    # A tool of the user's and one of the provider's are told apart by their class alone.
    return _encode((FORM, [type(tool).__name__ for tool in bare.tools], bare))


def owner_of(shared_by: SharedBy, tenant: str, key: str, user: str) -> tuple[str, ...]:
    """Return whom an answer belongs to."""
    if shared_by == "everyone":
        return ("everyone",)
    return ("tenant", tenant) if shared_by == "tenant" else ("user", tenant, key, user)


def _bare_message(message: Message) -> Message:
    if all(type(part) is Text and not part.native and not part.citations and part.trust is None for part in message.content):
        return message  # nearly always
    return msgspec.structs.replace(message, content=tuple([_bare(part) for part in message.content]))


def _bare(part: Part) -> Part:
    """Return `part` with a digest in the place of its bytes, and without its mark, which is never sent.

    Raises `ValueError` for a wire block that is not one JSON value.
    """
    if part.trust is not None:
        part = msgspec.structs.replace(part, trust=None)
    if part.native:
        _raw(part.native)  # it goes into the digest as it is, and must not be able to pose as other fields
    match part:
        case Image() | Audio() | Video() | Document() if part.data is not None:
            return msgspec.structs.replace(part, data=blake2b(part.data, digest_size=32).digest())
        case Text() if part.citations:
            return msgspec.structs.replace(part, citations=tuple([_bare(citation) for citation in part.citations]))
        case ToolResult():
            return msgspec.structs.replace(part, content=tuple([_bare(inner) for inner in part.content]))
        case _:
            return part
