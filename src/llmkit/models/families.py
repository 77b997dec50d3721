"""What a family of models accepts, by the beginning of the model's id; sparse, later rows win.

Unknown models get no facts: they are sent all that the dialect can say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_OPENAI_REASONING: dict[str, Any] = {
    "sampling": False,
    "unsupported": (
        "frequency_penalty",
        "presence_penalty",
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "top_k",
        "min_p",
        "repetition_penalty",
    ),
    "max_tokens_field": "max_completion_tokens",
    "system_role": "developer",
}
_CLAUDE_ADAPTIVE: dict[str, Any] = {
    "reasoning": "adaptive",
    "efforts": ("low", "medium", "high", "max"),
    "prefill": False,
}

# Sources: the providers' documentation on reasoning models and thinking, read 2026-11.
FAMILIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("o1", _OPENAI_REASONING),
    ("o3", _OPENAI_REASONING),
    ("o4", _OPENAI_REASONING),
    ("gpt-5", _OPENAI_REASONING),
    ("gpt-5-chat", {"sampling": True, "unsupported": (), "system_role": ""}),
    ("claude-3-5-haiku", {"default_max_tokens": 8192, "reasoning": "none"}),
    ("claude-3-5-sonnet", {"default_max_tokens": 8192, "reasoning": "none"}),
    ("claude-3-haiku", {"default_max_tokens": 4096, "reasoning": "none"}),
    ("claude-3-opus", {"default_max_tokens": 4096, "reasoning": "none"}),
    ("claude-3-7", {"default_max_tokens": 32768, "min_budget": 1024}),
    ("claude-sonnet-4", {"default_max_tokens": 32768, "min_budget": 1024}),
    ("claude-opus-4", {"default_max_tokens": 32000, "min_budget": 1024}),
    ("claude-haiku-4", {"default_max_tokens": 32768, "min_budget": 1024}),
    ("claude-opus-4-6", _CLAUDE_ADAPTIVE),
    ("claude-sonnet-4-6", _CLAUDE_ADAPTIVE),
    ("claude-opus-4-7", {**_CLAUDE_ADAPTIVE, "sampling": False}),
    ("claude-opus-4-8", {**_CLAUDE_ADAPTIVE, "sampling": False}),
    ("claude-opus-5", {**_CLAUDE_ADAPTIVE, "sampling": False, "default_max_tokens": 32768}),
    ("claude-sonnet-5", {**_CLAUDE_ADAPTIVE, "sampling": False, "default_max_tokens": 32768}),
    ("claude-haiku-5", {**_CLAUDE_ADAPTIVE, "sampling": False, "default_max_tokens": 32768}),
    ("gemini-2.5", {"reasoning": "budget", "max_budget": 24576}),
    ("gemini-2.5-pro", {"min_budget": 128, "max_budget": 32768}),
    ("gemini-2.0", {"reasoning": "none"}),
    ("gemini-1.5", {"reasoning": "none"}),
    ("gemini-3", {"reasoning": "level", "efforts": ("minimal", "low", "medium", "high")}),
    ("grok-4", {"unsupported": ("frequency_penalty", "presence_penalty", "stop", "store", "logit_bias")}),
)


@lru_cache(maxsize=1024)
def facts(model: str) -> dict[str, Any]:
    """Return what is known of `model`'s family; a vendor prefix as aggregators write it (`anthropic/claude-...`) is ignored."""
    name = model.rpartition("/")[2].lower()
    merged: dict[str, Any] = {}
    for prefix, known in FAMILIES:
        if name.startswith(prefix):
            merged.update(known)
    return merged
