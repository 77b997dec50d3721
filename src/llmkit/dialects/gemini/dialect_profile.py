"""The name of the generateContent format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "gemini"

PROFILE = Profile(
    max_tokens_field="maxOutputTokens",
    reasoning="budget",
    cache="auto",
    # `GenerationConfig.stopSequences`: at most 5 (API reference, read 2026-11).
    stop_limit=5,
)
