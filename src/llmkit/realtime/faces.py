"""`realtime`, `listen` and `speak` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from llmkit.realtime.sound_faces import AsyncSoundFace, SoundFace
from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.realtime.core import SessionCore
    from llmkit.realtime.sessions import OpeningSession, RealtimeSession
    from llmkit.types.realtime_request import RealtimeOptions, RealtimeRequest


class RealtimeFace(SoundFace):
    """What the sync client has for spoken conversations."""

    _core: Core

    def realtime(self, model: str | Sequence[str] | RealtimeRequest, /, **options: Unpack[RealtimeOptions]) -> RealtimeSession:
        """Open a session with `model`: text and sound both ways, while they are made. Use it in a `with` block.

        Whoever iterates over it reads in its own thread; others may send meanwhile. Only a `timeout` given here limits the whole
        session. Needs the extra `realtime`.

        Raises `UnsupportedFeature` where the provider has no sessions, `ProviderError` where it refuses one, `SessionLost` where it
        breaks.
        """
        from llmkit.realtime.opening import open_session  # only who talks pays for it
        from llmkit.realtime.sessions import RealtimeSession

        return RealtimeSession(run(open_session(self._core, model, options)))


class AsyncRealtimeFace(AsyncSoundFace):
    """What the asyncio client has for spoken conversations."""

    _core: Core

    def realtime(self, model: str | Sequence[str] | RealtimeRequest, /, **options: Unpack[RealtimeOptions]) -> OpeningSession:
        """Open a session: `async with kit.realtime(...) as session`, or `await` it. See `LLMKit.realtime`."""
        from llmkit.realtime.sessions import OpeningSession

        async def opening() -> SessionCore:
            from llmkit.realtime.opening import open_session

            return await open_session(self._core, model, options)

        return OpeningSession(opening)
