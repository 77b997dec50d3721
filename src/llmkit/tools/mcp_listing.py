"""What an MCP server says of its tools, made harmless: names that fit, texts without hidden characters, a fingerprint."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import msgspec

from llmkit.errors import ProtocolError
from llmkit.tools.failures import plain
from llmkit.types.tools import Tool

LONGEST_DESCRIPTION = 8_000
LARGEST_SCHEMA = 128 * 1024
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of words and of emoji."""


class ListedTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool under the server's `name`, and as a model is told of it; `said` is what the server said, for the fingerprint."""

    name: str
    tool: Tool
    said: bytes


def listed_tool(listed: Any) -> ListedTool:
    """Return the SDK's tool as ours. Raises `ProtocolError` for one that is too large."""
    said = msgspec.json.encode([listed.name, listed.description, listed.input_schema], order="sorted")
    if len(said) > LARGEST_SCHEMA:
        raise ProtocolError(f"The MCP server's tool {plain(listed.name, 64)!r} is described in {len(said):,} bytes.")
    words = visible(listed.description or "")
    tool = Tool(
        name=_NOT_IN_NAMES.sub("_", listed.name)[:64] or "_", description=words or None, parameters=_visible_schema(listed.input_schema)
    )
    return ListedTool(name=listed.name, tool=tool, said=said)


def fingerprint_of(tools: Sequence[ListedTool]) -> str:
    """Return a hash of all that the server says of its tools, whatever their order."""
    return "sha256:" + hashlib.sha256(b"\n".join(sorted(tool.said for tool in tools))).hexdigest()


def visible(text: str) -> str:
    """Return `text` without characters that a person does not see and a model reads (tags, direction marks, controls)."""
    seen = "".join([one for one in text if one in _JOINERS or unicodedata.category(one) not in ("Cf", "Co", "Cs")])
    return plain(seen, LONGEST_DESCRIPTION)


def _visible_schema(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: visible(value) if key in ("description", "title") and isinstance(value, str) else _visible_schema(value)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_visible_schema(item) for item in schema]
    return schema
