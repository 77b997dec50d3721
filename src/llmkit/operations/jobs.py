"""A job at a provider, as an object: how it stands, waiting for it, ending it; by its id in any process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.dialects.jobs import ended, grown, paused
from llmkit.errors import JobInterrupted, LLMKitError, Timeout, UnsupportedFeature
from llmkit.operations.believing import believable
from llmkit.operations.managing import manage
from llmkit.runtime.step import run
from llmkit.types.job import JobId, JobState, JobStatus
from llmkit.types.reply import Reply

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.asking import Place
    from llmkit.types.operation import Operation

Progress = Callable[[JobState], object]


class JobCore:
    """One job; written once for both faces."""

    def __init__(self, core: Core, identity: JobId, state: JobState) -> None:
        self._core, self.identity, self.state = core, identity, state

    async def refresh(self) -> JobState:
        """Ask how it stands. Where it has succeeded its reply is complete: who made it, at what cost."""
        if not self.state.over:
            state = await self._ask(partial(_polled, state=self.state))
            self.state = self._completed(state) if state.status == "succeeded" and state.reply is not None else state
        return self.state

    async def wait(self, timeout: float | None, progress: Progress | None) -> Reply:
        """Ask until it is over. Raises `JobInterrupted` after `timeout` seconds, and what made it fail where it did."""
        runtime = self._core.runtime
        until = None if timeout is None else runtime.now() + timeout
        looks = 0
        while not self.state.over:
            if progress is not None:
                progress(self.state)
            left = None if until is None else until - runtime.now()
            if left is not None and left <= 0:
                raise self._lost(Timeout("total", timeout))
            pause = grown(self.state.delay, looks)
            await runtime.sleep(pause if left is None else min(pause, left))
            failure: LLMKitError | None = None
            try:
                await self.refresh()
            except LLMKitError as error:
                failure = error
            if failure is not None:
                raise self._lost(failure)
            looks += 1
        if progress is not None:
            progress(self.state)
        failure = None
        try:
            return ended(self.state)
        except LLMKitError as error:
            failure = error
        failure.provider, failure.model = self._place
        raise failure

    async def cancel(self) -> JobState:
        """End it early. Raises `UnsupportedFeature` where that cannot be done."""
        if not self.state.over:
            self.state = await self._ask(partial(_cancelled, state=self.state))
        return self.state

    def _lost(self, cause: LLMKitError) -> JobInterrupted:
        error = JobInterrupted(self.state.handle, cause)
        error.job, error.provider, error.model = str(self.identity), cause.provider, self.identity.model
        return error

    async def _ask(self, question: Any) -> JobState:
        state = await manage(self._core, cast("Operation", self.identity.operation), self.identity.model, question)
        return cast("JobState", msgspec.structs.replace(state, warnings=self.state.warnings))

    def _completed(self, state: JobState) -> JobState:
        """Return the state with what only we know of its reply."""
        core, reply = self._core, believable(state.reply)
        name, model = self._place
        at, row = core.runtime.wall(), core.providers.get(name)
        cost, unpriced = core.knowledge.pricing.operation_cost(row, model, reply, at=at, region=reply.region or "")
        warnings = (*state.warnings, *reply.warnings, *(() if unpriced is None else (unpriced,)))
        return msgspec.structs.replace(state, reply=reply.replace(provider=name, model=reply.model or model, cost=cost, warnings=warnings))

    @property
    def _place(self) -> tuple[str, str]:
        name, _, model = self.identity.model.partition("/")
        return name, model


def _polled(codec: Any, place: Place, state: JobState) -> Any:
    if not hasattr(codec, "poll"):  # the id is of an operation whose answer comes at once
        raise UnsupportedFeature("jobs of this kind", where=place.provider)
    return paused(codec.poll(state, place), 0.0)


def _cancelled(codec: Any, place: Place, state: JobState) -> Any:
    if not hasattr(codec, "cancel"):
        raise UnsupportedFeature("cancelling a job", where=place.provider)
    return codec.cancel(state, place)


class _Told:
    """What both faces tell without asking."""

    def __init__(self, core: JobCore) -> None:
        self._core = core

    @property
    def id(self) -> str:
        """Return what names it for good: `kit.job(id)` takes it up again, in another process too."""
        return str(self._core.identity)

    @property
    def status(self) -> JobStatus:
        """Return how it stood when last asked."""
        return self._core.state.status

    @property
    def progress(self) -> float | None:
        """Return how far it was when last asked, from 0 to 1; None where the provider does not tell."""
        return self._core.state.progress

    @property
    def over(self) -> bool:
        """Tell whether nothing changes any more."""
        return self._core.state.over

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.status})"


class Job(_Told):
    """A job of the sync client."""

    def refresh(self) -> Job:
        """Ask how it stands."""
        run(self._core.refresh())
        return self

    def wait(self, timeout: float | None = None, progress: Progress | None = None) -> Any:
        """Wait until it is over, and return what it made; `progress` is told how it stands after each look.

        Raises `JobInterrupted` after `timeout` seconds (the job goes on), and the provider's error where it failed.
        """
        return run(self._core.wait(timeout, progress))

    def cancel(self) -> Job:
        """End it early. Raises `UnsupportedFeature` where the provider cannot."""
        run(self._core.cancel())
        return self


class AsyncJob(_Told):
    """A job of the asyncio client; see `Job`."""

    async def refresh(self) -> AsyncJob:
        """Ask how it stands."""
        await self._core.refresh()
        return self

    async def wait(self, timeout: float | None = None, progress: Progress | None = None) -> Any:
        """Wait until it is over, and return what it made. See `Job.wait`."""
        return await self._core.wait(timeout, progress)

    async def cancel(self) -> AsyncJob:
        """End it early."""
        await self._core.cancel()
        return self


def job_of(core: Core, text: str) -> JobCore:
    """Return the job called `text`; nothing is asked yet. Raises `InvalidRequest` for what is no id of a job."""
    identity = JobId.parse(text)
    return JobCore(core, identity, JobState(handle=identity.handle, status="queued", delay=0.01))
