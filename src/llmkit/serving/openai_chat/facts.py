"""What a request body shows of the API it was written for."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.reasoning import DETAILS, FIELDS


def facts_in(body: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a profile with which the parsed request is encoded the way `body` is: a layer for `Profile.merged`."""
    options = body.get("stream_options")
    facts: dict[str, Any] = {"stream_usage": isinstance(options, dict) and options.get("include_usage") is True}
    if body.get("max_completion_tokens") is not None:
        facts["max_tokens_field"] = "max_completion_tokens"
    control = _control(body)
    if control:
        facts["reasoning"] = control
    for message in body.get("messages") or []:
        if isinstance(message, dict) and message.get("role") == "assistant" and not message.get(DETAILS):
            field = next((name for name in FIELDS if isinstance(message.get(name), str)), None)
            if field:
                facts.update(replay="always", reasoning_field=field)
    if _has_marks(body):
        facts["cache"] = "explicit"
    return facts


def _control(body: dict[str, Any]) -> str | None:
    if body.get("reasoning_effort") is not None:
        return "effort"
    if isinstance(body.get("reasoning"), dict):
        return "level"
    switch = body.get("thinking")
    if isinstance(switch, dict):
        return "budget" if "budget_tokens" in switch else "toggle"
    return None


def _has_marks(value: Any) -> bool:
    if isinstance(value, dict):
        return "cache_control" in value or any(_has_marks(item) for item in value.values())
    return isinstance(value, list) and any(_has_marks(item) for item in value)
