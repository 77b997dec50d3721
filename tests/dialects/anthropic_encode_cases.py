"""A tool with its schema, for tests."""

from __future__ import annotations

from llmkit.types.tools import Tool

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


TOOL = Tool(name="f", parameters=SCHEMA)
