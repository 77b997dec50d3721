"""The Responses format: a conversation of typed items, with reasoning that can be sent back and tools that the server runs."""

from __future__ import annotations

from llmkit.dialects.openai_responses.decode import decode
from llmkit.dialects.openai_responses.dialect_profile import NAME, PROFILE
from llmkit.dialects.openai_responses.encode import encode
from llmkit.dialects.openai_responses.errors import error
from llmkit.dialects.openai_responses.resume import resume_path
from llmkit.dialects.openai_responses.stream import ResponseStream, decoder

__all__ = ["NAME", "PROFILE", "ResponseStream", "decode", "decoder", "encode", "error", "resume_path"]
