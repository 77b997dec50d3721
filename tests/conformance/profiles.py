"""Choose a profile for a recorded request, as the gateway does: from the spelling that the request shows."""

from __future__ import annotations

from typing import Any

from llmkit.serving.openai_chat.facts import facts_in
from llmkit.types.profile import Profile


def profile_for(dialect: str, default: Profile, sent: dict[str, Any]) -> Profile:
    """Return `default`, with the spelling of `sent` where a dialect has several."""
    if dialect == "openai_responses" and "prompt_cache_" in str(sent):
        return default.merged({"cache": "explicit"})
    if dialect == "mistral" and _has_other_ids(sent):
        return default.merged({"tool_id_length": None})
    return default.merged(facts_in(sent)) if dialect == "openai_chat" else default


def _has_other_ids(sent: dict[str, Any]) -> bool:
    """One recorder replaced the ids of calls by longer ones of its own."""
    return any("REDACTED" in str(message.get("tool_call_id")) for message in sent["messages"] if isinstance(message, dict))
