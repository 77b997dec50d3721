"""Ollama's own chat format: `/api/chat`, a JSON object a line where it streams."""

from llmkit.dialects.ollama.decode import decode
from llmkit.dialects.ollama.dialect_profile import NAME, PROFILE
from llmkit.dialects.ollama.encode import encode
from llmkit.dialects.ollama.stream import decoder
from llmkit.dialects.openai_chat.errors import error

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
