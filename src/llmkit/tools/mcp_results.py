"""From an MCP server's answer to the parts of a tool's result."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import msgspec

from llmkit.tools.failures import ToolError
from llmkit.types.parts import Audio, Document, Image, Part, Text, ToolResult

LONGEST_TEXT = 1_000_000
"""Characters of one text of an answer; what is over is cut, and the model is told so."""


def answer_of(answer: Any) -> ToolResult:
    """Return the SDK's `CallToolResult` as a result; the run gives it the id of its call."""
    parts = tuple([_part(block) for block in answer.content])
    structured = answer.structured_content
    if not parts and structured is not None:
        parts = (Text(text=_cut(msgspec.json.encode(structured).decode())),)
    return ToolResult(id="", content=parts, is_error=bool(answer.is_error), structured=structured if isinstance(structured, dict) else None)


def _part(block: Any) -> Part:
    match block.type:
        case "text":
            return Text(text=_cut(block.text))
        case "image":
            return Image(data=_bytes(block.data), media_type=block.mime_type)
        case "audio":
            return Audio(data=_bytes(block.data), media_type=block.mime_type)
        case "resource":
            return _resource(block.resource)
        case "resource_link":
            return Text(text=_cut(f"{block.name}: {block.uri}"))
        case _:
            return Text(text=_cut(block.model_dump_json(by_alias=True, exclude_none=True)))


def _resource(resource: Any) -> Part:
    if hasattr(resource, "text"):
        return Text(text=_cut(resource.text))
    kind = resource.mime_type or "application/octet-stream"
    data = _bytes(resource.blob)
    if kind.startswith("image/"):
        return Image(data=data, media_type=kind)
    if kind.startswith("audio/"):
        return Audio(data=data, media_type=kind)
    return Document(data=data, media_type=kind, name=str(resource.uri).rpartition("/")[2] or None)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} ... ({len(text) - LONGEST_TEXT:,} characters were cut)"


def _bytes(data: str) -> bytes:
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise ToolError("The MCP server sent bytes that are not base64.")
