"""`image`, `start_image` and `stream_image` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from llmkit.runtime.step import run
from llmkit.streams import AsyncEventStream, EventStream, Opening

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import AsyncJob, Job
    from llmkit.stream import StreamCore
    from llmkit.types.image import ImageEvent, ImageOptions, ImageRequest, ImageResponse  # noqa: F401  # the bases name the events


class ImageStream(EventStream["ImageEvent", "ImageResponse"]):
    """Pictures while they are drawn: iterate for `PartialImage` and `CompletedImage`; `response()` is the whole reply."""


class AsyncImageStream(AsyncEventStream["ImageEvent", "ImageResponse"]):
    """Pictures while they are drawn, for asyncio."""


class ImageFace:
    """What the sync client has for pictures."""

    _core: Core

    def image(
        self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]
    ) -> ImageResponse:
        """Draw what `prompt` says; with `images=[...]` change these, and without a prompt vary the one.

        `reply.images` are parts with bytes or an address; `kit.save(reply, folder)` writes them.

        Raises `UnsupportedFeature` where the provider cannot, `InvalidRequest` with the accepted values for an argument that is
        wrong, `ContentFiltered` where the provider's filter left no picture.
        """
        from llmkit.operations.image import image  # only who draws pays for it

        return run(image(self._core, model, prompt, options))

    def start_image(self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]) -> Job:
        """Begin to draw, and return the job: `job.wait()` gives the pictures, `kit.job(job.id)` takes it up in another process.

        Raises `UnsupportedFeature` where the provider answers at once.
        """
        from llmkit.operations.image import start_image
        from llmkit.operations.jobs import Job

        return Job(run(start_image(self._core, model, prompt, options)))

    def stream_image(
        self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]
    ) -> ImageStream:
        """Draw, and show unfinished pictures on the way (`partial_images=` of them, from 0 to 3).

        Raises `UnsupportedFeature` where the provider shows none.
        """
        from llmkit.operations.image import stream_image

        return ImageStream(run(stream_image(self._core, model, prompt, options)))


class AsyncImageFace:
    """What the asyncio client has for pictures."""

    _core: Core

    async def image(
        self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]
    ) -> ImageResponse:
        """Draw what `prompt` says. See `LLMKit.image`."""
        from llmkit.operations.image import image

        return await image(self._core, model, prompt, options)

    async def start_image(
        self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]
    ) -> AsyncJob:
        """Begin to draw, and return the job. See `LLMKit.start_image`."""
        from llmkit.operations.image import start_image
        from llmkit.operations.jobs import AsyncJob

        return AsyncJob(await start_image(self._core, model, prompt, options))

    def stream_image(
        self, model: str | Sequence[str] | ImageRequest, prompt: str | None = None, /, **options: Unpack[ImageOptions]
    ) -> Opening[AsyncImageStream]:
        """Draw, and show unfinished pictures on the way. See `LLMKit.stream_image`."""

        async def opening() -> StreamCore:
            from llmkit.operations.image import stream_image

            return await stream_image(self._core, model, prompt, options)

        return Opening(opening, AsyncImageStream)
