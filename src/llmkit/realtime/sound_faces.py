"""`listen` and `speak` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.realtime.listening import AsyncListeningSession, ListeningSession
    from llmkit.realtime.sound_opening import OpeningSound
    from llmkit.realtime.speaking import AsyncSpeakingSession, SpeakingSession
    from llmkit.types.listening import ListenOptions, ListenRequest
    from llmkit.types.speaking import SpeakOptions, SpeakRequest


class SoundFace:
    """What the sync client has for live transcription and live speech."""

    _core: Core

    def listen(self, model: str | Sequence[str] | ListenRequest, /, **options: Unpack[ListenOptions]) -> ListeningSession:
        """Open a session that writes down sound while it is spoken. Use it in a `with` block.

        `send_audio` sends it, `finish` ends it, and iterating tells `TranscriptSegment`s; `session.reply` is the whole. Whoever
        iterates reads in its own thread; others may send meanwhile. Only a `timeout` given here limits the whole session. Needs the
        extra `realtime`.

        Raises `UnsupportedFeature` where the provider has no such sessions, `ProviderError` where it refuses one, `SessionLost` where
        it breaks.
        """
        from llmkit.realtime.listening import ListeningSession
        from llmkit.realtime.sound_opening import open_listening  # only who listens pays for it

        return ListeningSession(run(open_listening(self._core, model, options)))

    def speak(self, model: str | Sequence[str] | SpeakRequest, /, **options: Unpack[SpeakOptions]) -> SpeakingSession:
        """Open a session that speaks text while it is written. Use it in a `with` block.

        `send_text` sends it, `finish` ends it, and iterating gives `AudioChunk`s; `session.reply` is the whole. See `listen` for the
        rest.
        """
        from llmkit.realtime.sound_opening import open_speaking
        from llmkit.realtime.speaking import SpeakingSession

        return SpeakingSession(run(open_speaking(self._core, model, options)))


class AsyncSoundFace:
    """What the asyncio client has for live transcription and live speech."""

    _core: Core

    def listen(
        self, model: str | Sequence[str] | ListenRequest, /, **options: Unpack[ListenOptions]
    ) -> OpeningSound[AsyncListeningSession]:
        """Open a session: `async with kit.listen(...) as session`, or `await` it. See `LLMKit.listen`."""
        from llmkit.realtime.sound_opening import OpeningSound

        async def opening() -> AsyncListeningSession:
            from llmkit.realtime.listening import AsyncListeningSession
            from llmkit.realtime.sound_opening import open_listening

            return AsyncListeningSession(await open_listening(self._core, model, options))

        return OpeningSound(opening)

    def speak(self, model: str | Sequence[str] | SpeakRequest, /, **options: Unpack[SpeakOptions]) -> OpeningSound[AsyncSpeakingSession]:
        """Open a session: `async with kit.speak(...) as session`, or `await` it. See `LLMKit.speak`."""
        from llmkit.realtime.sound_opening import OpeningSound

        async def opening() -> AsyncSpeakingSession:
            from llmkit.realtime.sound_opening import open_speaking
            from llmkit.realtime.speaking import AsyncSpeakingSession

            return AsyncSpeakingSession(await open_speaking(self._core, model, options))

        return OpeningSound(opening)
