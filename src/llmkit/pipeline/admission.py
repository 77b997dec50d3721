"""A call that a limit let through: what it took, and how that is put right when it is known what it used."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import msgspec

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
from llmkit.types.reply import Reply

LONGEST = 600
"""Most seconds that a provider can make all calls to a model wait by one answer."""
_SENT = (ProviderError, TransportError, StreamInterrupted)
"""Failures after which the request may have been counted by the provider."""


class Admission(msgspec.Struct, gc=False, eq=False):
    """Hears each answer to the try, watches its stream, and settles once."""

    call: Call
    store: RateStore
    plan: Plan
    charges: Sequence[Charge]
    taken: Taken | None
    announced: Announced | None
    stood: tuple[int, int]
    """Where the call stands in what was announced."""
    tokens: int
    sent: int = 0
    pause: int = 0
    """When the provider's pause ends, in nanoseconds; 0: it asked for none."""
    refused: bool = False
    settled: bool = False

    @property
    def idle(self) -> bool:
        """Tell whether all is as was foreseen, as it is with most calls: there is nothing to settle."""
        return not self.tokens and self.sent < 2 and not self.pause

    def __call__(self, state: RateState | None, failure: LLMKitError | None, /) -> None:
        """Hear of an answer: what it says is left, and whether it was a refusal."""
        now = nanoseconds(self.call.runtime.now())
        if self.refused or not self.sent:
            self.sent += 1  # one that follows a refusal asked again, in another way; one that follows an answer asks how far it is
        self.refused = failure is not None
        if state is not None and self.announced is not None:
            self.announced.hear(self.plan.deployment, state, self.stood, now)
        if isinstance(failure, RateLimited) and failure.retry_after is not None and failure.retry_after > 0:
            self.pause = now + round(min(failure.retry_after, LONGEST) * SECOND)
            if self.store.local:
                self.store.pause(self.plan.pause, self.pause, now)
        if self.call.hear is not None:
            self.call.hear(state, failure)

    async def failed(self, failure: LLMKitError) -> None:
        """Give back what was not used: everything where nothing was sent, and the tokens where the provider refused."""
        sent = self.sent > 0 or isinstance(failure, _SENT)
        if not sent and self.announced is not None:
            self.announced.give_back(self.plan.deployment, self.tokens)
        await self._settle(max(self.sent, 1) if sent else 0, 0 if not sent or isinstance(failure, ProviderError) else None)

    def event(self, event: Event, /) -> None:
        """Do nothing: the end tells all."""

    async def end(self, response: Reply, error: LLMKitError | None, complete: bool, /) -> None:
        """Put the estimate right; of an answer that was cut the estimate stays."""
        usage = response.usage if complete and response.usage is not None else None
        await self._settle(max(self.sent, 1), None if usage is None else usage.total)

    async def _settle(self, requests: int, tokens: int | None) -> None:
        if self.settled:
            return
        self.settled = True
        if requests == 1 and self.idle:
            return
        changes = self._changes(requests, tokens)
        pause = self.pause if not self.store.local else 0
        if not changes and not pause:
            return
        now = nanoseconds(self.call.runtime.now())
        if self.store.local:
            self._write(changes, 0, now)
            return
        with suppress(StoreUnavailable):  # the call is over; a reservation that stays makes the limit tighter, and runs out by itself
            await ask(self.store, self.call.runtime, partial(self._write, changes, pause, now))

    def _changes(self, requests: int, tokens: int | None) -> list[tuple[int, int]]:
        """Return by place the units that were really used, where they are others than were taken."""
        if self.taken is None:
            return []
        first = len(self.plan.requests)
        changes = [(place, requests) for place in range(first)] if requests != 1 else []
        if tokens is not None and tokens != self.tokens:
            changes += [(place, tokens) for place in range(first, len(self.charges))]
        return changes

    def _write(self, changes: list[tuple[int, int]], pause: int, now: int) -> None:
        for place, units in changes:
            assert self.taken is not None
            self.store.settle(self.charges[place], self.taken[place], units, now)
        if pause:
            self.store.pause(self.plan.pause, pause, now)
