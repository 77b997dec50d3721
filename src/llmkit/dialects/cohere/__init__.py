"""Cohere's chat format, version 2: documents, citations and a plan before tool calls."""

from llmkit.dialects.cohere.decode import decode
from llmkit.dialects.cohere.dialect_profile import NAME, PROFILE
from llmkit.dialects.cohere.encode import encode
from llmkit.dialects.cohere.errors import error
from llmkit.dialects.cohere.stream import decoder

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error"]
