"""The Messages format as clients speak it to us."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.anthropic.dialect_profile import NAME
from llmkit.serving.anthropic.events import renderer
from llmkit.serving.anthropic.failure import render_error
from llmkit.serving.anthropic.request import parse_request
from llmkit.serving.anthropic.response import losses, render_response

STREAM_TYPE = "text/event-stream"

__all__ = ["NAME", "STREAM_TYPE", "losses", "parse_request", "render_error", "render_response", "renderer", "streams"]


def streams(body: dict[str, Any], /, *, path: str = "") -> bool:
    """Say whether the client asks for a stream."""
    return body.get("stream") is True
