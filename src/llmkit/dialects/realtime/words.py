"""What the formats of realtime sessions say alike: sound in pieces, settings laid over each other, codes of a close."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from llmkit.dialects.error_text import error_text
from llmkit.errors import (
    AuthenticationError,
    BadRequest,
    ContentTooLarge,
    InvalidRequest,
    Overloaded,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServerError,
)
from llmkit.types.asking import Place
from llmkit.types.realtime_request import AudioFormat, RealtimeRequest
from llmkit.types.warnings import Warning
from llmkit.types.websocket import Close

PIECE = 256 * 1024
"""Bytes of sound in one message: far below what any provider takes (15 MiB at OpenAI)."""
CODES: dict[int, type[ProviderError]] = {
    1002: BadRequest,
    1003: BadRequest,
    1007: BadRequest,
    1008: PermissionDenied,
    1009: ContentTooLarge,
    1011: ServerError,
    1012: Overloaded,
    1013: Overloaded,
    3000: AuthenticationError,
    3003: PermissionDenied,
    4000: BadRequest,
    4001: AuthenticationError,
    4003: PermissionDenied,
    4029: RateLimited,
}
"""By the registry of close codes (IANA, RFC 6455); those from 4000 on are used as the HTTP status of the same last digits."""


def pieces(data: bytes) -> Iterator[str]:
    """Give sound as base64, in pieces that a message can hold."""
    for begin in range(0, len(data), PIECE):
        yield b64encode(data[begin : begin + PIECE]).decode()


def laid_over(wire: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return `wire` with the fields of `more`, objects within objects; what is set to None is left out."""
    found = dict(wire)
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(found.get(name), dict):
            found[name] = laid_over(found[name], value)
        else:
            found[name] = value
    return found


def own_fields(request: RealtimeRequest, place: Place, name: str) -> dict[str, Any]:
    """Return what the caller wants said in the format's own words."""
    found = laid_over(request.options.get(name, {}), request.options.get(place.provider, {}))
    return laid_over(found, request.extra_body)


def leave_out(request: RealtimeRequest, warnings: list[Warning], **why: str) -> None:
    """Note each setting that `request` has and the format cannot say."""
    for name, words in why.items():
        if getattr(request, name) not in (None, (), False):
            warnings.append(Warning(kind="dropped", parameter=name, detail=words))


def check_format(parameter: str, value: AudioFormat | None, accepted: tuple[AudioFormat, ...]) -> None:
    """Refuse a format of sound that the provider does not take."""
    if value is not None and value not in accepted:
        words = ", ".join(f"{one.encoding}/{one.rate}" for one in accepted)
        given = f"{value.encoding}/{value.rate}"
        raise InvalidRequest(f"{parameter} is {given}, which is not taken.", parameter=parameter, hint=f"It is {words}.")


def closed(close: Close) -> ProviderError | None:
    """Return what a close means by its code; None: that all is well."""
    if close.code in (1000, 1001, 1005):
        return None
    kind = CODES.get(close.code, ServerError)
    words = error_text(close.reason) if close.reason else "The provider closed the session."
    return kind(f"{words} (close code {close.code})", code=str(close.code))
