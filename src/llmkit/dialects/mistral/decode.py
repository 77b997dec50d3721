"""From bytes to an answer or events: the readers of Chat Completions know Mistral's chunks too."""

from __future__ import annotations

from llmkit.dialects.openai_chat.decode import decode
from llmkit.dialects.openai_chat.stream import decoder

__all__ = ["decode", "decoder"]
