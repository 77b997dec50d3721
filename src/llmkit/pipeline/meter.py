"""Record what every call used: answers, failures, and streams that nobody read to their end."""

from __future__ import annotations

import inspect
import logging
import os
import threading
from collections import deque
from typing import Any

from llmkit.errors import ConfigurationError, LLMKitError, StreamInterrupted
from llmkit.metering.prices import ListedPrices, Prices
from llmkit.metering.recording import Moment, record_of
from llmkit.metering.records import Status, UsageRecord
from llmkit.metering.sinks import Sink
from llmkit.pipeline.budget_stream import StreamEnd
from llmkit.pipeline.call import Call, Next
from llmkit.pipeline.hits import Hits
from llmkit.runtime.protocol import Runtime
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
        try:
            reply = await next(call)
        except BaseException as error:
            await self._failed(call, moment, error)
            raise
        if call.stream:
            first = call.runtime.now() - moment.begun  # the stream is there once its first event is
            reply.watch(_End(self, call, moment._replace(first_event=first)))
        elif isinstance(reply, CompletionResponse):
            await self.keep(self.record(call, moment, reply, "ok", None), call.runtime)
        return reply

    async def _failed(self, call: Call, moment: Moment, error: BaseException) -> None:
        partial = error.partial if isinstance(error, StreamInterrupted) else None
        status: Status = "error" if isinstance(error, Exception) else "aborted"
        record = self.record(call, moment, partial, status, error)
        if isinstance(error, GeneratorExit):  # nothing can be awaited any more
            self._add(record)
        else:
            await self.keep(record, call.runtime)

    def record(
        self, call: Call, moment: Moment, answer: CompletionResponse | None, status: Status, error: BaseException | None
    ) -> UsageRecord:
        """Return the record of a call that is over."""
        return record_of(call, moment, answer, status, error, self.prices)

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
            if inspect.isawaitable(value):
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


class _End(StreamEnd):
    """Records a stream at its end."""

    def __init__(self, meter: Meter, call: Call, moment: Moment) -> None:
        self._meter, self._call, self._moment = meter, call, moment

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        status: Status = "ok" if complete else "error" if error is not None else "aborted"
        record = self._meter.record(self._call, self._moment, response, status, error)
        await self._meter.keep(record, self._call.runtime)
