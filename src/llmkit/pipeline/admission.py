"""A call that a limit let through: what it took, and how that is put right when it is known what it used."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from llmkit.errors import LLMKitError, ProviderError, RateLimited, StoreUnavailable, StreamInterrupted, TransportError
from llmkit.limits.announced import Announced
from llmkit.limits.limit import nanoseconds
from llmkit.limits.plan import Plan
from llmkit.limits.rate import SECOND, Charge
from llmkit.pipeline.call import Call
from llmkit.stores.rates import RateStore, Taken
from llmkit.stores.store import ask
from llmkit.types.events import Event
from llmkit.types.rate_state import RateState
from llmkit.types.responses import CompletionResponse

LONGEST = 600
"""Most seconds that a provider can make all calls to a model wait by one answer."""
_SENT = (ProviderError, TransportError, StreamInterrupted)
"""Failures after which the request may have been counted by the provider."""


class Admission:
    """Hears each answer to the call, watches its stream, and settles once."""

    __slots__ = (
        "_announced",
        "_call",
        "_charges",
        "_outer",
        "_pause",
        "_plan",
        "_sent",
        "_settled",
        "_stood",
        "_store",
        "_taken",
        "_tokens",
    )

    def __init__(
        self,
        call: Call,
        store: RateStore,
        plan: Plan,
        charges: Sequence[Charge],
        taken: Taken | None,
        announced: Announced | None,
        stood: tuple[int, int],
        tokens: int,
    ) -> None:
        self._call, self._store, self._plan, self._charges, self._taken = call, store, plan, charges, taken
        self._announced, self._stood, self._tokens = announced, stood, tokens
        self._outer = call.hear
        self._sent = 0
        self._pause = 0
        self._settled = False

    def __call__(self, state: RateState | None, failure: LLMKitError | None, /) -> None:
        """Hear of an answer: what it says is left, and whether it was a refusal."""
        now = nanoseconds(self._call.runtime.now())
        self._sent += 1
        if state is not None and self._announced is not None:
            self._announced.hear(self._call.model, state, self._stood, now)
        paused = isinstance(failure, RateLimited) and self._call.rotation is None  # of several keys only one is refused
        if paused and failure is not None and failure.retry_after is not None and failure.retry_after > 0:
            self._pause = now + round(min(failure.retry_after, LONGEST) * SECOND)
            if self._store.local:
                self._store.pause(self._plan.pause, self._pause, now)
        if self._outer is not None:
            self._outer(state, failure)

    async def failed(self, failure: LLMKitError) -> None:
        """Give back what was not used: everything where nothing was sent, and the tokens where the provider refused."""
        sent = self._sent > 0 or isinstance(failure, _SENT)
        if not sent and self._announced is not None:
            self._announced.give_back(self._call.model, self._tokens)
        await self._settle(max(self._sent, 1) if sent else 0, 0 if not sent or isinstance(failure, ProviderError) else None)

    def event(self, event: Event, /) -> None:
        """Do nothing: the end tells all."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Put the estimate right; of an answer that was cut the estimate stays."""
        usage = response.usage if complete and response.usage is not None else None
        await self._settle(max(self._sent, 1), None if usage is None else usage.total)

    async def _settle(self, requests: int, tokens: int | None) -> None:
        if self._settled:
            return
        self._settled = True
        if requests == 1 and not self._plan.tokens and not self._pause:
            return  # as most calls end: nothing was estimated
        changes = self._changes(requests, tokens)
        pause = self._pause if not self._store.local else 0
        if not changes and not pause:
            return
        now = nanoseconds(self._call.runtime.now())
        with suppress(StoreUnavailable):  # the call is over; a reservation that stays makes the limit tighter, and runs out by itself
            await ask(self._store, self._call.runtime, partial(self._write, changes, pause, now))

    def _changes(self, requests: int, tokens: int | None) -> list[tuple[int, int]]:
        """Return by place the units that were really used, where they are others than were taken."""
        if self._taken is None:
            return []
        first = len(self._plan.requests)
        used = [requests if place < first else tokens for place in range(len(self._charges))]
        return [(place, units) for place, units in enumerate(used) if units is not None and units != self._charges[place].units]

    def _write(self, changes: list[tuple[int, int]], pause: int, now: int) -> None:
        for place, units in changes:
            assert self._taken is not None
            self._store.settle(self._charges[place], self._taken[place], units, now)
        if pause:
            self._store.pause(self._plan.pause, pause, now)
