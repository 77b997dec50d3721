"""A batch as an object, and `batches` of both clients, which makes and lists them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from llmkit.errors import InvalidRequest
from llmkit.operations.batch import BatchWork, Progress, create, listed
from llmkit.operations.batch_items import taker
from llmkit.operations.batch_results import Results
from llmkit.runtime.step import run
from llmkit.types.batch import BatchCounts, BatchOptions, BatchResult, BatchState, BatchStatus
from llmkit.types.warnings import Warning

if TYPE_CHECKING:
    from llmkit.core import Core


class _Told:
    """What both faces tell without asking."""

    def __init__(self, work: BatchWork) -> None:
        self._work = work

    @property
    def id(self) -> str:
        """Return what names it for good: `kit.batch(id)` takes it up again, in another process too."""
        return str(self._work.identity)

    @property
    def state(self) -> BatchState:
        """Return all that was told when last asked."""
        return self._work.state

    @property
    def status(self) -> BatchStatus:
        """Return how it stood when last asked."""
        return self._work.state.status

    @property
    def counts(self) -> BatchCounts:
        """Return how many requests it has, and how many are over."""
        return self._work.state.counts

    @property
    def over(self) -> bool:
        """Tell whether nothing changes any more."""
        return self._work.state.over

    @property
    def warnings(self) -> Mapping[str, tuple[Warning, ...]]:
        """Return what could not be said, by the ids of the requests; under the empty id what concerns the batch as a whole.

        Only the object that `create` returned knows it.
        """
        return self._work.warnings

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.status})"


class Batch(_Told):
    """A batch of the sync client."""

    def refresh(self) -> Batch:
        """Ask how it stands."""
        run(self._work.refresh())
        return self

    def wait(self, timeout: float | None = None, progress: Progress | None = None, every: float | None = None) -> Batch:
        """Wait until it is over; `progress` is told how it stands after each look, `every` seconds (None: more and more seldom).

        One that runs here is worked on meanwhile. Raises `JobInterrupted` after `timeout` seconds; the batch goes on.
        """
        run(self._work.wait(timeout, progress, every))
        return self

    def cancel(self) -> Batch:
        """End it early: what was answered already keeps its result."""
        run(self._work.cancel())
        return self

    def results(self, ordered: bool | Sequence[str] = False) -> BatchResults:
        """Return the results one by one as they come, or in the order of the requests (`True`, or the ids in their order).

        A request that failed has its error in the result; nothing is raised for it. Raises `InvalidRequest` before there are results.
        """
        return BatchResults(run(self._work.results(ordered)))


class AsyncBatch(_Told):
    """A batch of the asyncio client; see `Batch`."""

    async def refresh(self) -> AsyncBatch:
        """Ask how it stands."""
        await self._work.refresh()
        return self

    async def wait(self, timeout: float | None = None, progress: Progress | None = None, every: float | None = None) -> AsyncBatch:
        """Wait until it is over. See `Batch.wait`."""
        await self._work.wait(timeout, progress, every)
        return self

    async def cancel(self) -> AsyncBatch:
        """End it early."""
        await self._work.cancel()
        return self

    def results(self, ordered: bool | Sequence[str] = False) -> AsyncBatchResults:
        """Return the results, for `async for`. See `Batch.results`."""
        return AsyncBatchResults(self._work, ordered)


class BatchResults:
    """Results one by one; a `with` block closes what is not read to its end."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> BatchResult:
        found = run(self._results.next())
        if found is None:
            self.close()
            raise StopIteration
        return found

    def close(self) -> None:
        """Release the connection."""
        run(self._results.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncBatchResults:
    """Results one by one; an `async with` block closes what is not read to its end."""

    def __init__(self, work: BatchWork, ordered: bool | Sequence[str]) -> None:
        self._work, self._ordered = work, ordered
        self._results: Results | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BatchResult:
        if self._results is None:
            self._results = await self._work.results(self._ordered)
        found = await self._results.next()
        if found is None:
            await self.aclose()
            raise StopAsyncIteration
        return found

    async def aclose(self) -> None:
        """Release the connection."""
        if self._results is not None:
            await self._results.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


class Batches:
    """`kit.batches` of the sync client."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def create(self, model: str, requests: Iterable[Any], /, **options: Unpack[BatchOptions]) -> Batch:
        """Have `requests` answered by `model` in the provider's own time, at its price for batches.

        `requests` is any iterable: texts, lists of messages, `CompletionRequest`s, `EmbeddingRequest`s, dicts with `id` and `messages`
        (or `inputs`) and options, lines of OpenAI's batch files, or pairs of an id and one of these. They are written to a file that
        only you can read and sent from there; they are never all in memory. Options of `complete` hold for all that have none.

        Args:
            name: what the provider shows it as.
            metadata: texts that the provider keeps with it.
            window: how long it may take, such as `24h`.
            local: run it here, through this client, with the same interface: for providers without batches.
            file: where a local batch keeps its requests; its results lie beside it (`.results`).
            parallel: requests of a local batch at once (8).
            progress: told how many requests are written.

        Raises `UnsupportedFeature` where the provider has no batches, `InvalidRequest` for a request that is wrong, saying which.
        """
        if isinstance(requests, AsyncIterable):
            raise InvalidRequest("requests is asynchronous; this client is not.", parameter="requests", hint="Use AsyncLLMKit.")
        return Batch(run(create(self._core, model, taker(requests), options)))

    def list(self, provider: str, /, limit: int = 100) -> tuple[Batch, ...]:
        """Return the batches that `provider` keeps, the newest first, at most `limit`."""
        return tuple([Batch(work) for work in run(listed(self._core, provider, limit))])


class AsyncBatches:
    """`kit.batches` of the asyncio client; see `Batches`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, model: str, requests: Iterable[Any] | AsyncIterable[Any], /, **options: Unpack[BatchOptions]) -> AsyncBatch:
        """Have `requests` answered by `model`. See `Batches.create`; `requests` may be asynchronous."""
        return AsyncBatch(await create(self._core, model, taker(requests), options))

    async def list(self, provider: str, /, limit: int = 100) -> tuple[AsyncBatch, ...]:
        """Return the batches that `provider` keeps."""
        return tuple([AsyncBatch(work) for work in await listed(self._core, provider, limit)])
