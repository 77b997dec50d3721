"""What was found out about a call's request, once for all layers that ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from llmkit.pipeline.size import most_tokens
from llmkit.types.request import Request


class Facts:
    """Made once for a logical call and shared by all its copies. What it holds is of one request: a layer may change the request."""

    __slots__ = ("_model", "_request", "_tokens", "key", "wasted")

    def __init__(self) -> None:
        self._request: Request | None = None
        self._model = ""
        self._tokens = 0
        self.key: tuple[Request, Any] | None = None
        """The parts of a cache's key, and the request that they are of."""
        self.wasted: tuple[Callable[[Any, Any], Awaitable[None]], ...] = ()
        """Who wants to hear, with the call, what the slower of two requests for it used."""

    def input_tokens(self, request: Request, model: str) -> int:
        """Return how many tokens the input has at most, counted when first asked."""
        if self._request is not request or self._model != model:
            self._tokens = most_tokens(request, model)
            self._request, self._model = request, model
        return self._tokens
