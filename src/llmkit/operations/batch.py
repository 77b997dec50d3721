"""A batch at a provider: begin it, see how it stands, wait for it, end it; by its id in any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec

from llmkit.errors import InvalidRequest, JobInterrupted, LLMKitError, Timeout, UnsupportedFeature
from llmkit.operations.batch_encoding import Lines
from llmkit.operations.batch_file import WrittenRequests
from llmkit.operations.batch_items import END, Order, Take, item_of, placed
from llmkit.operations.batch_storage import check_places, put
from llmkit.operations.batch_use import begun
from llmkit.operations.exchange import Operations
from llmkit.operations.managing import manage
from llmkit.operations.reading import read
from llmkit.options import timeouts_of
from llmkit.pipeline.call import Budget, Call
from llmkit.types.batch import BatchRequest, BatchState, Created
from llmkit.types.http import Timeouts
from llmkit.types.job import JobId
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.batch_results import Results

Progress = Callable[[BatchState], object]
_PATIENT = Timeouts(write=1800.0, first_event=600.0, total=3600.0)
"""A file of requests may have 200 MB."""
_FIRST_LOOK, _SLOWER, _LAST_LOOK = 2.0, 1.5, 60.0
"""Seconds between two looks: more and more, for most batches take minutes or hours."""
_OWN = ("name", "metadata", "window", "input_uri", "output_uri", "role")
"""What `create` is told of the batch itself."""
_BREATH = 200
"""Requests that are written before others have their turn."""
LOCAL = "file:"
"""How the handle of a batch begins that runs here."""


class BatchWork(Protocol):
    """A batch, wherever it runs; written once for both faces."""

    identity: JobId
    state: BatchState
    warnings: Mapping[str, tuple[Warning, ...]]

    async def refresh(self) -> BatchState:
        """Ask how it stands."""
        ...

    async def wait(self, timeout: float | None, progress: Progress | None, every: float | None) -> BatchState:
        """Wait until it is over."""
        ...

    async def cancel(self) -> BatchState:
        """End it early."""
        ...

    async def results(self, ordered: Any) -> Results:
        """Return the results, to be read one by one."""
        ...


class RemoteBatch:
    """A batch that runs at its provider."""

    def __init__(self, core: Core, identity: JobId, state: BatchState, order: Order | None = None) -> None:
        self._core, self.identity, self.state = core, identity, state
        self.order = order
        self.warnings: Mapping[str, tuple[Warning, ...]] = {}

    async def refresh(self) -> BatchState:
        """Ask how it stands."""
        if not self.state.over:
            self.state = await self._ask("refresh")
        return self.state

    async def wait(self, timeout: float | None, progress: Progress | None, every: float | None) -> BatchState:
        """Ask until it is over, more and more seldom where `every` does not say how often."""
        runtime, delay = self._core.runtime, _FIRST_LOOK if every is None else every
        until = None if timeout is None else runtime.now() + timeout
        failure: LLMKitError | None = None
        while not self.state.over:
            if progress is not None:
                progress(self.state)
            left = delay if until is None else min(delay, until - runtime.now())
            if left < 0 or (left == 0 and every != 0):
                raise self._lost(Timeout("total", timeout))
            await runtime.sleep(left)
            delay = min(delay * _SLOWER, _LAST_LOOK) if every is None else every
            try:
                await self.refresh()
            except LLMKitError as error:
                failure = error
            if failure is not None:
                raise self._lost(failure)
        if progress is not None:
            progress(self.state)
        return self.state

    async def cancel(self) -> BatchState:
        """End it early."""
        if not self.state.over:
            self.state = await self._ask("cancel")
        return self.state

    async def results(self, ordered: Any) -> Results:
        """Return the results. Raises `InvalidRequest` before there are any, and why the batch failed where it did."""
        from llmkit.operations.batch_results import RemoteResults, in_order

        if not self.state.over or not self.state.raw_status:
            self.state = await self._ask("refresh")
        if self.state.failure is not None and not self.state.sources:
            raise self.state.failure
        found = RemoteResults(self._core, self.identity, self.state)
        if not self.state.over and not found.partial:
            raise InvalidRequest(f"The batch is {self.state.status}: it has no results yet.", parameter="batch", hint="Use wait().")
        return await in_order(found, ordered, self.order)

    async def _ask(self, what: str) -> BatchState:
        def question(codec: Any, place: Any) -> Any:
            return getattr(codec, what)(self.identity.handle, place)

        return cast("BatchState", await manage(self._core, "batch", self.identity.model, question))

    def _lost(self, cause: LLMKitError) -> JobInterrupted:
        error = JobInterrupted(self.identity.handle, cause)
        error.job, error.provider, error.model = str(self.identity), cause.provider, self.identity.model
        error.hint = "Take it up again with kit.batch(error.job)."
        error.args = (f"{error.message} {error.hint}",)
        return error


async def create(core: Core, model: Any, take: Take, options: Mapping[str, Any]) -> BatchWork:
    """Write the requests to disk, send them, and return the batch."""
    if not isinstance(model, str):
        raise InvalidRequest("A batch has one model, as 'provider/model'.", parameter="model")
    shared = dict(options)
    local, file, parallel = shared.pop("local", False), shared.pop("file", None), shared.pop("parallel", None)
    progress = shared.pop("progress", None)
    if local:
        from llmkit.operations.batch_local import create_local

        return await create_local(core, model, take, shared, file=file, parallel=parallel, progress=progress)
    for name, value in (("file", file), ("parallel", parallel)):
        if value is not None:
            raise InvalidRequest(f"{name} is for batches that run here.", parameter=name, hint="Pass local=True.")
    return await _create(core, core.names((model,))[0], take, shared, progress)


async def _create(core: Core, name: str, take: Take, shared: dict[str, Any], progress: Any) -> RemoteBatch:
    operations = Operations(core.endpoints, core.knowledge.pricing)
    own: dict[str, Any] = {key: shared.pop(key) for key in _OWN if key in shared}
    own |= {key: shared[key] for key in ("user", "tenant", "tags", "on_unsupported") if key in shared}
    timeouts = timeouts_of("timeout", shared.pop("timeout")) if shared.get("timeout") is not None else _PATIENT
    request = read(BatchRequest, name, {"file": None}, own, {})
    call = _call(core, request, name, timeouts)
    try:
        asked = operations.asked(call)
    except UnsupportedFeature as error:
        error.hint = f"Pass local=True to run it here. {error.hint or ''}".rstrip()
        error.args = (f"{error.message} {error.hint}",)
        raise
    check_places(asked, request)
    lines, order = Lines(core, operations, asked, call), Order()
    with WrittenRequests(lines.codec.MOST, lines.codec.LARGEST) as file:
        await _written(core, take, shared, lines, order, file, progress)
        whole = request.replace(file=file, input_tokens=lines.most.input_tokens, output_tokens=lines.most.output_tokens)
        call = msgspec.structs.replace(call, request=cast("Any", whole))
        begun = await _begun(core, operations, call)
    identity = JobId(operation="batch", model=name, handle=begun.state.handle)
    batch = RemoteBatch(core, identity, begun.state.replace(model=begun.state.model or name.partition("/")[2]), order)
    told = tuple([warning for warning in begun.warnings if warning.parameter != "cost"])
    batch.warnings = {**lines.warnings, **({"": told} if told else {})}
    return batch


async def _written(
    core: Core, take: Take, shared: Mapping[str, Any], lines: Lines, order: Order, file: WrittenRequests, progress: Any
) -> None:
    """Write every request to `file`. An error says which request it is of."""
    while (given := await take()) is not END:
        id: str | None = None
        failure: LLMKitError
        try:
            id, request = item_of(given, lines.model, shared)
            id = order.add(id)
            file.add(*await lines.line(id, request))
        except LLMKitError as error:
            failure = error
        else:
            if file.count % _BREATH == 0:
                await core.runtime.sleep(0)
                if progress is not None:
                    progress(file.count)
            continue
        raise placed(failure, file.count, id)
    if not file.count:
        raise InvalidRequest("There are no requests.", parameter="requests")
    file.close()
    file.address, file.wire = lines.address, lines.wire
    if progress is not None:
        progress(file.count)


async def _begun(core: Core, operations: Operations, call: Call) -> Created:
    """Begin it through the layers."""

    async def begin(call: Call) -> Created:
        asked = operations.asked(call)
        await put(operations, asked, call)
        driven = await operations.drive(asked, call, cast("Any", asked.codec).create(call.request, asked.place))
        return cast("Created", operations.completed(asked, call, driven.with_result(Created(state=driven.result))))

    return await begun(core, call, begin)


def _call(core: Core, request: BatchRequest, name: str, timeouts: Timeouts) -> Call:
    scope = core.scope
    if request.user or request.tenant or request.tags:
        scope = msgspec.structs.replace(scope, tenant=request.tenant or scope.tenant, user=request.user or "", tags=request.tags)
    return Call(
        request=cast("Any", request),
        models=(name,),
        model=name,
        runtime=core.runtime,
        timeouts=timeouts,
        deadline=None if timeouts.total is None else core.runtime.now() + timeouts.total,
        budget=Budget(core.retries),
        scope=scope,
        operation="batch",
        rotation=core.rotation,
    )


async def listed(core: Core, provider: str, limit: int) -> list[RemoteBatch]:
    """Return the batches that the provider keeps, the newest first, at most `limit`."""
    row = core.providers.get(provider.partition("/")[0])
    found: list[RemoteBatch] = []
    page: str | None = None
    while len(found) < limit:
        told = await manage(core, "batch", row.name, partial(_page, page))
        for state in told.states:
            model = f"{row.name}/{state.model or 'batch'}"
            found.append(RemoteBatch(core, JobId(operation="batch", model=model, handle=state.handle), state))
        if told.next is None or told.next == page:
            break
        page = told.next
    return found[:limit]


def _page(page: str | None, codec: Any, place: Any) -> Any:
    return codec.listed(page, place)


def batch_of(core: Core, id: str) -> BatchWork:
    """Return the batch called `id`; nothing is asked yet. Raises `InvalidRequest` for what is no id of a batch."""
    identity = JobId.parse(id)
    if identity.operation != "batch":
        raise InvalidRequest(f"{id!r} is no id of a batch.", parameter="batch", hint="Other jobs: kit.job(id).")
    if identity.handle.startswith(LOCAL):
        from llmkit.operations.batch_local import taken_up

        return taken_up(core, identity)
    return RemoteBatch(core, identity, BatchState(handle=identity.handle, status="queued"))
