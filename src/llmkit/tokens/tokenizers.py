"""The models' own tokenizers, where the package that carries their data is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

Exact = Callable[[str], int | None]
BUNDLED = {
    "cl100k": "cl100k_base",
    "deepseek": "deepseek_v3",
    "gemma-3": "gemma3",
    "gemma-4": "gemma4",
    "glm": "glm4",
    "kimi": "kimi_k2",
    "llama-2": "llama2",
    "llama-3": "llama3",
    "mistral-v1": "mistral_v1",
    "o200k": "o200k_base",
    "qwen": "qwen3",
    "tekken": "mistral_v3",
}
"""Our names of tokenizers, and the names of their data in the package `splintr-rs`, compared with the makers' own (2026-11-23)."""
LONGEST = 1_000_000
"""Longer texts are estimated: some tokenizers take seconds for a million characters without a space."""


@lru_cache(maxsize=len(BUNDLED))
def tokenizer(name: str) -> Exact | None:
    """Return how the tokenizer `name` counts; None where it, or the package, is not there."""
    if name not in BUNDLED:
        return None
    try:
        package = import_module("splintr")
    except ImportError:
        return None
    encode = package.Tokenizer.from_pretrained(BUNDLED[name]).encode_ordinary

    def exact(text: str) -> int | None:
        if len(text) > LONGEST:
            return None
        return len(encode(text.encode("utf-8", "replace").decode()))  # a lone surrogate has no UTF-8

    return exact
