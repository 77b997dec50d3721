"""Choose a profile for a recorded request, as a gateway chooses one by model: from the spelling that the request shows."""

from __future__ import annotations

from typing import Any

from llmkit.types.profile import Profile


def profile_for(dialect: str, default: Profile, sent: dict[str, Any]) -> Profile:
    """Return `default`, with the spelling of `sent` where a dialect has several."""
    return _openai_chat(default, sent) if dialect == "openai_chat" else default


def _openai_chat(default: Profile, sent: dict[str, Any]) -> Profile:
    facts: dict[str, Any] = {
        "max_tokens_field": "max_completion_tokens" if "max_completion_tokens" in sent else "max_tokens",
        "stream_usage": (sent.get("stream_options") or {}).get("include_usage") is True,
        "replay": "native",
    }
    for message in sent.get("messages") or ():
        for name in ("reasoning_content", "reasoning"):
            if isinstance(message, dict) and name in message:
                facts["reasoning_field"] = name
    return default.replace(**facts)
