"""The name of the Responses format and what it takes where nothing is known of the model."""

from __future__ import annotations

from llmkit.types.profile import Profile

NAME = "openai_responses"
PATH = "/responses"
CALL_ID_LIMIT = 64
"""Most characters of a call's id (vendor's documentation, read 2026-11-22)."""

PROFILE = Profile(audio=False, video=False, cache="auto", tool_id_limit=CALL_ID_LIMIT)
