"""Cohere's chat format seen from the server's side."""

from llmkit.serving.cohere.request import parse_request

__all__ = ["parse_request"]
