"""A running session: what comes is read and told, what is said is sent; written once for both faces."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import msgspec

from llmkit.errors import LLMKitError, ProtocolError, SessionLost, Timeout
from llmkit.realtime.totals import Totals
from llmkit.types.realtime import RealtimeReply, ResponseDone, SessionError, SessionStarted
from llmkit.types.realtime_request import RealtimeRequest
from llmkit.types.websocket import Close

if TYPE_CHECKING:
    from llmkit.dialects.realtime.session import Session
    from llmkit.pipeline.call import Call
    from llmkit.run.toolset import Toolset
    from llmkit.stream import Lens, Watcher
    from llmkit.types.realtime import RealtimeEvent
    from llmkit.types.usage import Cost, Usage
    from llmkit.types.warnings import Warning
    from llmkit.types.websocket import WebSocket

Finisher = Callable[[RealtimeReply, float], RealtimeReply]
Pricer = Callable[[ResponseDone], ResponseDone]
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class SessionCore:
    """One reads, any may say something. To the layers it is a stream: they watch its events and hear of its end."""

    def __init__(self, socket: WebSocket, session: Session, call: Call, finish: Finisher, price: Pricer) -> None:
        self.call = call
        self.request = cast("RealtimeRequest", call.request)
        self.tools: Toolset | None = None
        self.started: SessionStarted | None = None
        self._socket, self._session = socket, session
        self._finish, self._price = finish, price
        self._describe: Callable[[LLMKitError], LLMKitError] = lambda error: error
        self._lock = threading.Lock()
        """Around the state of the format, a few lines."""
        self._events: deque[RealtimeEvent] = deque()
        self._watchers: list[Watcher] = []
        self._noted: tuple[Warning, ...] = ()
        self.totals = Totals(call.runtime.now())
        self._over = self._told_end = False
        self._failure: LLMKitError | None = None

    # What the layers call.

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see all events that are read from now on, and the end."""
        self._watchers.append(watcher)

    def through(self, lens: Lens) -> None:
        """Take the warnings that `lens` has; events of a session are not changed."""
        from llmkit.types.events import Finish
        from llmkit.types.responses import FinishReason

        events = lens.feed([Finish(finish=FinishReason(unified="stop"))])
        self._noted += tuple(one for event in events if isinstance(event, Finish) for one in event.warnings)

    def describe_with(self, describe: Callable[[LLMKitError], LLMKitError]) -> None:
        """Let `describe` complete a failure (provider, model, no secret)."""
        self._describe = describe

    # What the faces call.

    async def begin(self) -> None:
        """Send the settings and return when they hold. Raises what the provider has against them."""
        limit, runtime = self.call.timeouts.first_event, self.call.runtime
        deadline = None if limit is None else runtime.now() + limit
        try:
            await self._flush()
            while not self._session.ready:
                events = await self._read(deadline, "first_event")
                refused = next((event.error for event in events if isinstance(event, SessionError)), None)
                if refused is not None:
                    raise refused
                if self._over:
                    raise SessionLost("The provider closed the session before it began.")
                self._events += events
        except BaseException:
            await self._socket.aclose()
            raise

    async def next(self) -> RealtimeEvent | None:
        """Return the next event; None when the session is over. Raises `SessionLost`, after the events before it."""
        while not self._events:
            if self._over:
                await self._tell_end(self._failure)
                if self._failure is not None:
                    raise self._failure
                return None
            deadline, phase = self._deadline()
            failure: LLMKitError | None = None
            try:
                self._events += await self._read(deadline, phase)
            except Timeout as error:
                if phase == "idle":  # the session lives on: whoever waited may do something about the silence
                    raise
                failure = error
            except LLMKitError as error:
                failure = error
            if failure is not None:
                await self._lose(failure)
        event = self._events.popleft()
        for watcher in self._watchers:
            watcher.event(cast("Any", event))
        return event

    async def do(self, act: Callable[[Session], None]) -> None:
        """Let the format write something, and send it."""
        failure: LLMKitError | None = None
        with self._lock:
            act(self._session)
        try:
            await self._flush()
        except LLMKitError as error:
            failure = error
        if failure is not None:
            raise self._lost(failure)

    async def aclose(self) -> None:
        """End the session, wherever it stands."""
        self._over = True
        await self._socket.aclose()
        if self.tools is not None:
            await self.tools.aclose(self.call.runtime)
        await self._tell_end(self._failure)

    @property
    def handle(self) -> str | None:
        """Return with what the session can be taken up again; None: with nothing."""
        return self._session.handle

    @property
    def reply(self) -> RealtimeReply:
        """Return what the session came to so far."""
        reply = self.totals.reply(self.call.runtime.now(), self.started, over=self._over)
        reply = reply.replace(warnings=(*self._session.warnings, *reply.warnings))
        finished = self._finish(reply, self.call.runtime.now() - self.totals.begun)
        return finished.replace(warnings=(*finished.warnings, *self._noted))

    @property
    def usage(self) -> Usage | None:
        """Return the tokens so far."""
        return self.reply.usage

    @property
    def cost(self) -> Cost | None:
        """Return the cost so far."""
        return self.reply.cost

    # Below.

    def _deadline(self) -> tuple[float | None, str]:
        idle, total = self.request.idle, self.call.deadline
        until = None if idle is None else self.call.runtime.now() + idle
        if total is not None and (until is None or total < until):
            return total, "total"
        return until, "idle"

    async def _read(self, deadline: float | None, phase: str) -> list[RealtimeEvent]:
        """Return what the next message says; the provider's close ends the session."""
        message = await self._socket.receive(deadline, phase)
        if isinstance(message, Close):
            self._closed(message)
            return []
        events = self._understood(message)
        for place, event in enumerate(events):
            if isinstance(event, SessionStarted):
                self.started = event
            elif isinstance(event, ResponseDone):
                events[place] = event = self._price(event)
                self.totals.add(event)
        await self._flush()
        return events

    def _understood(self, message: str | bytes) -> list[RealtimeEvent]:
        data = message.encode() if isinstance(message, str) else message  # Google sends its JSON as bytes
        events = None
        try:
            wire = msgspec.json.decode(data)
            if isinstance(wire, dict):
                with self._lock:
                    events = self._session.feed(wire, data)
        except _UNREADABLE:
            pass
        if events is None:
            raise ProtocolError("A message of the session is not what was promised.")
        return events

    async def _flush(self) -> None:
        while self._session.outgoing:
            with self._lock:
                message = self._session.outgoing.pop(0) if self._session.outgoing else None
            if message is not None:
                limit = self.call.timeouts.write
                deadline = None if limit is None else self.call.runtime.now() + limit
                await self._socket.send(msgspec.json.encode(message).decode(), deadline)

    def _closed(self, close: Close) -> None:
        self._over = True
        failure = self._session.failure(close)
        if failure is not None and not self._session.ready:
            raise failure
        if failure is not None:
            self._failure = self._lost(failure, close)

    async def _lose(self, failure: LLMKitError) -> None:
        self._over = True
        self._failure = failure if isinstance(failure, Timeout) else self._lost(failure)
        await self._socket.aclose()

    def _lost(self, cause: LLMKitError, close: Close | None = None) -> SessionLost:
        close = close or self._socket.closed
        lost = SessionLost(
            f"The session is lost: {cause.message}",
            handle=self._session.handle,
            code=None if close is None else close.code,
            cause=cause,
            reply=self.reply,
        )
        described = self._describe(lost)
        assert isinstance(described, SessionLost)
        return described

    async def _tell_end(self, error: LLMKitError | None) -> None:
        if self._told_end:
            return
        self._told_end = True
        for watcher in self._watchers:
            await watcher.end(cast("Any", self.reply), error, error is None)


__all__ = ["SessionCore"]
