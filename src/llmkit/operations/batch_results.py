"""The results of a batch, one by one: read while they come over the wire, priced, and put in order where that is wanted."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, Any, Protocol

import msgspec

from llmkit.errors import ConnectionFailed, InvalidRequest, ProtocolError, Timeout, UnsupportedFeature
from llmkit.framing.ndjson import JsonLines
from llmkit.operations.batch_items import Order, numbered
from llmkit.operations.batch_reading import Reading
from llmkit.operations.batch_storage import storage_beside
from llmkit.operations.batch_use import Sums
from llmkit.pipeline.retry import Retry
from llmkit.sending import ACCEPTED, delivered, failure_of
from llmkit.types.batch import BatchResult, BatchState, RawResult, Source

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.http import Body
    from llmkit.types.job import JobId

LONGEST_LINE = 64 * 1024 * 1024
_REOPENED = 3
_NOWHERE = 2**64 - 1


class Results(Protocol):
    """Results, to be taken one by one."""

    async def next(self) -> BatchResult | None:
        """Return the next result; None when all are told."""
        ...

    async def aclose(self) -> None:
        """Release the connection."""
        ...


class RemoteResults:
    """Reads what a provider tells. A connection that breaks is opened again, and what was read already is passed over."""

    def __init__(self, core: Core, identity: JobId, state: BatchState) -> None:
        self._reading = Reading(core, identity, state)
        self._core, self._state = core, state
        self._sums = Sums(core, identity, state)
        self._sources: list[Source] = list(self._reading.codec.sources(state, self._reading.asked.place))
        self._source: Source | None = None
        self._body: Body | None = None
        self._lines = JsonLines(max_line=LONGEST_LINE)
        self._waiting: list[RawResult] = []
        self._taken = self._opened = self._skip = 0

    @property
    def partial(self) -> bool:
        """Tell whether results can be had before all are there."""
        return self._reading.codec.PARTIAL

    @property
    def most(self) -> int:
        """Return how many results there can be."""
        return self._reading.codec.MOST

    async def next(self) -> BatchResult | None:
        """Return the next result."""
        raw = await self.raw()
        if raw is None:
            await self.end()
        return None if raw is None else await self.result(raw)

    async def result(self, raw: RawResult) -> BatchResult:
        """Return what `raw` means."""
        found = await self._reading.result(raw)
        self._sums.add(found)
        return found

    async def end(self) -> None:
        """Note that all results were read."""
        await self._sums.record(self._reading.call())

    async def raw(self) -> RawResult | None:
        """Return the next result as the wire has it."""
        while not self._waiting:
            if self._source is None:
                if not self._sources:
                    return None
                self._source = self._sources.pop(0)
                self._taken = self._opened = self._skip = 0
            await self._more(self._source)
        return self._waiting.pop(0)

    async def aclose(self) -> None:
        """Release the connection."""
        body, self._body = self._body, None
        self._sources, self._source = [], None
        self._sums.close()
        if body is not None:
            await body.aclose()

    async def _more(self, source: Source) -> None:
        if not source.lines:
            found, following = self._results(await self._whole(source))
            self._source = following
            self._waiting += found
            return
        try:
            if self._body is None:
                await self._open(source)
            assert self._body is not None
            data = await self._body.read()
        except (ConnectionFailed, Timeout):
            self._opened += 1
            self._body = None
            if self._opened > _REOPENED:
                raise
            return
        lines = self._lines.feed(data) if data else self._lines.close()
        if not data:
            self._source = self._body = None
        for line in lines[self._skip :] if self._skip else lines:
            self._waiting += self._results(line)[0]
        passed = min(self._skip, len(lines))
        self._skip -= passed
        self._taken += len(lines) - passed

    async def _open(self, source: Source) -> None:
        self._lines = JsonLines(max_line=LONGEST_LINE)
        self._skip = self._taken
        self._body = await self._response(source)

    async def _whole(self, source: Source) -> bytes:
        body = await self._response(source)
        return await body.read_all(None, source.ask.limit)

    async def _response(self, source: Source) -> Body:
        """Ask, again where that may help."""

        async def ask(call: Any) -> Any:
            asked = self._reading.asked_with(call.key)
            if source.stored:
                asked = storage_beside(self._reading.operations, asked, call.key)
            request, own = self._reading.operations.request(asked, call, source.ask)
            endpoint = asked.endpoint
            response = await (delivered(endpoint, request, self._core.runtime) if own else endpoint.transport.send(request))
            if response.status not in ACCEPTED:
                raise self._reading.described(await failure_of(asked.endpoint, response, None))
            return response.body

        body: Body = await Retry()(self._reading.call(), ask)
        return body

    def _results(self, data: bytes) -> tuple[Sequence[RawResult], Source | None]:
        return self._reading.codec.results(data, self._state, self._reading.asked.place)


class OrderedResults:
    """Gives results in the order of the requests: they are laid down in a file as they come, and read back by their places."""

    def __init__(self, found: Any, order: Callable[[str], int | None], all_known: bool) -> None:
        self._found, self._order, self._all_known = found, order, all_known
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="llmkit-")  # noqa: SIM115  # closed by aclose
        self._at = array("Q")
        self._next = 0
        self._whole = True

    async def lay_down(self) -> None:
        """Take all results."""
        while (raw := await self._found.raw()) is not None:
            place = self._order(raw.id)
            if place is None and not self._all_known:
                self._whole = False
                continue
            if place is None:
                raise UnsupportedFeature(
                    f"the order of request {raw.id!r}, which another process gave",
                    where="This batch",
                    hint="Pass ordered=[ids], as they were given.",
                )
            if place >= self._found.most or (place < len(self._at) and self._at[place] != _NOWHERE):
                raise ProtocolError("The batch has more results than requests.")
            if place >= len(self._at):
                self._at.extend([_NOWHERE] * (place + 1 - len(self._at)))
            self._at[place] = self._file.seek(0, 2)
            data = msgspec.msgpack.encode(raw)
            self._file.write(len(data).to_bytes(8, "little") + data)

    async def next(self) -> BatchResult | None:
        """Return the next result; a request without one is passed over."""
        while self._next < len(self._at):
            at = self._at[self._next]
            self._next += 1
            if at != _NOWHERE:
                self._file.seek(at)
                size = int.from_bytes(self._file.read(8), "little")
                result: BatchResult = await self._found.result(msgspec.msgpack.decode(self._file.read(size), type=RawResult))
                return result
        if self._whole:
            await self._found.end()
        return None

    async def aclose(self) -> None:
        """Give the file back: there is nothing more to read."""
        self._file.close()
        self._at = array("Q")
        await self._found.aclose()


async def in_order(found: Any, ordered: Any, order: Order | None) -> Results:
    """Return `found`, in order where that is wanted: that of this process's own requests, or of the ids in `ordered`."""
    if ordered is False or ordered is None:
        result: Results = found
        return result
    place: Callable[[str], int | None]
    if ordered is True:
        place = numbered if order is None else order.place
    elif isinstance(ordered, Sequence) and not isinstance(ordered, str):
        place = {str(id): number for number, id in enumerate(ordered)}.get
    else:
        raise InvalidRequest("ordered is True, False or the ids in their order.", parameter="ordered")
    laid = OrderedResults(found, place, ordered is True)
    try:
        await laid.lay_down()
    except BaseException:
        await laid.aclose()
        raise
    return laid


__all__ = ["LONGEST_LINE", "OrderedResults", "RemoteResults", "Results", "in_order"]
