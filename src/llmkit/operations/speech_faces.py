"""`speech`, `stream_speech`, `sound`, `music` and `voices` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Unpack

from llmkit.runtime.step import run
from llmkit.streams import AsyncEventStream, EventStream, Opening

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.speech import SoundOptions, SoundRequest, SpeechChunk, SpeechOptions, SpeechRequest, SpeechResponse, Voice


class SpeechFace:
    """What the sync client has for speech and sounds."""

    _core: Core

    def speech(
        self, model: str | Sequence[str] | SpeechRequest, text: str | None = None, /, **options: Unpack[SpeechOptions]
    ) -> SpeechResponse:
        """Return `text` spoken; `kit.save(reply, "hello.mp3")` writes it.

        Raises `InvalidRequest` for a voice, format or language that the provider is known not to have, naming those it has.
        """
        from llmkit.operations.speech import speech  # only who speaks pays for it

        return run(speech(self._core, model, text, options))

    def stream_speech(
        self, model: str | Sequence[str] | SpeechRequest, text: str | None = None, /, **options: Unpack[SpeechOptions]
    ) -> EventStream[SpeechChunk, SpeechResponse]:
        """Return `text` while it is spoken: pieces with `data`, and the whole by `stream.response()`. Use it in a `with` block."""
        from llmkit.operations.speech import stream_speech

        return EventStream(run(stream_speech(self._core, model, text, options)))

    def sound(
        self, model: str | Sequence[str] | SoundRequest, text: str | None = None, /, **options: Unpack[SoundOptions]
    ) -> SpeechResponse:
        """Return the sound that `text` tells of: rain on a tin roof, a door."""
        from llmkit.operations.speech import sound

        return run(sound(self._core, "sound", model, text, options))

    def music(
        self, model: str | Sequence[str] | SoundRequest, text: str | None = None, /, **options: Unpack[SoundOptions]
    ) -> SpeechResponse:
        """Return the music that `text` tells of."""
        from llmkit.operations.speech import sound

        return run(sound(self._core, "music", model, text, options))

    def voices(self, provider: str, /, *, language: str | None = None) -> tuple[Voice, ...]:
        """Return the voices of `provider`, those of this account too; with `language` (`pt`, `pt-BR`) those that speak it."""
        from llmkit.operations.voices import voices

        return run(voices(self._core, provider, language))


class AsyncSpeechFace:
    """What the asyncio client has for speech and sounds."""

    _core: Core

    async def speech(
        self, model: str | Sequence[str] | SpeechRequest, text: str | None = None, /, **options: Unpack[SpeechOptions]
    ) -> SpeechResponse:
        """Return `text` spoken. See `LLMKit.speech`."""
        from llmkit.operations.speech import speech

        return await speech(self._core, model, text, options)

    def stream_speech(
        self, model: str | Sequence[str] | SpeechRequest, text: str | None = None, /, **options: Unpack[SpeechOptions]
    ) -> Opening[AsyncEventStream[SpeechChunk, SpeechResponse]]:
        """Return `text` while it is spoken; `async with` it. See `LLMKit.stream_speech`."""
        from llmkit.operations.speech import stream_speech

        return Opening(partial(stream_speech, self._core, model, text, options), AsyncEventStream)

    async def sound(
        self, model: str | Sequence[str] | SoundRequest, text: str | None = None, /, **options: Unpack[SoundOptions]
    ) -> SpeechResponse:
        """Return the sound that `text` tells of."""
        from llmkit.operations.speech import sound

        return await sound(self._core, "sound", model, text, options)

    async def music(
        self, model: str | Sequence[str] | SoundRequest, text: str | None = None, /, **options: Unpack[SoundOptions]
    ) -> SpeechResponse:
        """Return the music that `text` tells of."""
        from llmkit.operations.speech import sound

        return await sound(self._core, "music", model, text, options)

    async def voices(self, provider: str, /, *, language: str | None = None) -> tuple[Voice, ...]:
        """Return the voices of `provider`. See `LLMKit.voices`."""
        from llmkit.operations.voices import voices

        return await voices(self._core, provider, language)
