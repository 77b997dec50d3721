"""Differences without meaning between two bodies of the Responses format."""

from __future__ import annotations

from typing import Any


def drop_nulls(body: dict[str, Any]) -> None:
    """Drop what is null: a setting, or a field of an item, a content or a tool."""
    _drop_nulls(body)


def drop_defaults(body: dict[str, Any]) -> None:
    """Drop what says what its absence says."""
    if body.get("store") is True:
        del body["store"]
    for name in ("tools", "include", "text", "reasoning"):
        if name in body and not body[name]:
            del body[name]


def messages_as_items(body: dict[str, Any]) -> None:
    """Write every message out: a text as input is the user's, an item with a role is a message, a text content is its string."""
    if isinstance(body.get("input"), str):
        body["input"] = [{"role": "user", "content": body["input"]}]
    for item in body.get("input", ()):
        if "role" in item:
            item.setdefault("type", "message")
        for field in ("content", "output"):
            match item.get(field):
                case [{"type": "input_text" | "output_text", "text": str(text), **others}] if not others and "id" not in item:
                    item[field] = text


def whole_tools(body: dict[str, Any]) -> None:
    """Give functions their parameters."""
    for tool in body.get("tools", ()):
        if tool.get("type") == "function" and not tool.get("parameters"):
            tool["parameters"] = {"type": "object", "properties": {}}


def one_name_for_the_user(body: dict[str, Any]) -> None:
    """Call the end user's id by its newer name."""
    if "user" in body and "safety_identifier" not in body:
        body["safety_identifier"] = body.pop("user")


def sorted_include(body: dict[str, Any]) -> None:
    """Sort a set."""
    if isinstance(body.get("include"), list):
        body["include"] = sorted(set(body["include"]))


_DATA = {"parameters", "schema", "arguments", "structured"}


def _drop_nulls(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _drop_nulls(item)
    elif isinstance(value, dict):
        for name in [name for name, item in value.items() if item is None]:
            del value[name]
        for name, item in value.items():
            if name not in _DATA:
                _drop_nulls(item)
