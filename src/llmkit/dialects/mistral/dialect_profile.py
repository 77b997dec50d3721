"""The name of Mistral's format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "mistral"
PATH = "/chat/completions"

PROFILE = Profile(
    reasoning="effort",
    system_role="system",
    tool_id_length=9,
    stream_usage=False,  # Usage comes with the last chunk unasked; `stream_options` is refused (recordings, 2026).
    video=False,
    cache="auto",
)
