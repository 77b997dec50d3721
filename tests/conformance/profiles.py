"""Choose a profile for a recorded request, as the gateway does: from the spelling that the request shows."""

from __future__ import annotations

from typing import Any

from llmkit.serving.openai_chat.facts import facts_in
from llmkit.types.profile import Profile


def profile_for(dialect: str, default: Profile, sent: dict[str, Any]) -> Profile:
    """Return `default`, with the spelling of `sent` where a dialect has several."""
    return default.merged(facts_in(sent)) if dialect == "openai_chat" else default
