"""How many tokens a request has, at servers that count chats.

The format itself has no such place: each server that counts has one of its own, which its row names. They read the same messages and
tools, and answer in four ways.
"""

from __future__ import annotations

from llmkit.dialects.counted import counted
from llmkit.types.dialect import Encoded

OWN_PLACE = False
_TAKEN = frozenset(
    {
        "model",
        "tools",
        "tool_choice",
        "functions",
        "response_format",
        "thinking",
        "reasoning",
        "reasoning_effort",
        "chat_template_kwargs",
        "add_generation_prompt",
        "continue_final_message",
        "messages",
    }
)
"""Fields that say what is read: a chat template sees the thinking and the form of the answer too."""
_PLACES = (
    ("input_tokens",),  # llama.cpp's /chat/completions/input_tokens (tried 2026-11)
    ("count",),  # vLLM's /tokenize (its protocol.py, read 2026-11-23)
    ("data", "total_tokens"),  # Moonshot's /tokenizers/estimate-token-count (its OpenAPI, read 2026-11-23)
    ("usage", "total_tokens"),  # Zhipu's /tokenizer, pictures and films included (docs.z.ai, read 2026-11-23)
    ("usage", "prompt_tokens"),
)


def count_path(path: str, /) -> str | None:
    """Return None: the format names no place to count."""
    return None


def encode_count(encoded: Encoded, /, *, model: str) -> Encoded:
    """Return the question how many tokens `encoded` is."""
    body = {"model": model, **{name: value for name, value in encoded.body.items() if name in _TAKEN}}
    return Encoded(path=encoded.path, body=body, headers=encoded.headers)


def decode_count(body: bytes, /) -> int:
    """Return the number of tokens. Raises `ProtocolError` for other bytes."""
    return counted(body, *_PLACES)
