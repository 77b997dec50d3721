"""`transcribe`, `start_transcription` and `stream_transcription` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run
from llmkit.streams import AsyncEventStream, EventStream, Opening

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.operations.jobs import AsyncJob, Job
    from llmkit.types.transcription import TranscriptChunk, TranscriptionOptions, TranscriptionRequest, TranscriptionResponse


class TranscriptionFace:
    """What the sync client has for recordings."""

    _core: Core

    def transcribe(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> TranscriptionResponse:
        """Return what is said in `audio`: the path of a file, bytes, an `Audio` or `Video`, or an address.

        An address is given to providers that take one, and fetched for the others (https, the public internet only). Where the provider
        works in its own time this waits for it; `start_transcription` does not. `reply.srt()` and `reply.vtt()` are subtitles.

        Raises `UnsupportedFeature` for what the model cannot do, such as telling speakers apart.
        """
        from llmkit.operations.transcription import transcribe  # only who listens pays for it

        return run(transcribe(self._core, model, audio, options))

    def start_transcription(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> Job:
        """Begin to write down a long recording, and return the job. Raises `UnsupportedFeature` where the answer comes at once."""
        from llmkit.operations.jobs import Job
        from llmkit.operations.transcription import start_transcription

        return Job(run(start_transcription(self._core, model, audio, options)))

    def stream_transcription(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> EventStream[TranscriptChunk, TranscriptionResponse]:
        """Return what is said while it is heard: pieces with `text`, and the whole by `stream.response()`. Use it in a `with` block."""
        from llmkit.operations.transcription import stream_transcription

        return EventStream(run(stream_transcription(self._core, model, audio, options)))


class AsyncTranscriptionFace:
    """What the asyncio client has for recordings."""

    _core: Core

    async def transcribe(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> TranscriptionResponse:
        """Return what is said in `audio`. See `LLMKit.transcribe`."""
        from llmkit.operations.transcription import transcribe

        return await transcribe(self._core, model, audio, options)

    async def start_transcription(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> AsyncJob:
        """Begin to write down a long recording, and return the job. See `LLMKit.start_transcription`."""
        from llmkit.operations.jobs import AsyncJob
        from llmkit.operations.transcription import start_transcription

        return AsyncJob(await start_transcription(self._core, model, audio, options))

    def stream_transcription(
        self, model: str | Sequence[str] | TranscriptionRequest, audio: Any = None, /, **options: Unpack[TranscriptionOptions]
    ) -> Opening[AsyncEventStream[TranscriptChunk, TranscriptionResponse]]:
        """Return what is said while it is heard; `async with` it. See `LLMKit.stream_transcription`."""
        from llmkit.operations.transcription import stream_transcription

        return Opening(partial(stream_transcription, self._core, model, audio, options), AsyncEventStream)
