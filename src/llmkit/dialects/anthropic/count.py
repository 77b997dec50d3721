"""How many tokens a request has, by `/messages/count_tokens`."""

from __future__ import annotations

import re

from llmkit.dialects.counted import counted
from llmkit.types.dialect import Encoded

OWN_PLACE = True
_TAKEN = frozenset(
    {
        "model",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "cache_control",
        "context_management",
        "compaction",
        "mcp_servers",
        "speed",
        "anthropic_version",
        "anthropic_beta",
    }
)
"""Fields that say what is read; whatever else a request holds is about the answer, and is refused (vendor's SDK 2.12, 2026-11)."""
_RAW_PREDICT = re.compile(r"/models/[^/:]+:rawPredict$")


def count_path(path: str, /) -> str | None:
    """Return where a request to `path` is counted.

    Where the model stands in the path counting is a model of its own, which wants the real one's id in the body (the vendor's SDK for
    Vertex, 2026-11).
    """
    if _RAW_PREDICT.search(path):
        return _RAW_PREDICT.sub("/models/count-tokens:rawPredict", path)
    place, mark, query = path.partition("?")
    return f"{place}/count_tokens{mark}{query}" if place.endswith("/messages") else None


def encode_count(encoded: Encoded, /, *, model: str) -> Encoded:
    """Return the question how many tokens `encoded` is."""
    body = {"model": model, **{name: value for name, value in encoded.body.items() if name in _TAKEN}}
    return Encoded(path=encoded.path, body=body, headers=encoded.headers)


def decode_count(body: bytes, /) -> int:
    """Return the number of tokens. Raises `ProtocolError` for other bytes."""
    return counted(body, ("input_tokens",))
