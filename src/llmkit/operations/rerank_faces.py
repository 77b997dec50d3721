"""`rerank` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.rerank import RerankOptions, RerankRequest, RerankResponse


class RerankFace:
    """What the sync client has for ranking."""

    _core: Core

    def rerank(
        self, model: str | Sequence[str] | RerankRequest, query: Any = None, documents: Any = None, /, **options: Unpack[RerankOptions]
    ) -> RerankResponse:
        """Return `documents` in the order in which they answer `query`, best first: `reply.results` has index, score and document.

        Documents are texts, objects of texts or pictures, where the model takes these. They go in one request, for scores of several
        cannot be compared. Raises `InvalidRequest` for more documents than the provider takes, `UnsupportedFeature` where it ranks none.
        """
        from llmkit.operations.rerank import rerank  # only who ranks pays for it

        return run(rerank(self._core, model, query, documents, options))


class AsyncRerankFace:
    """What the asyncio client has for ranking."""

    _core: Core

    async def rerank(
        self, model: str | Sequence[str] | RerankRequest, query: Any = None, documents: Any = None, /, **options: Unpack[RerankOptions]
    ) -> RerankResponse:
        """Return `documents` in the order in which they answer `query`. See `LLMKit.rerank`."""
        from llmkit.operations.rerank import rerank

        return await rerank(self._core, model, query, documents, options)
