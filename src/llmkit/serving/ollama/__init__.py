"""Ollama's own chat format seen from the server's side."""

from llmkit.serving.ollama.request import parse_request

__all__ = ["parse_request"]
