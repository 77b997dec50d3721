"""Ask what is still to be asked of a batch that runs here: several at once, each result on disk before it is told."""

from __future__ import annotations

import os
import threading
from typing import IO, TYPE_CHECKING, Any

from llmkit.errors import (
    AuthenticationError,
    BudgetExceeded,
    ConfigurationError,
    HookFailed,
    LLMKitError,
    MissingKey,
    PaymentRequired,
    PermissionDenied,
    StoreUnavailable,
)
from llmkit.operations.batch_local_files import LocalFiles
from llmkit.operations.batch_written import Sent, result_line
from llmkit.types.batch import BatchResult
from llmkit.types.embedding import EmbeddingRequest

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.runtime.protocol import Group

_FOR_ALL = (
    AuthenticationError,
    BudgetExceeded,
    ConfigurationError,
    HookFailed,
    MissingKey,
    PaymentRequired,
    PermissionDenied,
    StoreUnavailable,
)
"""Failures that every other request would have too: the work stops, and can be taken up when the cause is gone."""
_WINDOW = 10_000
"""Requests that are planned at once."""


class LocalRun:
    """The work on a batch; one at a time over all processes."""

    def __init__(self, core: Core, files: LocalFiles) -> None:
        self._core, self._files = core, files
        self._guard = threading.Lock()
        self._group: Group[BatchResult | None] | None = None
        self._out: IO[bytes] | None = None
        self._handle: int | None = None
        self._over = False

    async def next(self) -> BatchResult | None:
        """Return the next fresh result; None when nothing is left, or the batch was cancelled."""
        if self._over:
            return None
        if self._out is None:
            self._begin()
        while True:
            if self._group is None:
                self._group = self._core.runtime.group([self._one] * min(_WINDOW, max(self._left, 1)), self._parallel)
            told = await self._group.next()
            if told is None:
                self._group = None
                if self._empty:
                    await self.aclose()
                    return None
                continue
            if told[1] is not None:
                return told[1]

    async def aclose(self) -> None:
        """Begin no more; what is under way in threads is not written any more."""
        self._over = True
        if self._group is not None:
            await self._group.aclose()
            self._group = None
        with self._guard:
            if self._out is not None:
                self._out.close()
                self._out = None
                self._unread.close()
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def _begin(self) -> None:
        self._handle = self._files.lock()
        head = self._files.head()
        done = self._files.done(head.count)
        self._left = head.count - sum(byte.bit_count() for byte in done)
        self._empty = self._left == 0
        self._parallel = head.parallel
        self._model = head.model
        self._unread: Any = self._files.requests(done)
        self._out = self._files.adding()

    async def _one(self) -> BatchResult | None:
        """Ask for the next request; None where there is none left."""
        taken = self._take()
        if taken is None:
            return None
        place, sent = taken
        reply, failure = None, None
        try:
            reply = await self._ask(sent)
        except _FOR_ALL:
            raise
        except LLMKitError as error:
            failure = error
        with self._guard:
            if self._out is None:
                return None
            self._out.write(result_line(place, sent, reply, failure))
            self._out.flush()  # a process that is killed has told the system all the same
        return BatchResult(id=sent.id, status="succeeded" if failure is None else "failed", reply=reply, error=failure)

    async def _ask(self, sent: Sent) -> Any:
        request = sent.read()
        if isinstance(request, EmbeddingRequest):
            return await self._core.embed(request, None, {})
        return await self._core.complete(request, None, {})

    def _take(self) -> tuple[int, Sent] | None:
        with self._guard:
            if self._out is None or self._empty:
                return None
            found: tuple[int, Sent] | None = None if self._files.cancelled else next(self._unread, None)
            if found is None:
                self._empty = True
            else:
                self._left -= 1
            return found
