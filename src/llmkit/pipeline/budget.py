"""Hold spending within budgets: reserve the most that a call can cost, then settle what it did cost."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal
from weakref import WeakSet

import msgspec

from llmkit.errors import ConfigurationError, JobInterrupted, LLMKitError, PriceUnknown, StoreUnavailable, StreamInterrupted
from llmkit.metering.budget import Budget
from llmkit.metering.claims import Bounds, Claims
from llmkit.metering.kept import Kept
from llmkit.metering.ledger import Claim, Ledger, Ticket
from llmkit.metering.measuring import Measured, answered, counted, measured
from llmkit.metering.memory_ledger import MemoryLedger
from llmkit.metering.money import PICO, dollars_of, micro_up, pico_of
from llmkit.metering.prices import ListedPrices, Prices
from llmkit.metering.wanted import Wanted, wanted
from llmkit.metering.windows import window
from llmkit.pipeline.budget_stream import StreamEnd, Warned
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.refusal import exceeded, warning
from llmkit.pipeline.reservation import Reservation
from llmkit.runtime.protocol import Runtime
from llmkit.types.reply import Reply
from llmkit.types.warnings import Warning

_log = logging.getLogger("llmkit.budget")
_AWAY = (OSError, StoreUnavailable)


class Budgets:
    """`LLMKit(layers=[Budgets([Budget(usd=20, per="day", by=("tenant",))], store=SQLiteLedger("money.db"))], tenant="acme")`.

    Before a call the most that it can cost is reserved on every ledger it is on: its input (an upper bound of its tokens) and
    `max_tokens` (or the longest answer of the model), or its pictures, characters and searches, at listed prices, of the dearest of
    its models. After it the real cost is booked. A failure frees the reservation; a stream that was cut is charged with what came.

    Args:
        store: where the ledgers are; in memory they hold for this process.
        prices: instead of the registry's.
        unknown: what to do with a model without a price: `allow` it while something is left, `refuse` it, or reserve so many dollars.
        lease: seconds after which the reservation of a process that died is free again; at least the call's own time limit.
        away: `closed` refuses calls while the store cannot be asked, `open` makes them unwatched.
    """

    name = "budget"

    def __init__(
        self,
        budgets: Sequence[Budget],
        *,
        store: Ledger | None = None,
        prices: Prices | None = None,
        unknown: Literal["allow", "refuse"] | Decimal = "allow",
        lease: float = 900.0,
        away: Literal["closed", "open"] = "closed",
    ) -> None:
        if not isinstance(unknown, Decimal) and unknown not in ("allow", "refuse"):
            raise ConfigurationError(f"unknown is 'allow', 'refuse' or a Decimal of dollars, not {unknown!r}.", parameter="unknown")
        if away not in ("closed", "open"):
            raise ConfigurationError(f"away is 'closed' or 'open', not {away!r}.", parameter="away")
        if not lease > 0:
            raise ConfigurationError(f"lease must be above 0, not {lease!r}.", parameter="lease")
        self.budgets = tuple(budgets)
        self.store: Ledger = MemoryLedger() if store is None else store
        self.prices: Prices = ListedPrices() if prices is None else prices
        self._unknown, self._lease, self._away = unknown, lease, away
        self._claims, self._kept = Claims(self.budgets), Kept()
        self._warns = any(budget.warn is not None or not budget.hard for budget in self.budgets)
        self._clients: WeakSet[Any] = WeakSet()
        self._lock = threading.Lock()

    def join(self, client: Any) -> tuple[str, ...]:
        """Use what `client` knows of prices, where none were given, and of routes."""
        with self._lock:
            self._clients.add(client)
        if isinstance(self.prices, ListedPrices):
            self.prices.join(client.match)
        return ()

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply of a call that the budgets have room for. Raises `BudgetExceeded`."""
        now = call.runtime.wall()
        bounds = self._claims.of(call.scope, now)
        if not bounds.claims:
            return await next(call)
        if call.resumption is not None:
            return await self._again(call, next)
        use = wanted(call)
        reservation = self._reservation(call, bounds.claims, self._most(call, use), now)
        warnings = await self._reserve(call, bounds, reservation)
        if warnings is None:
            return await next(call)
        if self.wasted not in call.facts.wasted:  # a call that is asked anew comes by again
            call.facts.wasted += (self.wasted,)
        try:
            reply = await next(call)
        except BaseException as error:
            await self._failed(call, reservation, error)
            raise
        if call.stream:
            if warnings:
                reply.through(Warned(warnings))
            reply.watch(StreamEnd(lambda answer: self._settle(call, reservation, answer, use), lambda answer: self._rest(call, answer)))
            return reply
        await self._settle(call, reservation, reply, use)
        return msgspec.structs.replace(reply, warnings=(*reply.warnings, *warnings)) if warnings else reply

    def _reservation(self, call: Call, claims: tuple[Claim, ...], amount: int, now: float) -> Reservation:
        expires = now + max(self._lease, (call.timeouts.total or 0.0) + 60.0)
        return Reservation(self.store, Ticket(id=os.urandom(12).hex(), amount=amount, claims=claims, expires=expires), now)

    def _most(self, call: Call, use: Wanted) -> int:
        """Return the most that the call can cost in micro-dollars, on the dearest of its models."""
        return max([self._most_of(model, use) for model in call.models]) if len(call.models) > 1 else self._most_of(call.model, use)

    def _most_of(self, model: str, use: Wanted) -> int:
        amount = self.prices.most(model, use)
        if amount is None:
            amount = self._most_behind(model, use)
        if amount is not None:
            return amount
        if self._unknown == "refuse":
            raise PriceUnknown(model)
        return micro_up(self._unknown) if isinstance(self._unknown, Decimal) else 1  # what is used up refuses it, too

    def _most_behind(self, model: str, use: Wanted) -> int | None:
        """Return what the dearest deployment of a route costs; of some with unknown prices only where these are allowed."""
        behind = [self.prices.most(deployment, use) for deployment in self._behind(model)]
        known = [amount for amount in behind if amount is not None]
        return max(known) if known and (len(known) == len(behind) or self._unknown == "allow") else None

    def _behind(self, name: str) -> list[str]:
        """Return the models that a route can come to."""
        with self._lock:
            clients = [client for client in self._clients if hasattr(client, "deployments")]
        found: Iterable[Any] = [deployment for client in clients for deployment in client.deployments(name)]
        return [model for one in found if (model := getattr(one, "model", one)) != name]

    async def _reserve(self, call: Call, bounds: Bounds, reservation: Reservation) -> list[Warning] | None:
        """Return the warnings of budgets that are used up, or nearly; None: the store is away, and calls are made all the same."""
        amount = reservation.ticket.amount
        try:
            if self.store.blocking:
                reserved = await call.runtime.call(reservation.begin)
            else:  # nothing can come between
                reserved = self.store.reserve(reservation.ticket, call.runtime.wall())
        except _AWAY as error:
            if self._away == "closed":
                raise StoreUnavailable("The ledger of the budgets", type(error).__name__) from error
            _log.warning("The ledger cannot be asked (%s): a call goes unwatched.", type(error).__name__)
            return None
        except BaseException:
            if reservation.abandon():
                await self._do(call.runtime, reservation.release)
            raise
        if reserved.admitted and not self._warns:
            return []
        standings = dict(zip([claim.account for claim in reservation.ticket.claims], reserved.standings, strict=True))
        if not reserved.admitted:
            refusing = [(budget, standings[claim.account], claim) for budget, claim in bounds.bound]
            raise next(exceeded(*item, amount) for item in refusing if item[1].exceeds(item[2].limit, amount))
        found = [warning(budget, standings[claim.account], amount) for budget, claim in bounds.bound]
        return [each for each in found if each is not None]

    async def _failed(self, call: Call, reservation: Reservation, error: BaseException) -> None:
        """Free the money; what came of a cut stream is paid, and so is the input of a call that its caller gave up."""
        if isinstance(error, StreamInterrupted) and error.partial is not None:
            await self._settle(call, reservation, error.partial)
        elif isinstance(error, JobInterrupted):  # it goes on, and is paid for
            await self._book(call, reservation, reservation.ticket.amount * PICO)
        elif isinstance(error, Exception):
            await self._book(call, reservation, 0)
        else:
            cost = self.prices.cost(call.model, counted(None, call.request, call.model), call.runtime.wall())
            pico = 0 if cost is None else pico_of(cost)
            if isinstance(error, GeneratorExit):  # nothing can be awaited any more
                reservation.settle(pico, call.runtime.wall())
            else:
                await self._book(call, reservation, pico)

    async def _settle(self, call: Call, reservation: Reservation, answer: Reply, use: Wanted | None = None) -> None:
        if (told := _told(answer)) is not None:
            await self._book(call, reservation, pico_of(told))
            return
        found = self._measured(call, answer, use)
        if found.estimated:
            self._kept.note(answer.id, found)
        cost = self._unknown if found.cost is None and isinstance(self._unknown, Decimal) else found.cost
        await self._book(call, reservation, 0 if cost is None else pico_of(cost))

    def _measured(self, call: Call, answer: Reply, use: Wanted | None = None) -> Measured:
        model = answered(answer, call.model)
        return measured(answer, call.request, model, self.prices, at=call.runtime.wall(), wanted=use or Wanted())

    async def _again(self, call: Call, next: Next[Any]) -> Any:
        """An answer that is fetched again was paid for when it was made, or by an estimate: then the rest of it is."""
        reply = await next(call)
        if call.stream:
            reply.watch(StreamEnd(lambda answer: self._rest(call, answer)))
        else:
            await self._rest(call, reply)
        return reply

    async def _rest(self, call: Call, answer: Reply) -> None:
        rest = self._kept.rest(answer.id, self._measured(call, answer))
        if rest is not None and rest.cost:
            await self._charge(call, rest.cost)

    async def wasted(self, call: Call, waste: Any) -> None:
        """Book what the slower of two requests for `call` cost."""
        cost = waste.cost.usd if waste.cost is not None else None
        if cost is None:
            usage = waste.usage or counted(None, call.request, waste.model)
            cost = self.prices.cost(waste.model, usage, call.runtime.wall())
        if cost:
            await self._charge(call, cost)

    async def _charge(self, call: Call, cost: Decimal) -> None:
        """Book a cost that nothing was reserved for."""
        claims = self._claims.of(call.scope, call.runtime.wall()).claims
        reservation = self._reservation(call, claims, 0, call.runtime.wall())
        try:
            await self._do(call.runtime, reservation.begin)
        except (*_AWAY, LLMKitError) as error:
            _lost(error, pico_of(cost))
        else:
            await self._book(call, reservation, pico_of(cost))

    async def _book(self, call: Call, reservation: Reservation, pico: int) -> None:
        """Settle. The answer is there and paid for: a store that is away cannot take it back, and the reservation expires."""
        now = call.runtime.wall()
        try:
            if self.store.blocking:
                await call.runtime.call(lambda: reservation.settle(pico, now))
            else:
                reservation.settle(pico, now)
        except (*_AWAY, LLMKitError) as error:
            _lost(error, pico)

    async def _do(self, runtime: Runtime, function: Callable[[], Any]) -> Any:
        return await runtime.call(function) if self.store.blocking else function()

    def left(self, budget: Budget, *, tenant: str = "", user: str = "", key: str = "", tag: str = "", now: float) -> Decimal:
        """Return how many dollars `budget` has left for a scope at the time `now` (Unix seconds)."""
        cell, since, until = window(budget.per, budget.zone, budget.rolling, now)
        accounts = budget.accounts(tenant, user, key, (tag,) if tag else ())
        standings = [self.store.standing(Claim(account, cell, since, until, None), now) for account in accounts]
        return dollars_of(min([budget.limit - standing.spent - standing.held for standing in standings], default=budget.limit))

    async def aclose(self, runtime: Runtime) -> None:
        """Close the store; it can be used again."""
        await self._do(runtime, self.store.close)


def _told(answer: Reply) -> Decimal | None:
    """Return the cost of an answer that tells all; None: it has to be looked at."""
    cost, usage = answer.cost, answer.usage
    if cost is None or usage is None or usage.source != "reported" or cost.currency != "USD" or not cost.amount.is_finite():
        return None
    amount: Decimal = cost.amount
    return amount


def _lost(error: Exception, pico: int) -> None:
    _log.error("A cost of %s micro-dollars could not be booked (%s).", pico // 1_000_000, type(error).__name__)
