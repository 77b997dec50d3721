"""The name of the Chat Completions format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "openai_chat"
PATH = "/chat/completions"

PROFILE = Profile(max_tokens_field="max_tokens", reasoning="effort", cache="auto", replay="native")
