"""Hold spending within budgets: reserve the most that a call can cost, then settle what it did cost."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import msgspec

from llmkit.errors import BudgetExceeded, ConfigurationError, LLMKitError, PriceUnknown, StoreUnavailable, StreamInterrupted
from llmkit.metering.budget import Budget
from llmkit.metering.ledger import Claim, Ledger, Standing, Ticket
from llmkit.metering.measuring import answered, counted, expected, measured
from llmkit.metering.memory_ledger import MemoryLedger
from llmkit.metering.money import dollars_of, micro_up, pico_of
from llmkit.metering.prices import ListedPrices, Prices
from llmkit.metering.windows import FOREVER, window
from llmkit.pipeline.budget_stream import StreamEnd, Warned
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.reservation import Reservation
from llmkit.runtime.protocol import Runtime
from llmkit.types.responses import CompletionResponse
from llmkit.types.warnings import Warning

_log = logging.getLogger("llmkit.budget")
_AWAY = (OSError, sqlite3.Error, StoreUnavailable)


class Bound(NamedTuple):
    """A budget, and the claim that it has on a call."""

    budget: Budget
    claim: Claim


class Budgets:
    """`LLMKit(layers=[Budgets([Budget(usd=20, per="day", by=("tenant",))], store=SQLiteLedger("money.db"))], tenant="acme")`.

    Before a call the most that it can cost is reserved on every ledger it is on: its estimated input and `max_tokens` (or the longest
    answer of the model), at listed prices, of the dearest of its models. After it the real cost is booked. A failure frees the
    reservation; a stream that was cut is charged with what came.

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
        self._limits = tuple([budget.limit if budget.hard else None for budget in budgets])
        self.store: Ledger = MemoryLedger() if store is None else store
        self.prices: Prices = ListedPrices() if prices is None else prices
        self._unknown, self._lease, self._away = unknown, lease, away

    def join(self, client: Any) -> tuple[str, ...]:
        """Use what `client` knows of prices, where none were given."""
        if isinstance(self.prices, ListedPrices):
            self.prices.join(client.match)
        return ()

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply of a call that the budgets have room for. Raises `BudgetExceeded`."""
        bound = self._bound(call)
        if not bound or call.resumption is not None:  # what is fetched again was paid for when it was asked
            return await next(call)
        ticket = self._ticket(call, bound)
        reservation = Reservation(self.store, ticket, call.runtime.wall())
        warnings = await self._reserve(call, bound, reservation)
        if warnings is None:
            return await next(call)
        try:
            reply = await next(call)
        except BaseException as error:
            await self._failed(call, reservation, error)
            raise
        if call.stream:
            if warnings:
                reply.through(Warned(warnings))
            reply.watch(StreamEnd(lambda answer: self._settle(call, reservation, answer)))
            return reply
        await self._settle(call, reservation, reply)
        return msgspec.structs.replace(reply, warnings=(*reply.warnings, *warnings)) if warnings else reply

    def _bound(self, call: Call) -> list[Bound]:
        scope, now = call.scope, call.runtime.wall()
        found = []
        for budget, limit in zip(self.budgets, self._limits, strict=True):
            accounts = budget.accounts(scope.tenant, scope.user, scope.key, scope.tags)
            if accounts:
                cell, since, until = window(budget.per, budget.zone, budget.rolling, now)
                found += [Bound(budget, Claim(account, cell, since, until, limit)) for account in accounts]
        return found

    def _ticket(self, call: Call, bound: Sequence[Bound]) -> Ticket:
        total = call.timeouts.total or 0.0
        return Ticket(
            id=os.urandom(12).hex(),
            amount=self._most(call),
            claims=_distinct(bound),
            expires=call.runtime.wall() + max(self._lease, total + 60.0),
        )

    def _most(self, call: Call) -> int:
        """Return the most that the call can cost in micro-dollars, on the dearest of its models."""
        request = call.request
        service = request.service_tier or ""
        output = None if request.max_tokens is None else request.max_tokens * (request.n or 1)
        dearest = 0
        for model in call.models:
            found = expected(request, model)
            amount = self.prices.most(model, found.most, output, kinds=found.kinds, service=service)
            if amount is None and self._unknown == "refuse":
                raise PriceUnknown(model)
            if amount is None:
                amount = micro_up(self._unknown) if isinstance(self._unknown, Decimal) else 1  # what is used up refuses it, too
            dearest = max(dearest, amount)
        return dearest

    async def _reserve(self, call: Call, bound: Sequence[Bound], reservation: Reservation) -> list[Warning] | None:
        """Return the warnings of budgets that are used up, or nearly; None: the store is away, and calls are made all the same."""
        amount = reservation.ticket.amount
        try:
            reserved = await self._do(call.runtime, reservation.begin)
        except _AWAY as error:
            if self._away == "closed":
                raise StoreUnavailable("The ledger of the budgets", type(error).__name__) from error
            _log.warning("The ledger cannot be asked (%s): a call goes unwatched.", type(error).__name__)
            return None
        except BaseException:
            if reservation.abandon():
                await self._do(call.runtime, reservation.release)
            raise
        standings = dict(zip([claim.account for claim in reservation.ticket.claims], reserved.standings, strict=True))
        if not reserved.admitted:
            refusing = [(budget, standings[claim.account], claim) for budget, claim in bound]
            raise next(_exceeded(*item, amount) for item in refusing if item[1].exceeds(item[2].limit, amount))
        found = [_warning(budget, standings[claim.account], amount) for budget, claim in bound]
        return [warning for warning in found if warning is not None]

    async def _failed(self, call: Call, reservation: Reservation, error: BaseException) -> None:
        """Free the money; what came of a cut stream is paid, and so is the input of a call that its caller gave up."""
        if isinstance(error, StreamInterrupted) and error.partial is not None:
            await self._settle(call, reservation, error.partial)
        elif isinstance(error, Exception):
            await self._book(call, reservation, 0)
        else:
            cost = self.prices.cost(call.model, counted(None, call.request, call.model), call.runtime.wall())
            pico = 0 if cost is None else pico_of(cost)
            if isinstance(error, GeneratorExit):  # nothing can be awaited any more
                reservation.settle(pico, call.runtime.wall())
            else:
                await self._book(call, reservation, pico)

    async def _settle(self, call: Call, reservation: Reservation, answer: Any) -> None:
        if not isinstance(answer, CompletionResponse):
            cost = getattr(getattr(answer, "cost", None), "usd", None)
        else:
            model = answered(answer, call.model)
            cost = measured(answer, call.request, model, self.prices, at=call.runtime.wall()).cost
        if cost is None and isinstance(self._unknown, Decimal):
            cost = self._unknown
        await self._book(call, reservation, 0 if cost is None else pico_of(cost))

    async def _book(self, call: Call, reservation: Reservation, pico: int) -> None:
        """Settle. The answer is there and paid for: a store that is away cannot take it back, and the reservation expires."""
        try:
            await self._do(call.runtime, lambda: reservation.settle(pico, call.runtime.wall()))
        except (*_AWAY, LLMKitError) as error:
            _log.error("A cost of %s micro-dollars could not be booked (%s).", pico // 1_000_000, type(error).__name__)

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


def _distinct(bound: Sequence[Bound]) -> tuple[Claim, ...]:
    """Return one claim for each account, with the lowest of its limits: money is reserved once, however many budgets watch it."""
    claims: dict[str, Claim] = {}
    for _, claim in bound:
        other = claims.get(claim.account)
        if other is None or (claim.limit is not None and (other.limit is None or claim.limit < other.limit)):
            claims[claim.account] = claim
    return tuple(claims.values())


def _exceeded(budget: Budget, standing: Standing, claim: Claim, amount: int) -> BudgetExceeded:
    resets: float | None = None
    if amount <= budget.limit and claim.until < FOREVER:
        # A rolling window has more as soon as its oldest cell leaves it.
        resets = claim.until if not budget.rolling or standing.oldest is None else standing.oldest + (claim.until - claim.cell)
    return BudgetExceeded(
        budget.name,
        spent=dollars_of(standing.spent),
        held=dollars_of(standing.held),
        wanted=dollars_of(amount),
        limit=dollars_of(budget.limit),
        resets_at=resets,
        hint="A lower max_tokens reserves less." if amount > 1 else None,
    )


def _warning(budget: Budget, standing: Standing, amount: int) -> Warning | None:
    used = standing.spent + standing.held + amount
    share = budget.warn if budget.warn is not None else None if budget.hard else 1.0
    if share is None or used <= budget.limit * share:
        return None
    detail = f"{budget.name}: ${dollars_of(standing.spent + standing.held):f} of ${dollars_of(budget.limit):f} are used or held"
    return Warning(kind="exceeded", parameter="budget", detail=detail)
