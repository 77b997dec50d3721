"""The generateContent format as clients speak it to us."""

from __future__ import annotations

from typing import Any

from llmkit.dialects.gemini.dialect_profile import NAME
from llmkit.serving.gemini.events import renderer
from llmkit.serving.gemini.failure import render_error
from llmkit.serving.gemini.request import parse_request
from llmkit.serving.gemini.response import losses, render_response

STREAM_TYPE = "text/event-stream"
_STREAM = ":streamGenerateContent"

__all__ = ["NAME", "STREAM_TYPE", "losses", "parse_request", "render_error", "render_response", "renderer", "streams"]


def streams(body: dict[str, Any], /, *, path: str = "") -> bool:
    """Say whether the client asks for a stream, which only the path tells."""
    return path.partition("?")[0].endswith(_STREAM)
