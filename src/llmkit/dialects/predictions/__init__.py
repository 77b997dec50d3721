"""Predictions: an `input` becomes a job, which is waited for, asked for again, or streamed from an address of its own."""

from __future__ import annotations

from llmkit.dialects.predictions.decode import decode
from llmkit.dialects.predictions.dialect_profile import NAME, PROFILE
from llmkit.dialects.predictions.encode import encode
from llmkit.dialects.predictions.errors import error
from llmkit.dialects.predictions.follow import follow
from llmkit.dialects.predictions.stream import PredictionStream
from llmkit.types.dialect import StreamDecoder
from llmkit.types.parts import Provenance

__all__ = ["NAME", "PROFILE", "decode", "decoder", "encode", "error", "follow"]


def decoder(*, origin: Provenance) -> StreamDecoder:
    """Return a fresh stream decoder."""
    return PredictionStream(origin)
