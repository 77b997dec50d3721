"""The Responses format as clients speak it to us."""

from __future__ import annotations

from llmkit.dialects.openai_responses.dialect_profile import NAME
from llmkit.serving.openai_responses.events import renderer
from llmkit.serving.openai_responses.failure import render_error
from llmkit.serving.openai_responses.request import parse_request, streams
from llmkit.serving.openai_responses.response import losses, render_response

STREAM_TYPE = "text/event-stream"

__all__ = ["NAME", "STREAM_TYPE", "losses", "parse_request", "render_error", "render_response", "renderer", "streams"]
