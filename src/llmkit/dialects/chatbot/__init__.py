"""The chatbot format: the user's words, a context, and a history of pairs. It has no settings, no tools and no stream of its own."""

from __future__ import annotations

from llmkit.dialects.chatbot.decode import decode, decoder, error
from llmkit.dialects.chatbot.dialect_profile import NAME, PROFILE
from llmkit.dialects.chatbot.encode import encode

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
