"""Content blocks of a client's request into parts."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import Any

import msgspec

from llmkit.dialects.anthropic.citations import decode_citation
from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.dialects.anthropic.draft import AS_BLOCKS
from llmkit.serving.anthropic.answer_blocks import NO_INDEX, NO_SEAL
from llmkit.serving.anthropic.fields import Fields, malformed
from llmkit.serving.origins import ELSEWHERE
from llmkit.types.parts import (
    Citation,
    Compaction,
    Document,
    Image,
    Part,
    Provenance,
    Reasoning,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)

_ORIGIN = Provenance(provider="", dialect=NAME)
"""What only this format understands is marked as such; which provider made it, a request does not say."""
_RESULT = "_tool_result"


def parse_content(value: Any, path: str) -> tuple[Part, ...]:
    """Return the parts of a message's or tool result's content: a string or a list of blocks."""
    if isinstance(value, str):
        return (Text(text=value),)
    if not isinstance(value, list):
        malformed(path, "a string or a list of blocks")
    return tuple([parse_block(block, f"{path}.{place}") for place, block in enumerate(value)])


def parse_block(block: Any, path: str) -> Part:
    """Return the part that `block` says."""
    fields = Fields(block, path)
    kind = fields.need("type", str, "a string")
    parse = _BLOCKS.get(kind)
    part = parse(fields) if parse is not None else None
    if part is not None:
        return part
    if kind.endswith(_RESULT) and isinstance(block.get("tool_use_id"), str):
        failed = block.get("is_error") is True
        name = kind.removesuffix(_RESULT)
        return ServerToolResult(id=block["tool_use_id"], name=name, is_error=failed, origin=_ORIGIN, native=_raw(block))
    return Unknown(kind=kind, origin=_ORIGIN, native=_raw(block))


def spelled_as_blocks(value: Any, parts: tuple[Part, ...]) -> bool:
    """Tell whether `value` is a list where we would write a string or nothing."""
    if not isinstance(value, list):
        return False
    match parts:
        case () | (Text(citations=(), cache=None, options={}),):
            return True
    return False


def _raw(block: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(block))


def _text(fields: Fields) -> Text:
    text = fields.need("text", str, "a string")
    found = fields.peek("citations")
    citations: tuple[Citation, ...] = ()
    if isinstance(found, list) and found and all(isinstance(item, dict) and isinstance(item.get("type"), str) for item in found):
        citations = tuple([_citation(item) for item in fields.take("citations", list)])
    return Text(text=text, citations=citations, cache=fields.cache(), options=fields.rest())


def _citation(item: dict[str, Any]) -> Citation:
    """Return a citation; one that we wrote for another format is of that format again, and not sent on as this one's."""
    citation = decode_citation(item, _ORIGIN)
    if item.get("encrypted_index") == NO_INDEX:
        return citation.replace(origin=ELSEWHERE, location="url_citation", options={})
    return citation


def _thinking(fields: Fields) -> Reasoning:
    """Return thinking. An empty signature is one that we wrote: the thinking is another format's, and must not go out as this one's.

    A block without a signature stays as it is: hosts that seal nothing want it back.
    """
    text = fields.need("thinking", str, "a string")
    signature = fields.take("signature", str)
    if signature == NO_SEAL:
        return Reasoning(text=text, cache=fields.cache(), options=fields.rest(), origin=ELSEWHERE)
    return Reasoning(text=text, signature=signature, cache=fields.cache(), options=fields.rest(), origin=_ORIGIN)


def _redacted(fields: Fields) -> Reasoning:
    data = fields.need("data", str, "a string")
    return Reasoning(encrypted=data, cache=fields.cache(), options=fields.rest(), origin=_ORIGIN)


def _image(fields: Fields) -> Image:
    return Image(**_source(fields), cache=fields.cache(), options=fields.rest())


def _document(fields: Fields) -> Document:
    content = _source(fields, document=True)
    cited = None
    match fields.peek("citations"):
        case {"enabled": bool(enabled), **more} if not more:
            cited = enabled
            fields.take("citations", dict)
    title, context = fields.take("title", str), fields.take("context", str)
    return Document(title=title, context=context, citations=cited, cache=fields.cache(), options=fields.rest(), **content)


def _source(fields: Fields, *, document: bool = False) -> dict[str, Any]:
    """Return what the typed part says of a source; a source it cannot say exactly stays in the options."""
    typed: dict[str, Any] = {}
    match fields.peek("source"):
        case {"type": "url", "url": str(url), **more} if not more and not url.startswith("data:"):
            typed = {"url": url}
        case {"type": "file", "file_id": str(file_id), **more} if not more:
            typed = {"file_id": file_id}
        case {"type": "text", "media_type": "text/plain", "data": str(text), **more} if not more and document:
            typed = {"text": text}
        case {"type": "base64", "media_type": str(kind), "data": str(data), **more} if not more:
            content = _bytes(data)
            if content is not None and (not document or kind == "application/pdf"):
                typed = {"data": content, "media_type": kind}
    if typed:
        fields.take("source", dict)
    elif not isinstance(fields.peek("source"), dict):
        malformed(fields.at("source"), "an object")
    return typed


def _bytes(data: str) -> bytes | None:
    try:
        content = b64decode(data, validate=True)
    except (NotBase64, ValueError):
        return None
    return content if b64encode(content).decode() == data else None


def _tool_use(fields: Fields) -> ToolCall:
    arguments = fields.need("input", dict, "an object")
    text = msgspec.json.encode(arguments).decode()
    identity, name = fields.need("id", str, "a string"), fields.need("name", str, "a string")
    return ToolCall(id=identity, name=name, arguments=arguments, json=text, cache=fields.cache(), options=fields.rest())


def _tool_result(fields: Fields) -> ToolResult:
    identity = fields.need("tool_use_id", str, "a string")
    parts: tuple[Part, ...] = ()
    found = fields.take("content", str, list)
    if found is not None:
        parts = parse_content(found, fields.at("content"))
        if spelled_as_blocks(found, parts):
            fields.put(AS_BLOCKS, True)
    failed = fields.peek("is_error") is True
    if failed:
        fields.take("is_error", bool)
    return ToolResult(id=identity, content=parts, is_error=failed, cache=fields.cache(), options=fields.rest())


def _server_call(fields: Fields) -> ServerToolCall:
    arguments = fields.need("input", dict, "an object")
    identity, name = fields.need("id", str, "a string"), fields.need("name", str, "a string")
    cache = fields.cache()
    return ServerToolCall(id=identity, name=name, arguments=arguments, cache=cache, options=fields.rest(), origin=_ORIGIN)


def _mcp_call(fields: Fields) -> ServerToolCall:
    fields.put("type", "mcp_tool_use")
    return _server_call(fields)


def _compaction(fields: Fields) -> Compaction:
    text, encrypted = fields.take("content", str), fields.take("encrypted_content", str)
    return Compaction(text=text or "", encrypted=encrypted, cache=fields.cache(), options=fields.rest(), origin=_ORIGIN)


_BLOCKS: dict[str, Callable[[Fields], Part]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "image": _image,
    "document": _document,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
    "server_tool_use": _server_call,
    "mcp_tool_use": _mcp_call,
    "compaction": _compaction,
}
