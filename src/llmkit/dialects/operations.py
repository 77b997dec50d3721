"""The wire formats of operations beside conversations: one module each, all with the same functions (`llmkit.types.asking`)."""

from __future__ import annotations

from importlib import import_module

from llmkit.types.asking import Codec

MODULES: dict[str, str] = {
    "openai_embeddings": "embeddings.openai",
}
"""The formats that are spoken, and where each is."""


def codec(name: str) -> Codec | None:
    """Return the format called `name`, imported only now; None: it is not spoken here."""
    place = MODULES.get(name)
    if place is None:
        return None
    module: Codec = import_module(f"llmkit.dialects.{place}")
    return module
