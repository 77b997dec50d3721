"""List the models that are known to break a rule, each with the reason: whoever adds one says where it was read."""

from __future__ import annotations

from fnmatch import fnmatchcase

from llmkit.types.model_info import ModelInfo

Listed = dict[str, str]
"""Patterns of `provider/id`, with why the rule does not hold for them."""

DEAR_INPUT: Listed = {}
"""Conversations whose input costs more than 200 USD a million tokens: none is known (o1-pro is the dearest, 150)."""

CHEAP_OUTPUT: Listed = {
    "*llama-guard*": "a judge of texts: its word costs less than what it reads (Cloudflare's price list, 2026-09)",
    "azure-ai/Meta-Llama-3-70B-Instruct": "Azure's own price feed lists 1.10 and 0.37",
    "scaledown/*": "a compressor and classifier: only what it reads is paid (price feed, 2026-11)",
}
"""Conversations whose output costs less than half of their input."""

CHEAP_WRITES: Listed = {
    "*[Mm]ini[Mm]ax*": "MiniMax lists 0.375 for writing beside 0.60 for input on its high-speed models",
    "minimax*/*": "MiniMax lists 0.375 for writing beside 0.60 for input on its high-speed models",
}
"""Models that write to a cache for less than they read plain input."""

FREE_READS: Listed = {"tensormesh/*": "input that is read from the cache is free there"}
"""Models that read from a cache for nothing."""


DISTRUSTED = {
    ("genai-prices", "google/gemini-1.0-pro"): "a price by the thousand characters taken for one by tokens",
}
"""Prices of one source that were looked into and are wrong, by source and model."""


def matches(listed: Listed, info: ModelInfo) -> bool:
    """Return whether the model is among the listed."""
    return any(fnmatchcase(info.model, pattern) for pattern in listed)
