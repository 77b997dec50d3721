"""Answers and streams of the completions format, whose choices hold a `text` where those of the chat format hold a message."""

from __future__ import annotations

from llmkit.dialects import openai_chat
from llmkit.types.dialect import StreamDecoder
from llmkit.types.parts import Provenance
from llmkit.types.responses import CompletionResponse


def decode(body: bytes, /, *, origin: Provenance) -> CompletionResponse:
    """Return the response in `body`. Raises `ProtocolError` for other bytes, `ProviderError` for an error with status 200."""
    return openai_chat.decode(body, origin=origin)


def decoder(*, origin: Provenance) -> StreamDecoder:
    """Return a fresh stream decoder."""
    return openai_chat.decoder(origin=origin)
