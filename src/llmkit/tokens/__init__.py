"""Token counts without a network: estimates with a stated error, exact where a tokenizer is installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.tokens.counting import count, count_text
    from llmkit.tokens.families import family_of

__all__ = ["count", "count_text", "family_of"]
_MODULES = {"count": "counting", "count_text": "counting", "family_of": "families"}


def __getattr__(name: str) -> Any:
    """Import what is asked for only now: what fits the coefficients runs without them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
