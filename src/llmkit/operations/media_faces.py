"""`fetch` and `save` of both clients, and jobs by their ids."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import AsyncJob, Job
    from llmkit.types.parts import MediaFields

M = TypeVar("M", bound="MediaFields")
Place = str | os.PathLike[str]


class MediaFace:
    """What the sync client does with what answers point to."""

    _core: Core

    def fetch(self, part: M, /) -> M:
        """Return `part` with its bytes, which are fetched from the address it holds: https and the public internet only, without any key.

        Raises `SecurityError` for other addresses (`fetch_origins=[...]` of the client allows some), `ProtocolError` past 512 MiB.
        """
        from llmkit.operations.media import fetched

        return cast("M", run(fetched(self._core.fetcher(), part)))

    def save(self, what: Any, place: Place, /, progress: Callable[[int], object] | None = None) -> list[Path]:
        """Write the pictures, sounds and films of a reply (or one part) to `place`, a file or a folder; return the paths.

        In a folder they are named by kind and number, never by the answer; a file stands under its name only when it is whole.
        """
        from llmkit.operations.media import save

        return run(save(self._core.fetcher(), what, place, progress))

    def job(self, id: str, /) -> Job:
        """Return the job called `id` (`job.id`), begun by this or another process; nothing is asked yet."""
        from llmkit.operations.jobs import Job, job_of

        return Job(job_of(self._core, id))


class AsyncMediaFace:
    """What the asyncio client does with what answers point to."""

    _core: Core

    async def fetch(self, part: M, /) -> M:
        """Return `part` with its bytes. See `LLMKit.fetch`."""
        from llmkit.operations.media import fetched

        return cast("M", await fetched(self._core.fetcher(), part))

    async def save(self, what: Any, place: Place, /, progress: Callable[[int], object] | None = None) -> list[Path]:
        """Write the pictures, sounds and films of a reply (or one part). See `LLMKit.save`."""
        from llmkit.operations.media import save

        return await save(self._core.fetcher(), what, place, progress)

    def job(self, id: str, /) -> AsyncJob:
        """Return the job called `id`. See `LLMKit.job`."""
        from llmkit.operations.jobs import AsyncJob, job_of

        return AsyncJob(job_of(self._core, id))
