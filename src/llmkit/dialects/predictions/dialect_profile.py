"""The name of the predictions format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "predictions"

PROFILE = Profile(
    reasoning="none",
    tools=False,
    json_schema=False,
    json_object=False,
    cache="none",
)
