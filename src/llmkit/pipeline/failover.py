"""When one model cannot answer, ask the next."""

from __future__ import annotations

import msgspec

from llmkit.errors import (
    BadRequest,
    ContentFiltered,
    ContentTooLarge,
    ContextLengthExceeded,
    InvalidRequest,
    LLMKitError,
    UnsupportedFeature,
)
from llmkit.pipeline.call import Call, Next, Reply

_ELSEWHERE = (ContextLengthExceeded, ContentFiltered, UnsupportedFeature)
"""Failures of the request that another model may not share."""
_SAME_EVERYWHERE = (InvalidRequest, BadRequest, ContentTooLarge)


class Failover(msgspec.Struct, frozen=True):
    """Try the call's models in order; a request that is wrong in itself is not tried elsewhere."""

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
        last = len(call.models) - 1
        for place, model in enumerate(call.models):
            failure: LLMKitError | None = None
            try:
                return await next(msgspec.structs.replace(call, model=model))
            except LLMKitError as error:
                failure = error
            if place == last or (isinstance(failure, _SAME_EVERYWHERE) and not isinstance(failure, _ELSEWHERE)):
                failure.attempts = tuple(call.budget.attempts)
                raise failure
        raise AssertionError("unreachable: a call has at least one model")
