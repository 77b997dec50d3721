"""Record what every call used: answers, failures, and streams that nobody read to their end."""

from __future__ import annotations

import inspect
import logging
import os
import threading
from collections import deque
from typing import Any

import msgspec

from llmkit.errors import ConfigurationError, LLMKitError, StreamInterrupted
from llmkit.metering.kept import Kept
from llmkit.metering.measuring import Measured, counted
from llmkit.metering.prices import ListedPrices, Prices
from llmkit.metering.recording import NOTHING, Moment, record_of, use_of
from llmkit.metering.records import Status, UsageRecord
from llmkit.metering.sinks import Sink
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.hits import Hits
from llmkit.runtime.protocol import Runtime
from llmkit.types.events import Event
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

_log = logging.getLogger("llmkit.meter")


class Meter:
    """`LLMKit(layers=[Meter(SQLiteSink("usage.db"))])` records each call before its answer is given out.

    With `batch` above 1 records wait until so many are there, or the client is closed: a process that dies loses at most these. A sink
    that fails never fails a call; its records wait, at most `capacity` of them, and `lost` counts what had no room.
    """

    name = "meter"

    def __init__(self, sink: Sink, *, prices: Prices | None = None, batch: int = 1, capacity: int = 10_000) -> None:
        if batch < 1 or capacity < batch:
            raise ConfigurationError("batch must be at least 1, and capacity at least batch.", parameter="batch")
        self.sink = sink
        self.prices: Prices = ListedPrices() if prices is None else prices
        self.lost = 0
        self._batch, self._capacity = batch, capacity
        self._waiting: deque[UsageRecord] = deque()
        self._kept = Kept()
        self._lock = threading.Lock()

    def join(self, client: Any) -> tuple[str, ...]:
        """Use what `client` knows of prices, where none were given."""
        if isinstance(self.prices, ListedPrices):
            self.prices.join(client.match)
        return ()

    @property
    def hits(self) -> Hits:
        """Return the layer that records answers out of caches: these never come as far as the meter."""
        return Hits(self)

    def begin(self, call: Call) -> Moment:
        """Return when `call` begins: now."""
        return Moment(id=os.urandom(12).hex(), at=call.runtime.wall(), begun=call.runtime.now())

    @property
    def waiting(self) -> int:
        """Return how many records are not in the sink yet."""
        return len(self._waiting)

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return the reply, and record it when it is over."""
        moment = self.begin(call)
        if self.wasted not in call.facts.wasted:  # a call that is asked anew comes by again
            call.facts.wasted += (self.wasted,)
        try:
            reply = await next(call)
        except BaseException as error:
            await self._failed(call, moment, error)
            raise
        if call.stream:
            first = call.runtime.now() - moment.begun  # the stream is there once its first event is
            reply.watch(_End(self, call, moment._replace(first_event=first)))
        elif isinstance(reply, Reply):
            await self.over(call, moment, reply, "ok", None)
        return reply

    async def _failed(self, call: Call, moment: Moment, error: BaseException) -> None:
        partial = error.partial if isinstance(error, StreamInterrupted) else None
        status: Status = "error" if isinstance(error, Exception) else "aborted"
        if isinstance(error, GeneratorExit):  # nothing can be awaited any more
            self._add(self.record(call, moment, partial, status, error))
        else:
            await self.over(call, moment, partial, status, error)

    async def over(
        self, call: Call, moment: Moment, answer: Reply | None, status: Status, error: BaseException | None, *, again: bool = False
    ) -> None:
        """Record a call that is over; `again`: what it used was recorded before, but for what was not known then."""
        found = use_of(call, moment, answer, status, self.prices)
        if call.resumption is not None or again:
            rest = self._kept.rest(None if answer is None else answer.id, found)
            again, found = True, NOTHING if rest is None else rest
        elif answer is not None and found.estimated:
            self._kept.note(answer.id, found)
        record = record_of(call, moment, answer, status, error, found)
        if again:
            record = msgspec.structs.replace(record, again=True, saved=record.saved if found.usage is not None else None)
        await self.keep(record, call.runtime)

    def record(self, call: Call, moment: Moment, answer: Reply | None, status: Status, error: BaseException | None) -> UsageRecord:
        """Return the record of a call that is over."""
        return record_of(call, moment, answer, status, error, use_of(call, moment, answer, status, self.prices))

    async def wasted(self, call: Call, waste: Any) -> None:
        """Record the slower of two requests for `call`: it was paid for, too."""
        now = call.runtime.wall()
        moment = Moment(id=os.urandom(12).hex(), at=now - waste.seconds, begun=call.runtime.now() - waste.seconds)
        usage = waste.usage or counted(None, call.request, waste.model)
        cost = waste.cost.usd if waste.cost is not None else self.prices.cost(waste.model, usage, now)
        found = Measured(usage, cost, waste.cost.basis if waste.cost is not None else "registry", usage.source == "estimated")
        record = record_of(call, moment, None, "aborted", None, found)
        await self.keep(msgspec.structs.replace(record, model=waste.model, hedged=True, attempts=1), call.runtime)

    async def keep(self, record: UsageRecord, runtime: Runtime) -> None:
        """Take a record, and write what waits when there is enough of it."""
        if self._add(record) >= self._batch:
            await self.flush(runtime)

    def _add(self, record: UsageRecord) -> int:
        with self._lock:
            self._waiting.append(record)
            self._bound()
            return len(self._waiting)

    def _bound(self) -> None:
        while len(self._waiting) > self._capacity:
            self._waiting.popleft()
            self.lost += 1

    async def flush(self, runtime: Runtime) -> None:
        """Write what waits."""
        try:
            value = await runtime.call(self._write) if self.sink.blocking else self._write()
            if value is not None and inspect.isawaitable(value):
                await value
        except Exception as error:  # whatever a sink raises: the call's answer is worth more than its record
            _log.error("Records of usage could not be written (%s); %d wait.", type(error).__name__, len(self._waiting))

    def _write(self) -> Any:
        """Write all that waits; in a thread, where the sink may block. What cannot be written waits on."""
        with self._lock:
            records = tuple(self._waiting)
            self._waiting.clear()
        if not records:
            return None
        try:
            return self.sink.write(records)
        except BaseException:
            with self._lock:
                self._waiting.extendleft(reversed(records))
                self._bound()
            raise

    async def aclose(self, runtime: Runtime) -> None:
        """Write what waits and close the sink; it can be used again."""
        await self.flush(runtime)
        if self.sink.blocking:
            await runtime.call(self.sink.close)
        else:
            self.sink.close()


class _End:
    """Records a stream at its end, and what came after that where a stream that was cut is taken up again."""

    def __init__(self, meter: Meter, call: Call, moment: Moment) -> None:
        self._meter, self._call, self._moment = meter, call, moment
        self._again = False

    def event(self, event: Event, /) -> None:
        """See nothing."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Record."""
        status: Status = "ok" if complete else "error" if error is not None else "aborted"
        await self._meter.over(self._call, self._moment, response, status, error, again=self._again)
        self._again, self._moment = True, self._meter.begin(self._call)
