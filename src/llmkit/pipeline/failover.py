"""When one model cannot answer, ask the next."""

from __future__ import annotations

from typing import Protocol

import msgspec

from llmkit.errors import (
    BadRequest,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    JobInterrupted,
    LLMKitError,
    UnsupportedFeature,
)
from llmkit.pipeline.call import Call, Next, Reply

_ELSEWHERE = (ContextLengthExceeded, ContentFiltered, UnsupportedFeature)
"""Failures of the request that another model may not share."""
_SAME_EVERYWHERE = (InvalidRequest, BadRequest, ContentTooLarge, JobInterrupted)
"""Another model refuses the same; a job that may have begun is not begun elsewhere too."""


class Known(Protocol):
    """Who knows which deployments are not well: the layer `llmkit.health.Health`."""

    @property
    def down(self) -> bool:
        """Tell whether any is known to be down."""
        ...

    def up(self, model: str, /) -> bool:
        """Tell whether `provider/id` may be asked as ever."""
        ...

    def reason(self, model: str, /) -> str:
        """Say why not."""
        ...


class Failover(msgspec.Struct, frozen=True):
    """Try the call's models in order; a request that is wrong in itself is not tried elsewhere.

    What `health` knows to be down comes last: nobody else can, or the checks are wrong.
    """

    health: Known | None = None

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "failover"

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the first model's reply; raise the last failure with the list of all attempts."""
        if len(call.models) == 1:
            failure: LLMKitError | None = None
            try:
                return await next(call)
            except LLMKitError as error:
                failure = error
            failure.attempts = tuple(call.budget.attempts)
            raise failure
        return await self._several(call, next)

    async def _several(self, call: Call, next: Next[Reply]) -> Reply:
        models = call.models
        if self.health is not None and self.health.down:
            models = tuple(sorted(models, key=self.health.up, reverse=True))  # true before false, else as they stand
        last = len(models) - 1
        for place, model in enumerate(models):
            failure: LLMKitError | None = None
            try:
                return await next(msgspec.structs.replace(call, model=model))
            except LLMKitError as error:
                failure = error
            if place == last or (isinstance(failure, _SAME_EVERYWHERE) and not isinstance(failure, _ELSEWHERE)):
                failure.attempts = tuple(call.budget.attempts)
                raise failure
        raise AssertionError("unreachable: a call has at least one model")
