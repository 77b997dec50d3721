"""The two faces of a session that listens: send sound, and iterate for what is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.realtime.iterating import AsyncIterating, Iterating
from llmkit.realtime.saying import speak as hear
from llmkit.runtime.step import run
from llmkit.types.transcription import TranscriptionResponse

if TYPE_CHECKING:
    from llmkit.realtime.sound_core import ListeningCore
    from llmkit.types.realtime import SessionStarted
    from llmkit.types.warnings import Warning


class _Told:
    """What both faces tell."""

    _core: ListeningCore

    @property
    def started(self) -> SessionStarted | None:
        """Return how the provider greeted, where it does."""
        return self._core.started

    @property
    def reply(self) -> TranscriptionResponse:
        """Return what was heard so far: text, segments, words, and units and cost where the provider tells (None: not known)."""
        reply: TranscriptionResponse = self._core.reply
        return reply

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what of the settings could not be said."""
        return self.reply.warnings


class ListeningSession(_Told, Iterating):
    """A session in your own threads: one iterates, any may send. Who iterates keeps the connection alive: pings are answered then."""

    def __init__(self, core: ListeningCore) -> None:
        self._core = core

    def send_audio(self, data: bytes) -> None:
        """Send sound in the session's input format, in pieces of any size, no faster than it is spoken where it is live."""
        run(hear(self._core, data))

    def flush(self) -> None:
        """Have all that was sent written down now. Raises `UnsupportedFeature` where only silence does that."""
        run(self._core.do(lambda session: self._core.sound.flush()))

    def finish(self) -> None:
        """Say that no more sound follows; the last segments do, and then the iteration ends."""
        run(self._core.do(lambda session: self._core.sound.finish()))

    def keep_alive(self) -> None:
        """Say that you are still there while you send no sound: some providers end a silent session after seconds."""
        run(self._core.do(lambda session: self._core.sound.keep_alive()))


class AsyncListeningSession(_Told, AsyncIterating):
    """A session on an event loop: one task iterates, any may send. See `ListeningSession` for each method."""

    def __init__(self, core: ListeningCore) -> None:
        self._core = core

    async def send_audio(self, data: bytes) -> None:
        """Send sound. See `ListeningSession.send_audio`."""
        await hear(self._core, data)

    async def flush(self) -> None:
        """Have all that was sent written down now. See `ListeningSession.flush`."""
        await self._core.do(lambda session: self._core.sound.flush())

    async def finish(self) -> None:
        """Say that no more sound follows. See `ListeningSession.finish`."""
        await self._core.do(lambda session: self._core.sound.finish())

    async def keep_alive(self) -> None:
        """Say that you are still there. See `ListeningSession.keep_alive`."""
        await self._core.do(lambda session: self._core.sound.keep_alive())


__all__ = ["AsyncListeningSession", "ListeningSession"]
