"""`video` and `start_video` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import AsyncJob, Job
    from llmkit.types.video import (
        UnderstandingOptions,
        UnderstandingRequest,
        UnderstandingResponse,
        VideoOptions,
        VideoRequest,
        VideoResponse,
        VideoStartOptions,
    )


class VideoFace:
    """What the sync client has for films."""

    _core: Core

    def video(
        self, model: str | Sequence[str] | VideoRequest, prompt: str | None = None, /, **options: Unpack[VideoOptions]
    ) -> VideoResponse:
        """Make a film and wait until it is there, which takes minutes: the time limit is `timeout` (600 seconds).

        `kit.save(reply, "film.mp4")` writes it. `image`, `last_image`, `images` and `video` are parts, paths, bytes or addresses.

        Raises `JobInterrupted` for what goes wrong after the beginning: `kit.job(error.job)` takes it up again.
        """
        from llmkit.operations.video import video  # only who makes films pays for it

        return run(video(self._core, model, prompt, options))

    def start_video(
        self, model: str | Sequence[str] | VideoRequest, prompt: str | None = None, /, **options: Unpack[VideoStartOptions]
    ) -> Job:
        """Begin a film and return its job: `job.wait()` now, or `kit.job(job.id).wait()` in another process.

        Raises `JobInterrupted` where the answer was lost, so that nobody knows whether it began; it is never begun twice.
        """
        from llmkit.operations.jobs import Job
        from llmkit.operations.video import start_video

        return Job(run(start_video(self._core, model, prompt, options)))

    def understand(
        self,
        model: str | Sequence[str] | UnderstandingRequest,
        video: Any = None,
        prompt: str | None = None,
        /,
        **options: Unpack[UnderstandingOptions],
    ) -> UnderstandingResponse:
        """Ask `prompt` about a film (a part, a path, bytes, an address), where the provider is made for that; `reply.text` answers.

        Models that talk about films too, such as Gemini, are asked with `complete` and a `Video` in the message.
        """
        from llmkit.operations.video_understanding import understand

        return run(understand(self._core, model, video, prompt, options))

    def start_understanding(
        self,
        model: str | Sequence[str] | UnderstandingRequest,
        video: Any = None,
        prompt: str | None = None,
        /,
        **options: Unpack[UnderstandingOptions],
    ) -> Job:
        """Ask about a film of hours, and return the job."""
        from llmkit.operations.jobs import Job
        from llmkit.operations.video_understanding import start_understanding

        return Job(run(start_understanding(self._core, model, video, prompt, options)))


class AsyncVideoFace:
    """What the asyncio client has for films."""

    _core: Core

    async def video(
        self, model: str | Sequence[str] | VideoRequest, prompt: str | None = None, /, **options: Unpack[VideoOptions]
    ) -> VideoResponse:
        """Make a film and wait until it is there. See `LLMKit.video`."""
        from llmkit.operations.video import video

        return await video(self._core, model, prompt, options)

    async def start_video(
        self, model: str | Sequence[str] | VideoRequest, prompt: str | None = None, /, **options: Unpack[VideoStartOptions]
    ) -> AsyncJob:
        """Begin a film and return its job. See `LLMKit.start_video`."""
        from llmkit.operations.jobs import AsyncJob
        from llmkit.operations.video import start_video

        return AsyncJob(await start_video(self._core, model, prompt, options))

    async def understand(
        self,
        model: str | Sequence[str] | UnderstandingRequest,
        video: Any = None,
        prompt: str | None = None,
        /,
        **options: Unpack[UnderstandingOptions],
    ) -> UnderstandingResponse:
        """Ask `prompt` about a film. See `LLMKit.understand`."""
        from llmkit.operations.video_understanding import understand

        return await understand(self._core, model, video, prompt, options)

    async def start_understanding(
        self,
        model: str | Sequence[str] | UnderstandingRequest,
        video: Any = None,
        prompt: str | None = None,
        /,
        **options: Unpack[UnderstandingOptions],
    ) -> AsyncJob:
        """Ask about a film of hours, and return the job. See `LLMKit.start_understanding`."""
        from llmkit.operations.jobs import AsyncJob
        from llmkit.operations.video_understanding import start_understanding

        return AsyncJob(await start_understanding(self._core, model, video, prompt, options))
