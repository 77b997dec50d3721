"""Content blocks of a client's request into parts."""

from __future__ import annotations

from typing import Any, NoReturn

import msgspec

from llmkit.dialects.bedrock_converse.content import decode_block
from llmkit.dialects.bedrock_converse.dialect_profile import NAME
from llmkit.errors import InvalidRequest
from llmkit.types.parts import CacheMark, Part, Provenance, Text, ToolResult, Unknown

ORIGIN = Provenance(provider="", dialect=NAME)
"""What only this format understands is marked as such; which provider made it, a request does not say."""
_RESULT = frozenset({"toolUseId", "content", "status"})


def malformed(path: str, wanted: str) -> NoReturn:
    """Raise the error for a body that is not as the format has it."""
    raise InvalidRequest(f"{path} must be {wanted}.", parameter=path)


def parse_content(value: Any, path: str) -> tuple[Part, ...]:
    """Return the parts of a list of blocks; a cache point belongs to the block before it."""
    if not isinstance(value, list):
        malformed(path, "a list of blocks")
    parts: list[Part] = []
    for place, block in enumerate(value):
        mark = cache_mark(block)
        if mark is not None and parts and parts[-1].cache is None:
            parts[-1] = parts[-1].replace(cache=mark)
        else:
            parts.append(_block(block, f"{path}.{place}"))
    return tuple(parts)


def cache_mark(block: Any) -> CacheMark | None:
    """Return the mark that a block says, if it is nothing but a cache point that we can say."""
    match block:
        case {"cachePoint": {"type": "default", "ttl": "5m" | "1h" as ttl, **more}, **others} if not more and not others:
            return CacheMark(ttl=ttl)
        case {"cachePoint": {"type": "default", **more}, **others} if not more and not others:
            return CacheMark()
    return None


def _block(block: Any, path: str) -> Part:
    if not isinstance(block, dict) or not block:
        malformed(path, "an object")
    match block:
        case {"toolResult": {"toolUseId": str(identity), "content": list(content), **more}, **others} if not others and "type" not in more:
            return _result(identity, content, {str(name): value for name, value in more.items()}, f"{path}.toolResult")
    part = decode_block(msgspec.Raw(msgspec.json.encode(block)), ORIGIN)
    return part.replace(origin=None) if isinstance(part, Text) and not part.native else part


def _result(identity: str, content: list[Any], more: dict[str, Any], path: str) -> ToolResult:
    failed = more.get("status") == "error"
    rest = {name: value for name, value in more.items() if not (name == "status" and failed)}
    options = {NAME: rest} if rest else {}
    match content:
        case [{"json": dict(structured), **others}] if not others:
            return ToolResult(id=identity, structured=structured, is_error=failed, options=options)
    parts = tuple([_item(item, f"{path}.content.{place}") for place, item in enumerate(content)])
    return ToolResult(id=identity, content=parts, is_error=failed, options=options)


def _item(item: Any, path: str) -> Part:
    """Data among other things keeps its wire form."""
    if isinstance(item, dict) and "json" in item:
        return Unknown(kind="json", origin=ORIGIN, native=msgspec.Raw(msgspec.json.encode(item)))
    return _block(item, path)
