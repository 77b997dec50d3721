"""A batch that runs here: requests in a file, results in a file beside it; whoever takes it up goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest, JobInterrupted, LLMKitError, Timeout
from llmkit.operations.batch import LOCAL
from llmkit.operations.batch_items import END, Order, Take, item_of, placed
from llmkit.operations.batch_local_files import LocalFiles
from llmkit.operations.batch_local_run import LocalRun
from llmkit.operations.batch_written import Head, request_line
from llmkit.operations.reading import whole
from llmkit.types.batch import BatchCounts, BatchResult, BatchState, BatchStatus
from llmkit.types.job import JobId
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.batch import Progress
    from llmkit.operations.batch_results import Results

PARALLEL = 8


class LocalBatch:
    """A batch that runs while somebody waits for it or reads its results."""

    def __init__(self, core: Core, identity: JobId, files: LocalFiles) -> None:
        self._core, self.identity, self.files = core, identity, files
        self.warnings: Mapping[str, tuple[Warning, ...]] = {}
        self.state = BatchState(handle=identity.handle, status="queued")

    async def refresh(self) -> BatchState:
        """Look at the files."""
        head, counts = self.files.head(), self.files.counts()
        done = counts.done or 0
        status: BatchStatus = "ended" if done >= head.count else "cancelled" if self.files.cancelled else "running" if done else "queued"
        self.state = BatchState(
            handle=self.identity.handle,
            status=status,
            raw_status=status,
            model=head.model.partition("/")[2],
            counts=counts.replace(total=head.count),
            created=head.created,
            name=head.name,
            metadata=head.metadata,
        )
        return self.state

    async def wait(self, timeout: float | None, progress: Progress | None, every: float | None) -> BatchState:
        """Work until all is done. Raises what would fail all requests alike, such as a key that is refused."""
        runtime = self._core.runtime
        until = None if timeout is None else runtime.now() + timeout
        await self.refresh()
        if self.state.over:
            return self.state
        work = LocalRun(self._core, self.files)
        try:
            while (result := await work.next()) is not None:
                if progress is not None:
                    self.state = self.state.replace(status="running", counts=_with(self.state.counts, result))
                    progress(self.state)
                if until is not None and runtime.now() >= until:
                    error = JobInterrupted(self.identity.handle, Timeout("total", timeout))
                    error.job, error.model = str(self.identity), self.identity.model
                    error.hint = "Take it up again with kit.batch(error.job)."
                    error.args = (f"{error.message} {error.hint}",)
                    raise error
        finally:
            await work.aclose()
        await self.refresh()
        if progress is not None:
            progress(self.state)
        return self.state

    async def cancel(self) -> BatchState:
        """Begin no more requests, here or in another process that works on it."""
        self.files.cancel()
        return await self.refresh()

    async def results(self, ordered: Any) -> Results:
        """Return the results that are there and, as they come, those of the requests that are still to be made."""
        await self.refresh()
        if ordered is False or ordered is None:
            return LocalResults(self.files, None if self.state.over else LocalRun(self._core, self.files))
        if not self.state.over:
            await self.wait(None, None, None)
        return self.files.ordered(None if ordered is True else ordered)


class LocalResults:
    """What is in the file, then what comes."""

    def __init__(self, files: LocalFiles, work: LocalRun | None) -> None:
        self._work = work
        self._found = files.results()
        self._there = True

    async def next(self) -> BatchResult | None:
        """Return the next result."""
        if self._there:
            found = next(self._found, None)
            if found is not None:
                return found
            self._there = False
        return None if self._work is None else await self._work.next()

    async def aclose(self) -> None:
        """Begin no more."""
        self._found.close()
        if self._work is not None:
            await self._work.aclose()


async def create_local(
    core: Core, model: str, take: Take, shared: dict[str, Any], *, file: Any, parallel: int | None, progress: Any
) -> LocalBatch:
    """Write the requests; nothing is asked until somebody waits for them."""
    if file is None:
        raise InvalidRequest("A batch that runs here keeps its requests.", parameter="file", hint="Pass file='work.jsonl'.")
    name = core.names((model,))[0]
    path = Path(os.path.abspath(file))
    about = {key: shared.pop(key) for key in ("name", "metadata") if shared.get(key) is not None}
    shared.pop("window", None)
    most = whole("parallel", PARALLEL if parallel is None else parallel, 1, 1000)
    order, files = Order(), LocalFiles(path)
    with files.writing() as out:
        count = await _written(core, name, take, shared, order, out, progress)
        head = Head(model=name, count=count, parallel=most, created=core.runtime.wall(), **about)
        files.finish(out, head)
    batch = LocalBatch(core, JobId(operation="batch", model=name, handle=f"{LOCAL}{path}"), files)
    await batch.refresh()
    return batch


async def _written(core: Core, model: str, take: Take, shared: Mapping[str, Any], order: Order, out: IO[bytes], progress: Any) -> int:
    count = 0
    while (given := await take()) is not END:
        id: str | None = None
        failure: LLMKitError
        try:
            id, request = item_of(given, model, shared)
            id = order.add(id)
            out.write(request_line(id, request))
        except LLMKitError as error:
            failure = error
        else:
            count += 1
            if count % 200 == 0:
                await core.runtime.sleep(0)
                if progress is not None:
                    progress(count)
            continue
        raise placed(failure, count, id)
    if not count:
        raise InvalidRequest("There are no requests.", parameter="requests")
    if progress is not None:
        progress(count)
    return count


def taken_up(core: Core, identity: JobId) -> LocalBatch:
    """Return a batch by its id. Raises `InvalidRequest` where its file is not there."""
    files = LocalFiles(Path(identity.handle.removeprefix(LOCAL)))
    head = files.head()
    if head.model != identity.model:
        raise InvalidRequest("The file holds requests of another batch.", parameter="batch")
    return LocalBatch(core, identity, files)


def _with(counts: BatchCounts, result: BatchResult) -> BatchCounts:
    name = "succeeded" if result.ok else "failed"
    return counts.replace(**{name: (getattr(counts, name) or 0) + 1})


__all__ = ["LocalBatch", "create_local", "taken_up"]
