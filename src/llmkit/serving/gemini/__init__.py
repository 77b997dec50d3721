"""The generateContent format as clients send it to us."""

from __future__ import annotations

from llmkit.serving.gemini.request import parse_request

__all__ = ["parse_request"]
