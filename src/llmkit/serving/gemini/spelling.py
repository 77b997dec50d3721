"""One spelling for the fields of a request: clients write camelCase or snake_case, and null for a field that is not there."""

from __future__ import annotations

from typing import Any

OPAQUE = frozenset(
    {
        "args",
        "arguments",
        "inputSchema",
        "labels",
        "parameters",
        "parametersJsonSchema",
        "partMetadata",
        "response",
        "responseJsonSchema",
        "responseSchema",
    }
)
"""Fields that hold the caller's own words, where every name and every null stands for itself."""


def respelled(value: Any) -> Any:
    """Return `value` with the field names of the format in camelCase and without nulls."""
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for name, item in value.items():
            if item is not None:
                ours = camel(name)
                found[ours] = item if ours in OPAQUE else respelled(item)
        return found
    return [respelled(item) for item in value] if isinstance(value, list) else value


def camel(name: str) -> str:
    """Return `name` in camelCase."""
    if "_" not in name.strip("_"):
        return name
    head, *tail = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in tail)
