"""Mistral's chat format: Chat Completions with chunks of its own, its own names and stricter rules."""

from llmkit.dialects.mistral.decode import decode, decoder
from llmkit.dialects.mistral.dialect_profile import NAME, PROFILE
from llmkit.dialects.mistral.encode import encode
from llmkit.dialects.openai_chat.errors import error

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
