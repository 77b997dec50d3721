"""The chat completions format as clients speak it to us."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.openai_chat.dialect_profile import NAME
from llmkit.serving.openai_chat.events import renderer
from llmkit.serving.openai_chat.facts import facts_in
from llmkit.serving.openai_chat.failure import render_error
from llmkit.serving.openai_chat.request import parse_request
from llmkit.serving.openai_chat.response import losses, render_response

STREAM_TYPE = "text/event-stream"

__all__ = ["NAME", "STREAM_TYPE", "facts_in", "losses", "parse_request", "render_error", "render_response", "renderer", "streams"]


def streams(body: dict[str, Any], /, *, path: str = "") -> bool:
    """Say whether the client asks for a stream."""
    return body.get("stream") is True
