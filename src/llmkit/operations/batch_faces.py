"""`batches` and `batch` of both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.batch_objects import AsyncBatch, AsyncBatches, Batch, Batches


class BatchFace:
    """What the sync client has for batches."""

    _core: Core

    @property
    def batches(self) -> Batches:
        """Return what makes and lists batches: `kit.batches.create(model, requests)`, `kit.batches.list(provider)`."""
        from llmkit.operations.batch_objects import Batches  # only who has many requests pays for it

        return Batches(self._core)

    def batch(self, id: str, /) -> Batch:
        """Return the batch called `id` (`batch.id`), made by this or another process; nothing is asked yet."""
        from llmkit.operations.batch import batch_of
        from llmkit.operations.batch_objects import Batch

        return Batch(batch_of(self._core, id))


class AsyncBatchFace:
    """What the asyncio client has for batches."""

    _core: Core

    @property
    def batches(self) -> AsyncBatches:
        """Return what makes and lists batches. See `LLMKit.batches`."""
        from llmkit.operations.batch_objects import AsyncBatches

        return AsyncBatches(self._core)

    def batch(self, id: str, /) -> AsyncBatch:
        """Return the batch called `id`. See `LLMKit.batch`."""
        from llmkit.operations.batch import batch_of
        from llmkit.operations.batch_objects import AsyncBatch

        return AsyncBatch(batch_of(self._core, id))
