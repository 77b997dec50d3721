"""A whole response body into a `CompletionResponse`."""

from __future__ import annotations

from typing import Any

import msgspec

from llmkit.dialects.bedrock_converse.content import decode_block
from llmkit.dialects.bedrock_converse.errors import error
from llmkit.dialects.bedrock_converse.fields import Fields, blocks_of, fields_of, inner, mapping, value
from llmkit.dialects.bedrock_converse.finish import decode_finish
from llmkit.dialects.bedrock_converse.usage import decode_usage
from llmkit.errors import ProtocolError
from llmkit.types.http import Headers
from llmkit.types.model import NO_NATIVE
from llmkit.types.parts import Part, Provenance
from llmkit.types.responses import CompletionResponse

READ = frozenset({"output", "stopReason", "usage", "serviceTier", "p"})
"""Fields of an answer that have a place of their own, and the padding of events; every other one goes to `extra`."""
_OF_MESSAGE = frozenset({"role", "content"})


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    try:
        fields = fields_of(body)
        if "output" not in fields and ("message" in fields or "__type" in fields):
            raise error(200, Headers(), body)
        return _response(fields, body, origin)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProtocolError("The answer is not a message: not the JSON object that was promised.") from None


def extra_of(fields: Fields) -> dict[str, Any]:
    """Return what stands beside the answer, without its nulls."""
    extra = {name: value(fields, name) for name in fields if name not in READ}
    return {name: found for name, found in extra.items() if found is not None}


def tier_of(fields: Fields) -> str | None:
    """Return the tier that served the request."""
    tier = mapping(value(fields, "serviceTier")).get("type")
    return tier if isinstance(tier, str) else None


def _response(fields: Fields, body: bytes, origin: Provenance) -> CompletionResponse:
    message = inner(inner(fields, "output"), "message")
    extra = extra_of(fields)
    more = {name: value(message, name) for name in message if name not in _OF_MESSAGE}
    return CompletionResponse(
        provider=origin.provider,
        content=_content(message, origin),
        finish=decode_finish(value(fields, "stopReason"), extra.get("additionalModelResponseFields")),
        usage=decode_usage(value(fields, "usage"), fields.get("usage", NO_NATIVE)),
        service_tier=tier_of(fields),
        extra={**extra, "message": more} if more else extra,
        raw=msgspec.Raw(body),
    )


def _content(message: Fields, origin: Provenance) -> tuple[Part, ...]:
    content = message.get("content")
    if not content:
        raise ProtocolError("The answer holds no content.")
    return tuple([decode_block(block, origin) for block in blocks_of(content)])
