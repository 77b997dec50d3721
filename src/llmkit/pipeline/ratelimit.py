"""Send no more than may be sent: limits of one's own, and what the providers' answers say is left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

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

_BLINK = 1_000
"""Least nanoseconds to wait: a clock of floating point seconds does not see less."""


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Holds all of `limits` at once: a call is counted in each of them or in none.

    A call that finds no room fails with `LocalRateLimited`, or with `wait=True` stands in line until its deadline: first come, first
    served. Tokens are counted as estimated input and `max_tokens` (`output_tokens` where the call does not say) and put right when the
    answer tells what was used. A refusal with Retry-After stops everybody's calls to that model for so long; and with `learn=True` no
    call is sent that by the last answer's headers would be refused. While the store is `away`, calls go through (`open`) or fail.
    """

    limits: tuple[Limit, ...] = ()
    wait: bool = False
    output_tokens: int = 1024
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
        self.plans.of_limits(self.limits)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "ratelimit"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, once there is room for the call."""
        plan = self.plans.get(call.model, call.scope)
        tokens = self._tokens(call, plan)
        charges = plan.charges(tokens)
        taken, stood = await self._admitted(call, plan, charges, tokens)
        admission = Admission(call, self.store, plan, charges, taken, self.announced if self._learns(call) else None, stood, tokens)
        failure: LLMKitError | None = None
        reply: Any = None
        try:
            reply = await next(msgspec.structs.replace(call, hear=admission))
        except LLMKitError as error:
            failure = error
        if failure is not None:
            await admission.failed(failure)
            raise failure
        if call.stream:
            reply.watch(admission)
        else:
            await admission.end(reply, None, True)
        return reply

    def _learns(self, call: Call) -> bool:
        """Where calls go out with one key or another, an answer tells of one of them only: the rotation of keys goes by it."""
        return self.learn and call.rotation is None

    def _tokens(self, call: Call, plan: Plan) -> int:
        if not plan.tokens:
            return 0
        from llmkit.tokens.counting import count  # only users of it pay for it

        request = call.request
        most = self.output_tokens if request.max_tokens is None else request.max_tokens
        return count(request, call.model.partition("/")[2]).tokens + most * (request.n or 1)

    async def _admitted(self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int) -> tuple[Taken | None, tuple[int, int]]:
        ahead = self.lines.ahead(plan.places) if self.lines else None
        if ahead is not None:
            if not self.wait:
                seconds = max(0.0, (self.lines.ready(ahead) - nanoseconds(call.runtime.now())) / SECOND)
                raise self._refused(plan, charges, _Wait(ahead, seconds))
            return await self._in_line(call, plan, charges, tokens, ahead)
        answer = await self._take(call, plan, charges, tokens)
        if not isinstance(answer, _Wait):
            return answer
        if not self.wait or answer.seconds is None:
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
                if answer.place != waiter.place:
                    self.lines.leave(waiter)
                    waiter = self.lines.join(answer.place)
                    continue
                self.lines.expect(waiter.place, nanoseconds(now + answer.seconds))
                await call.runtime.sleep(answer.seconds)
        finally:
            self.lines.leave(waiter)

    async def _take(self, call: Call, plan: Plan, charges: Sequence[Charge], tokens: int) -> tuple[Taken | None, tuple[int, int]] | _Wait:
        now, stood = nanoseconds(call.runtime.now()), (0, 0)
        learns = self._learns(call)
        if learns:
            wait, stood = self.announced.take(call.model, tokens, now)
            if wait:
                return _Wait(plan.pause, _seconds(wait))
        answer: Taken | Refusal | None = None
        kept = False
        try:
            if self.store.local:
                answer = self.store.take(charges, plan.pause, now)
            else:
                answer = await ask(self.store, call.runtime, partial(self.store.take, charges, plan.pause, now))
            kept = not isinstance(answer, Refusal)
        except StoreUnavailable:
            if self.away == "closed":
                raise
            kept = True
        finally:
            if learns and not kept:
                self.announced.give_back(call.model, tokens)
        if not isinstance(answer, Refusal):
            return answer, stood
        return _Wait(plan.pause if answer.place < 0 else plan.places[answer.place], None if answer.wait is None else _seconds(answer.wait))

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


def _seconds(nanoseconds: int) -> float:
    return math.ceil(max(nanoseconds, _BLINK) / _BLINK) * _BLINK / SECOND
