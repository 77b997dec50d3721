"""The Interactions format of Google's Gemini models and agents."""

from __future__ import annotations

from llmkit.dialects.gemini_interactions.decode import decode
from llmkit.dialects.gemini_interactions.dialect_profile import NAME, PROFILE
from llmkit.dialects.gemini_interactions.encode import encode
from llmkit.dialects.gemini_interactions.errors import error
from llmkit.dialects.gemini_interactions.follow import follow, resume_path
from llmkit.dialects.gemini_interactions.stream import InteractionStream
from llmkit.types.dialect import StreamDecoder
from llmkit.types.parts import Provenance

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error", "follow", "resume_path"]


def decoder(*, origin: Provenance) -> StreamDecoder:
    """Return a fresh stream decoder."""
    return InteractionStream(origin)
