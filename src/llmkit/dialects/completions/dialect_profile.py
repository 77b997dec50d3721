"""The name of the completions format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "completions"

PROFILE = Profile(
    reasoning="none",
    tools=False,
    json_schema=False,
    json_object=False,
    images=False,
    audio=False,
    video=False,
    documents=False,
    cache="none",
)
