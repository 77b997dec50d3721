"""`search` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.search import SearchOptions, SearchRequest, SearchResponse


class SearchFace:
    """What the sync client has for web search."""

    _core: Core

    def search(
        self, provider: str | Sequence[str] | SearchRequest, query: Any = None, /, **options: Unpack[SearchOptions]
    ) -> SearchResponse:
        """Search the web with `provider`: `kit.search("brave", "llama habitats", count=5, since="month")`.

        `reply.results` has title, url, snippet and, where the engine tells, text, published and score. What an engine has no field
        for is left out with a warning. Raises `UnsupportedFeature` where the provider does not search.
        """
        from llmkit.operations.search import search  # only who searches pays for it

        return run(search(self._core, provider, query, options))


class AsyncSearchFace:
    """What the asyncio client has for web search."""

    _core: Core

    async def search(
        self, provider: str | Sequence[str] | SearchRequest, query: Any = None, /, **options: Unpack[SearchOptions]
    ) -> SearchResponse:
        """Search the web with `provider`. See `LLMKit.search`."""
        from llmkit.operations.search import search

        return await search(self._core, provider, query, options)
