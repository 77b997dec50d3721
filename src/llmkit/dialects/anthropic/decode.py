"""A whole response body into a `CompletionResponse`."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.anthropic.content import Fields, decode_block, fields_of, string, value
from llmkit.dialects.anthropic.errors import error
from llmkit.dialects.anthropic.finish import decode_finish
from llmkit.dialects.anthropic.usage import decode_cost, decode_usage, region, service_tier
from llmkit.errors import ProtocolError
from llmkit.types.http import Headers
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance, Text
from llmkit.types.responses import CompletionResponse

READ = frozenset({"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"})
"""Fields of a message that have a place of their own; every other one goes to `extra`."""
_blocks_of = msgspec.json.Decoder(list[msgspec.Raw]).decode


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    try:
        fields = fields_of(body)
        return _response(fields, body, origin)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProtocolError("The answer is not a message: not the JSON object that was promised.") from None


def extra_of(fields: Fields) -> dict[str, Any]:
    """Return what a message says beside the answer, without its nulls."""
    extra = {name: value(fields, name) for name in fields if name not in READ}
    return {name: found for name, found in extra.items() if found is not None}


def _response(fields: Fields, body: bytes, origin: Provenance) -> CompletionResponse:
    if "error" in fields or string(fields, "type") == "error":
        raise error(200, Headers(), body)
    content = _content(fields, origin)
    usage = value(fields, "usage")
    usage = usage if isinstance(usage, dict) else None
    extra = extra_of(fields)
    return CompletionResponse(
        id=string(fields, "id"),
        model=string(fields, "model") or "",
        provider=origin.provider,
        content=content,
        finish=decode_finish(value(fields, "stop_reason"), value(fields, "stop_sequence"), extra.get("stop_details")),
        usage=decode_usage(usage, fields.get("usage", NO_NATIVE)),
        cost=decode_cost(usage),
        service_tier=service_tier(usage),
        region=region(usage),
        extra=extra,
        raw=msgspec.Raw(body),
    )


def _content(fields: Fields, origin: Provenance) -> tuple[Part, ...]:
    content = fields.get("content")
    if content and bytes(memoryview(content)[:1]) == b"[":
        return tuple([decode_block(block, origin) for block in _blocks_of(content)])
    words = string(fields, "content")
    if words is None or "role" not in fields:
        raise ProtocolError("The answer holds no content.")
    return (Text(text=words, origin=origin),)
