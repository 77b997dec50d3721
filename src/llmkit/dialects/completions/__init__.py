"""The older completions format: one prompt in, its continuation out. Answers are read as those of the chat format, which they resemble."""

from __future__ import annotations

from llmkit.dialects.completions.decode import decode, decoder
from llmkit.dialects.completions.dialect_profile import NAME, PROFILE
from llmkit.dialects.completions.encode import encode
from llmkit.dialects.openai_chat.errors import error

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
