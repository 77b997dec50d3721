"""`embed` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.embedding import EmbeddingOptions, EmbeddingRequest, EmbeddingResponse


class EmbeddingFace:
    """What the sync client has for embeddings."""

    _core: Core

    def embed(
        self, model: str | Sequence[str] | EmbeddingRequest, inputs: Any = None, /, **options: Unpack[EmbeddingOptions]
    ) -> EmbeddingResponse:
        """Return a vector for each of `inputs`: a text, images, or a list of these; any number of them.

        `reply.vectors` is a sequence of arrays in one piece of memory (`reply.vectors.numpy()` reads it without a copy).

        Raises `UnsupportedFeature` where the provider embeds nothing, `InvalidRequest` for an argument that is wrong.
        """
        from llmkit.operations.embedding import embed  # only who embeds pays for it

        return run(embed(self._core, model, inputs, options))


class AsyncEmbeddingFace:
    """What the asyncio client has for embeddings."""

    _core: Core

    async def embed(
        self, model: str | Sequence[str] | EmbeddingRequest, inputs: Any = None, /, **options: Unpack[EmbeddingOptions]
    ) -> EmbeddingResponse:
        """Return a vector for each of `inputs`. See `LLMKit.embed`."""
        from llmkit.operations.embedding import embed

        return await embed(self._core, model, inputs, options)
