"""The generateContent format of Google's Gemini models."""

from __future__ import annotations

from llmkit.dialects.gemini.decode import decode
from llmkit.dialects.gemini.dialect_profile import NAME, PROFILE
from llmkit.dialects.gemini.encode import encode
from llmkit.dialects.gemini.errors import error
from llmkit.dialects.gemini.stream import GenerateContentStream
from llmkit.types.dialect import StreamDecoder
from llmkit.types.parts import Provenance

__all__ = ["KEPT_PROMPTS", "NAME", "PROFILE", "decode", "decoder", "encode", "error"]

KEPT_PROMPTS = True
"""A request may go on after a prompt that is kept by name."""


def decoder(*, origin: Provenance) -> StreamDecoder:
    """Return a fresh stream decoder."""
    return GenerateContentStream(origin)
