"""How many tokens a request has, by `/responses/input_tokens`."""

from __future__ import annotations

from llmkit.dialects.counted import counted
from llmkit.types.dialect import Encoded

OWN_PLACE = True
_TAKEN = frozenset(
    {
        "model",
        "instructions",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "text",
        "truncation",
        "personality",
        "previous_response_id",
        "conversation",
        "input",
    }
)
"""Fields that say what is read (vendor's SDK 3.54, 2026-11)."""


def count_path(path: str, /) -> str | None:
    """Return where a request to `path` is counted."""
    place, mark, query = path.partition("?")
    return f"{place}/input_tokens{mark}{query}" if place.endswith("/responses") else None


def encode_count(encoded: Encoded, /, *, model: str) -> Encoded:
    """Return the question how many tokens `encoded` is."""
    body = {"model": model, **{name: value for name, value in encoded.body.items() if name in _TAKEN}}
    return Encoded(path=encoded.path, body=body, headers=encoded.headers)


def decode_count(body: bytes, /) -> int:
    """Return the number of tokens. Raises `ProtocolError` for other bytes."""
    return counted(body, ("input_tokens",))
