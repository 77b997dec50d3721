"""The Chat Completions format seen from the server's side."""

from llmkit.serving.openai_chat.facts import facts_in
from llmkit.serving.openai_chat.request import parse_request

__all__ = ["facts_in", "parse_request"]
