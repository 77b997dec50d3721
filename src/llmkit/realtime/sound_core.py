"""A running session that listens or speaks: bytes as well as JSON both ways, and an end that is said before the socket closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.errors import ConnectionFailed, Timeout
from llmkit.realtime.core import SessionCore
from llmkit.realtime.gathering import Heard, Spoken
from llmkit.types.realtime import SessionStarted

if TYPE_CHECKING:
    from llmkit.dialects.listening.session import Message, SoundSession
    from llmkit.types.realtime import RealtimeEvent


class SoundCore(SessionCore):
    """The session gathers what it came to; `done` is said by the format."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.sound = cast("SoundSession", self._session)
        self.gathered = self._gathering()
        self._begun = False

    def _gathering(self) -> Heard | Spoken:
        raise NotImplementedError

    async def begin(self) -> None:
        """Send the settings and return when they hold."""
        await super().begin()
        self._begun = True

    async def next(self) -> RealtimeEvent | None:
        """Return the next event; None when the session is over."""
        try:
            return await super().next()
        except Timeout as error:
            if self.sound.patience is None or error.phase != "idle":
                raise
        # What the format waits for behind the end is nothing any more: that was all.
        await self.aclose()
        return None

    @property
    def reply(self) -> Any:
        """Return what the session came to so far."""
        reply = self.gathered.reply()
        started = self.started
        told = {"id": reply.id or started.id, "model": reply.model or started.model} if started is not None else {}
        reply = reply.replace(**told, warnings=tuple(self.sound.warnings))
        finished = self._finish(cast("Any", reply), self.call.runtime.now() - self.totals.begun)
        return finished.replace(warnings=(*finished.warnings, *self._noted))

    def _deadline(self) -> tuple[float | None, str]:
        found, phase = super()._deadline()
        if self.sound.patience is None:
            return found, phase
        patient = self.call.runtime.now() + self.sound.patience
        return (patient, "idle") if found is None or patient < found else (found, phase)

    async def _read(self, deadline: float | None, phase: str) -> list[RealtimeEvent]:
        events = await super()._read(deadline, phase)
        for event in events:
            if isinstance(event, SessionStarted):
                self.started = event
            self.gathered.take(event)
        if self.sound.done and not self._over:
            self._over = True
            await self._socket.aclose()
        return events

    def _understood(self, message: str | bytes) -> list[RealtimeEvent]:
        if isinstance(message, bytes):
            with self._lock:
                events = self.sound.sound(message)
            if events is not None:
                return events
        return super()._understood(message)

    async def _flush(self) -> None:
        while self._session.outgoing:
            with self._lock:
                message = cast("Message", self._session.outgoing.pop(0)) if self._session.outgoing else None
            if message is not None:
                limit = self.call.timeouts.write
                deadline = None if limit is None else self.call.runtime.now() + limit
                written = message if isinstance(message, str | bytes) else msgspec.json.encode(message).decode()
                try:
                    await self._socket.send(written, deadline)
                except ConnectionFailed:
                    # Who refuses may close before the settings are sent: what it said lies there to be read.
                    if self._begun or self._socket.closed is None:
                        raise


class ListeningCore(SoundCore):
    """Gathers what is heard."""

    def _gathering(self) -> Heard:
        return Heard(self.sound.joint)


class SpeakingCore(SoundCore):
    """Gathers what is spoken."""

    gathered: Spoken

    def _gathering(self) -> Spoken:
        request = cast("Any", self.request)
        return Spoken(request.format, keep=request.keep)


__all__ = ["ListeningCore", "SoundCore", "SpeakingCore"]
