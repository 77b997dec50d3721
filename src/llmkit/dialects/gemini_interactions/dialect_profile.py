"""The name of the Interactions format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "gemini_interactions"

PROFILE = Profile(max_tokens_field="max_output_tokens", reasoning="level", cache="auto")
