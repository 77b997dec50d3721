"""A model's own name, without what a provider writes around it."""

from __future__ import annotations


def bare_name(model: str) -> str:
    """Return `model` in lower case without vendor, region and version (`us.anthropic.claude-...-v1:0`, `anthropic/claude-...@date`)."""
    return model.rpartition("/")[2].lower()
