"""The name of the chatbot format and what it takes."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "chatbot"

PROFILE = Profile(
    reasoning="none",
    tools=False,
    json_schema=False,
    json_object=False,
    images=False,
    audio=False,
    video=False,
    documents=False,
    prefill=False,
    cache="none",
)
