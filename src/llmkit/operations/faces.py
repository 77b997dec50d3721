"""All operations beside conversations, as both clients have them: a mixin each."""

from __future__ import annotations

from llmkit.operations.embedding_faces import AsyncEmbeddingFace, EmbeddingFace
from llmkit.operations.media_faces import AsyncMediaFace, MediaFace


class OperationsFace(EmbeddingFace, MediaFace):
    """What the sync client does beside conversations."""


class AsyncOperationsFace(AsyncEmbeddingFace, AsyncMediaFace):
    """What the asyncio client does beside conversations."""
