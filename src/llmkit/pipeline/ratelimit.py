"""Send no more than may be sent: limits of one's own, and what the providers' answers say is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import msgspec

from llmkit.errors import ConfigurationError, LLMKitError, LocalRateLimited, StoreUnavailable
from llmkit.limits.announced import Announced
from llmkit.limits.limit import Limit, nanoseconds
from llmkit.limits.line import Lines
from llmkit.limits.plan import Plan, Plans
from llmkit.limits.rate import SECOND, Charge, Refusal
from llmkit.pipeline.admission import Admission
from llmkit.pipeline.call import Call, Next
from llmkit.stores.memory import MemoryRates
from llmkit.stores.rates import RateStore, Taken
from llmkit.stores.store import Away, ask
from llmkit.types.requests import CompletionRequest

_BLINK = 1_000
"""Least nanoseconds to wait: a clock of floating point seconds does not see less."""
_MOMENT = 0.02
"""Seconds of a provider's pause that are waited out always: a try that comes just when it ends must not fail for a clock's rounding."""


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Holds all of `limits` at once: every try of a call is counted in each of them or in none.

    A call that finds no room fails with `LocalRateLimited`, or with `wait=True` stands in line until its deadline: first come, first
    served. Tokens are counted as estimated input and `max_tokens` (`output_tokens` where the call does not say) and put right when the
    answer tells what was used: `quick` estimates are too high by half, `close` ones take longer. A refusal with Retry-After stops
    everybody's calls to that model with that key for so long; and with `learn=True` no call is sent that by the last answer's headers
    would be refused. While the store is `away`, calls go through (`open`) or fail.
    """

    limits: tuple[Limit, ...] = ()
    wait: bool = False
    output_tokens: int = 1024
    count: Literal["quick", "close"] = "quick"
    learn: bool = True
    store: RateStore = msgspec.field(default_factory=MemoryRates)
    away: Away = "open"
    lines: Lines = msgspec.field(default_factory=Lines)
    announced: Announced = msgspec.field(default_factory=Announced)
    plans: Plans = msgspec.field(default_factory=Plans)

    def __post_init__(self) -> None:
        for place, limit in enumerate(self.limits):
            if not isinstance(limit, Limit):
                raise ConfigurationError(f"limits[{place}] is not a Limit but {type(limit).__name__}.", parameter="limits")
        if self.away not in ("open", "closed"):
            raise ConfigurationError(f"away must be 'open' or 'closed', not {self.away!r}.", parameter="away")
        if self.count not in ("quick", "close"):
            raise ConfigurationError(f"count must be 'quick' or 'close', not {self.count!r}.", parameter="count")
        self.plans.of_limits(self.limits)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "ratelimit"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, once there is room for the call."""
        plan = self.plans.get(call.model, call.scope, call.key)
        tokens = self._tokens(call) if plan.tokens else 0
        charges = plan.charges(tokens) if tokens else plan.requests
        if self.lines or not self.store.local:
            taken, stood = await self._admitted(call, plan, charges, tokens)
        else:
            found = self._take_here(call, plan, charges, tokens)
            taken, stood = await self._waited(call, plan, charges, tokens, found) if isinstance(found, _Wait) else found
        admission = Admission(call, self.store, plan, charges, taken, self.announced if self.learn else None, stood, tokens)
        failure: LLMKitError
        try:
            reply = await next(msgspec.structs.replace(call, hear=admission))
            if call.stream:
                reply.watch(admission)
            elif not admission.idle:
                await admission.end(reply, None, True)
            return reply
        except LLMKitError as error:
            failure = error
        await admission.failed(failure)
        raise failure

    def _tokens(self, call: Call) -> int:
        """Return the most that the call is expected to use: at least one, as every question has words."""
        request = call.request
        if not isinstance(request, CompletionRequest):
            return max(1, call.input_tokens())
        most = (self.output_tokens if request.max_tokens is None else request.max_tokens) * (request.n or 1)
        if self.count == "quick":
            return call.input_tokens() + most
        from llmkit.tokens.counting import count  # only users of it pay for it

        return count(request, call.model.partition("/")[2]).tokens + most

    async def _admitted(self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int) -> tuple[Taken | None, tuple[int, int]]:
        ahead = self.lines.ahead(plan.places) if self.lines else None
        if ahead is not None:
            if not self.wait:
                seconds = max(0.0, (self.lines.ready(ahead) - nanoseconds(call.runtime.now())) / SECOND)
                raise self._refused(plan, charges, _Wait(ahead, seconds))
            return await self._in_line(call, plan, charges, tokens, ahead)
        answer = await self._take(call, plan, charges, tokens)
        return await self._waited(call, plan, charges, tokens, answer) if isinstance(answer, _Wait) else answer

    async def _waited(
        self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int, answer: _Wait
    ) -> tuple[Taken | None, tuple[int, int]]:
        """Return what was taken in the end, for a call that found no room at first."""
        moment = answer.place == plan.pause and answer.seconds is not None and answer.seconds <= _MOMENT
        if answer.seconds is None or not (self.wait or moment):
            raise self._refused(plan, charges, answer)
        return await self._in_line(call, plan, charges, tokens, answer.place)

    async def _in_line(
        self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int, place: str
    ) -> tuple[Taken | None, tuple[int, int]]:
        waiter = self.lines.join(place)
        try:
            while True:
                left = None if call.deadline is None else call.deadline - call.runtime.now()
                if not waiter.turn.given and not await call.runtime.wait(waiter.turn, left):
                    raise self._refused(plan, charges, _Wait(waiter.place, 0.0))
                answer = await self._take(call, plan, charges, tokens)
                if not isinstance(answer, _Wait):
                    return answer
                now = call.runtime.now()
                if answer.seconds is None or (call.deadline is not None and now + answer.seconds >= call.deadline):
                    raise self._refused(plan, charges, answer)
                if not self.wait and answer.seconds > _MOMENT:
                    raise self._refused(plan, charges, answer)
                if answer.place != waiter.place:
                    self.lines.leave(waiter)
                    waiter = self.lines.join(answer.place)
                    continue
                self.lines.expect(waiter.place, nanoseconds(now + answer.seconds))
                await call.runtime.sleep(answer.seconds)
        finally:
            self.lines.leave(waiter)

    async def _take(self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int) -> tuple[Taken | None, tuple[int, int]] | _Wait:
        if self.store.local:
            return self._take_here(call, plan, charges, tokens)
        now, stood = nanoseconds(call.runtime.now()), (0, 0)
        if self.learn:
            wait, stood = self.announced.take(plan.deployment, tokens, now)
            if wait:
                return _Wait(plan.pause, _seconds(wait))
        answer: Taken | Refusal | None = None
        kept = False
        try:
            answer = await ask(self.store, call.runtime, partial(self.store.take, charges, plan.pause, now))
            kept = not isinstance(answer, Refusal)
        except StoreUnavailable:
            if self.away == "closed":
                raise
            kept = True
        finally:
            if self.learn and not kept:
                self.announced.give_back(plan.deployment, tokens)
        return _waiting(plan, answer) if isinstance(answer, Refusal) else (answer, stood)

    def _take_here(self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int) -> tuple[Taken | None, tuple[int, int]] | _Wait:
        """Do the same with a store in memory, where nothing is awaited."""
        now, stood = int(call.runtime.now() * SECOND), (0, 0)
        if self.learn:
            wait, stood = self.announced.take(plan.deployment, tokens, now)
            if wait:
                return _Wait(plan.pause, _seconds(wait))
        answer = self.store.take(charges, plan.pause, now)
        if not isinstance(answer, Refusal):
            return answer, stood
        if self.learn:
            self.announced.give_back(plan.deployment, tokens)
        return _waiting(plan, answer)

    def _refused(self, plan: Plan, charges: Sequence[Charge], wait: _Wait) -> LocalRateLimited:
        where = plan.named(wait.place)
        if wait.seconds is None:
            charge = charges[plan.places.index(wait.place)]
            why = f"This call alone counts {charge.units}, and no more than {charge.rate.burst} go at once. Lower max_tokens."
            return LocalRateLimited(where, retry_after=None, hint=why)
        return LocalRateLimited(where, retry_after=wait.seconds, hint=None if self.wait else "Pass wait=True to stand in line.")


class _Wait(msgspec.Struct, frozen=True, gc=False):
    """There is no room: where, and for how long; None: there never will be."""

    place: str
    seconds: float | None


def _waiting(plan: Plan, refusal: Refusal) -> _Wait:
    seconds = None if refusal.wait is None else _seconds(refusal.wait)
    return _Wait(plan.pause if refusal.place < 0 else plan.places[refusal.place], seconds)


def _seconds(nanoseconds: int) -> float:
    return math.ceil(max(nanoseconds, _BLINK) / _BLINK) * _BLINK / SECOND
