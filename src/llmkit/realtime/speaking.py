"""The two faces of a session that speaks: send text, and iterate for the sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkit.errors import InvalidRequest
from llmkit.realtime.iterating import AsyncIterating, Iterating
from llmkit.runtime.step import run
from llmkit.types.speech import SpeechResponse

if TYPE_CHECKING:
    from llmkit.realtime.sound_core import SpeakingCore
    from llmkit.types.realtime import SessionStarted
    from llmkit.types.warnings import Warning


async def _say(core: SpeakingCore, text: str) -> None:
    if not isinstance(text, str) or not text:
        raise InvalidRequest("There is no text to speak.", parameter="text")
    await core.do(lambda session: core.sound.text(text))
    core.gathered.said(text)


class _Told:
    """What both faces tell."""

    _core: SpeakingCore

    @property
    def started(self) -> SessionStarted | None:
        """Return how the provider greeted, where it does."""
        return self._core.started

    @property
    def reply(self) -> SpeechResponse:
        """Return what was spoken so far: the sound (empty with `keep=False`), the letters that are billed, the cost (None: not known)."""
        reply: SpeechResponse = self._core.reply
        return reply

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Return what of the settings could not be said."""
        return self.reply.warnings


class SpeakingSession(_Told, Iterating):
    """A session in your own threads: one iterates, any may send. Who iterates keeps the connection alive: pings are answered then."""

    def __init__(self, core: SpeakingCore) -> None:
        self._core = core

    def send_text(self, text: str) -> None:
        """Send words, in pieces of any size: those of a model that is still writing."""
        run(_say(self._core, text))

    def flush(self) -> None:
        """Have all that was sent spoken now, without waiting for the rest of a sentence."""
        run(self._core.do(lambda session: self._core.sound.flush()))

    def finish(self) -> None:
        """Say that no more text follows; the last of the sound does, and then the iteration ends."""
        run(self._core.do(lambda session: self._core.sound.finish()))


class AsyncSpeakingSession(_Told, AsyncIterating):
    """A session on an event loop: one task iterates, any may send. See `SpeakingSession` for each method."""

    def __init__(self, core: SpeakingCore) -> None:
        self._core = core

    async def send_text(self, text: str) -> None:
        """Send words. See `SpeakingSession.send_text`."""
        await _say(self._core, text)

    async def flush(self) -> None:
        """Have all that was sent spoken now. See `SpeakingSession.flush`."""
        await self._core.do(lambda session: self._core.sound.flush())

    async def finish(self) -> None:
        """Say that no more text follows. See `SpeakingSession.finish`."""
        await self._core.do(lambda session: self._core.sound.finish())


__all__ = ["AsyncSpeakingSession", "SpeakingSession"]
