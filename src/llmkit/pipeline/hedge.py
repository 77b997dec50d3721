"""Ask a second time when the first answer is later than usual, and take whichever comes first."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from llmkit.caching.admission import KEPT
from llmkit.errors import ConfigurationError, LLMKitError
from llmkit.pipeline.call import Budget, Call, Next, Reply
from llmkit.types.events import Event
from llmkit.types.reply import Attempt
from llmkit.types.reply import Reply as Answer
from llmkit.types.responses import CompletionResponse
from llmkit.types.usage import Cost, Usage

Key: TypeAlias = tuple[str, str, bool]
MOST_MODELS = 1024
WINDOW = 128
REFRESH = 16
BURST = 10.0
SUPERSEDED = "Superseded"
"""What stands in the list of attempts for the one that was slower."""
_LOGGER = logging.getLogger("llmkit")


class Waste(msgspec.Struct, frozen=True, kw_only=True):
    """What the slower of two requests used. It is estimated where the request was cancelled; None: the answer tells nothing."""

    model: str
    usage: Usage | None
    cost: Cost | None = None
    """Where its answer came all the same and told it."""
    seconds: float = 0.0


class HedgeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls there were, how many were asked twice, and how often the second was faster."""

    calls: int
    hedged: int
    won: int


class Hedge:
    """After the time in which `quantile` of the answers have begun, send the request again; the slower one is cancelled.

    At most `share` of all calls are sent twice. Nothing is sent twice before `sample` calls of the model have told how long they
    take. A request that fails is not hedged: that is for retry and failover. What the slower one used is recorded by the meter, booked
    by the budgets, and told to `on_waste`.
    """

    def __init__(
        self,
        *,
        share: float = 0.02,
        quantile: float = 0.95,
        sample: int = 20,
        least: float = 0.05,
        on_waste: Callable[[Waste], None] | None = None,
    ) -> None:
        for name, holds in (("share", 0 < share <= 1), ("quantile", 0 < quantile < 1), ("sample", sample >= 2), ("least", least >= 0)):
            if not holds:
                raise ConfigurationError(f"hedge.{name} is out of range.", parameter=f"hedge.{name}")
        self._share, self._quantile, self._sample, self._least = share, quantile, sample, least
        self._on_waste = on_waste
        self._latencies: dict[Key, Latencies] = {}
        self._credit = 0.0
        self._calls = self._hedged = self._won = 0
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "hedge"

    def counts(self) -> HedgeCounts:
        """Return the figures so far."""
        return HedgeCounts(calls=self._calls, hedged=self._hedged, won=self._won)

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the first reply that begins. Nothing that is made and paid anew each time (films, pictures) is asked for twice."""
        if call.operation not in KEPT:
            return await next(call)
        begun, key = call.runtime.now(), (call.model, call.operation, call.stream)
        delay = self._allowed(key)
        if delay is None:
            reply = await next(call)
        else:
            reply = await self._race(call, next, delay)
        seconds = call.runtime.now() - begun
        with self._lock:
            if key not in self._latencies and len(self._latencies) >= MOST_MODELS:  # names of models may come from outside
                self._latencies.clear()
            self._latencies.setdefault(key, Latencies()).add(seconds)
        return reply

    def _allowed(self, key: Key) -> float | None:
        """Return after how many seconds to ask again; None: not at all. What is allowed is paid for."""
        with self._lock:
            self._calls += 1
            self._credit = min(self._credit + self._share, BURST)
            known = self._latencies.get(key)
            if known is None or len(known) < self._sample or self._credit < 1.0 - 1e-9:
                return None
            self._credit -= 1.0
            return max(known.at(self._quantile), self._least)

    async def _race(self, call: Call, next: Next[Reply], delay: float) -> Reply:
        race = _Race(call, next, self._wasted)
        failure: LLMKitError | None = None
        try:
            which, reply = await call.runtime.race((race.first, race.second), delay, race.discard)
        except LLMKitError as error:
            failure = race.failure or error  # the first request's own, which the call would have had without a second
        finally:
            with self._lock:
                self._hedged += race.launched
                self._credit += not race.launched
        if failure is not None:
            call.budget.attempts += race.extra.attempts
            raise failure
        if race.launched:
            with self._lock:
                self._won += which
            reply = await race.told(which, reply)
        answer: Reply = reply
        return answer

    async def _wasted(self, call: Call, waste: Waste) -> None:
        for listener in call.facts.wasted:
            try:
                await listener(call, waste)
            except Exception as error:  # the answer is there: what watches it may not break it
                _LOGGER.error("What a hedged request used could not be recorded (%s).", type(error).__name__)
        if self._on_waste is None:
            return
        try:
            self._on_waste(waste)
        except Exception:  # the user's function: its failure must not become the call's
            _LOGGER.exception("on_waste of the hedge failed.")


class Latencies:
    """The last latencies, and the quantile of them."""

    __slots__ = ("_quantile", "_since", "_window")

    def __init__(self) -> None:
        self._window: deque[float] = deque(maxlen=WINDOW)
        self._quantile: float | None = None
        self._since = 0

    def __len__(self) -> int:
        return len(self._window)

    def add(self, seconds: float) -> None:
        """Remember one."""
        self._window.append(seconds)
        self._since += 1

    def at(self, quantile: float) -> float:
        """Return what so large a share of them stays below; a few new ones are waited for before it is found anew."""
        if self._quantile is None or self._since >= REFRESH:
            self._quantile = sorted(self._window)[min(int(quantile * len(self._window)), len(self._window) - 1)]
            self._since = 0
        return self._quantile


class _Race:
    """Two requests for one call. The second has no retries of its own."""

    def __init__(self, call: Call, next: Next[Any], wasted: Callable[[Call, Waste], Awaitable[None]]) -> None:
        self._call, self._next, self._wasted = call, next, wasted
        self.extra = Budget(0)
        self.failure: LLMKitError | None = None
        self.launched = False
        self._begun = [call.runtime.now(), 0.0]
        self._cancelled = [False, False]
        self._failed = [False, False]

    async def first(self) -> tuple[int, Any]:
        """Send the request."""
        return 0, await self._send(0, self._call)

    async def second(self) -> tuple[int, Any]:
        """Send it again, unless it is over already: a race starts the second also when the first has failed."""
        if self.failure is not None:
            raise self.failure
        self.launched = True
        self._begun[1] = self._call.runtime.now()
        return 1, await self._send(1, msgspec.structs.replace(self._call, budget=self.extra))

    async def _send(self, which: int, call: Call) -> Any:
        try:
            return await self._next(call)
        except LLMKitError as error:
            self._failed[which] = True
            if which == 0:
                self.failure = error
            raise
        except BaseException:
            self._cancelled[which] = True
            raise

    async def discard(self, late: tuple[int, Any]) -> None:
        """Close what the slower one opened, and tell what it used."""
        which, reply = late
        if self._call.stream:
            await reply.aclose()
            reply = reply.response()
        await self._tell(which, getattr(reply, "usage", None), getattr(reply, "cost", None))

    async def told(self, which: int, reply: Any) -> Any:
        """Return the reply with the attempts of both."""
        loser = 1 - which
        lost: list[Attempt] = []
        if not self._failed[loser]:
            provider, _, model = self._call.model.partition("/")
            seconds = self._call.runtime.now() - self._begun[loser]
            lost = [Attempt(provider=provider, model=model, seconds=seconds, error=SUPERSEDED, key=self._call.key)]
        before = [*(self._call.budget.attempts if which else self.extra.attempts), *lost]
        mine = self.extra if which else self._call.budget
        mine.attempts[:0] = before
        if self._call.stream:
            if self._cancelled[loser]:
                reply.watch(_AtEnd(lambda answer: self._estimate(loser, answer, whole=False)))
            return reply
        if self._cancelled[loser]:
            await self._estimate(loser, reply, whole=True)
        return msgspec.structs.replace(reply, attempts=(*before, *reply.attempts)) if isinstance(reply, Answer) else reply

    async def _estimate(self, loser: int, answer: Any, *, whole: bool) -> None:
        """The same request has the same input; what was written before the end is at most what the faster one wrote."""
        usage = getattr(answer, "usage", None)
        if usage is not None:
            usage = Usage(uncached=usage.input, output_text=usage.output if whole else 0, source="estimated")
        await self._tell(loser, usage, None)

    async def _tell(self, which: int, usage: Usage | None, cost: Cost | None) -> None:
        seconds = self._call.runtime.now() - self._begun[which]
        await self._wasted(self._call, Waste(model=self._call.model, usage=usage, cost=cost, seconds=seconds))


class _AtEnd:
    def __init__(self, then: Callable[[CompletionResponse], Awaitable[None]]) -> None:
        self._then: Callable[[CompletionResponse], Awaitable[None]] | None = then

    def event(self, event: Event, /) -> None:
        """See an event."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """See the end, of which a stream that was taken up again has two."""
        then, self._then = self._then, None
        if then is not None:
            await then(response)
