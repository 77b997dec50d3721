"""The Chat Completions format and its many relatives."""

from llmkit.dialects.openai_chat.decode import decode
from llmkit.dialects.openai_chat.dialect_profile import NAME, PROFILE
from llmkit.dialects.openai_chat.encode import encode
from llmkit.dialects.openai_chat.errors import error
from llmkit.dialects.openai_chat.stream import decoder

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
