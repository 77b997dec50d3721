"""The name of Cohere's format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "cohere"
PATH = "/chat"

PROFILE = Profile(
    reasoning="budget",
    system_role="system",
    json_schema_with_tools=False,
    media_in_results=False,
    audio=False,
    video=False,
    documents=False,
    stop_limit=5,
    cache="auto",
)
"""`documents` are files; documents that are text have a place of their own."""
