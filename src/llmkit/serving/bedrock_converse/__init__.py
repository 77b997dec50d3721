"""The Converse format as clients send it to us."""

from __future__ import annotations

from llmkit.serving.bedrock_converse.request import parse_request

__all__ = ["parse_request"]
