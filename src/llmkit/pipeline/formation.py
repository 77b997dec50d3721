"""Of many processes that ask the same at the same time, one asks for all."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from llmkit.caching.entry import Entry, pack, unpack
from llmkit.caching.flights import FlightStore, Landing
from llmkit.caching.statistics import Statistics
from llmkit.errors import LLMKitError, StoreUnavailable, Timeout
from llmkit.pipeline.call import Call, Next
from llmkit.stores.store import Away, ask
from llmkit.stream import StreamCore
from llmkit.told import stream_of
from llmkit.types.events import Event
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

_log = logging.getLogger("llmkit.singleflight")
_FIRST, _GROWTH, _LAST = 0.02, 1.5, 0.5
"""Seconds between two looks at a flight of another process: quick at first, then twice a second."""
_ALONE = Landing("failed")
T = TypeVar("T")


class Formation:
    """The part of single flight that spans processes: whoever has the lease asks, the others look until its answer has landed."""

    def __init__(self, store: FlightStore, *, lease: float, away: Away, statistics: Statistics) -> None:
        self.store, self.away, self.statistics = store, away, statistics
        self._lease = lease

    async def whole(self, key: bytes, call: Call, next: Next[Any]) -> tuple[Any, bool]:
        """Return the reply, and whether another process asked for it."""
        token, reply = await self._joined(key, call)
        if reply is not None:
            return reply, True
        if not token:
            return await next(call), False
        reply = await self._led(key, token, call, next)
        await self.land(key, token, call, reply)
        return reply, False

    async def stream(self, key: bytes, call: Call, next: Next[Any]) -> tuple[StreamCore, bool]:
        """Return the stream, and whether it is the whole answer of another process told as a stream."""
        token, reply = await self._joined(key, call)
        if reply is not None:
            return stream_of(reply, runtime=call.runtime, timeouts=call.timeouts), True
        if not token:
            return await next(call), False
        core: StreamCore = await self._led(key, token, call, next)
        core.watch(_Landing(self, key, token, call))
        return core, False

    async def land(self, key: bytes, token: str, call: Call, reply: Reply | None) -> None:
        """Let those who wait have the reply; None: there is none for them, and each asks for itself."""
        data = b"" if reply is None else _packed(reply, call.runtime.wall(), key)
        await self._told(call, lambda: self.store.land(key, token, data, call.runtime.wall()))

    async def release(self, key: bytes, token: str, call: Call) -> None:
        """Let another process ask."""
        await self._told(call, lambda: self.store.release(key, token))

    async def _joined(self, key: bytes, call: Call) -> tuple[str, Any]:
        """Return the token of a lease that is the caller's, or the reply that another brought; neither: the caller asks alone."""
        while True:
            token = os.urandom(12).hex()
            holder = await self._lead(key, token, call)
            if holder is None or holder == token:
                return holder or "", None
            landing = await self._landing(key, holder, call)
            if landing.state == "gone":  # its process died, or whoever asked there was cancelled
                continue
            entry = unpack(landing.data, key) if landing.data else None
            return "", None if entry is None else entry.response

    async def _lead(self, key: bytes, token: str, call: Call) -> str | None:
        attempt = _Attempt(self.store, key, token, self._lease)
        try:
            return await self._reach(call, partial(attempt.begin, call.runtime.wall()))
        except (GeneratorExit, StoreUnavailable):  # nothing can be awaited any more, or nobody asked
            attempt.abandon()
            raise
        except BaseException:
            if attempt.abandon():
                await self.release(key, token, call)
            raise

    async def _led(self, key: bytes, token: str, call: Call, next: Next[Any]) -> Any:
        """Return the reply to the call that is made for all."""
        try:
            return await next(call)
        except GeneratorExit:  # nothing can be awaited any more: the lease ends by itself
            raise
        except LLMKitError:
            await self.land(key, token, call, None)
            raise
        except BaseException:
            await self.release(key, token, call)
            raise

    async def _landing(self, key: bytes, holder: str, call: Call) -> Landing:
        """Look until the flight is over; a stream waits no longer than for its first event."""
        runtime, pause = call.runtime, _FIRST
        patience = call.timeouts.first_event if call.stream else None
        end = None if patience is None else runtime.now() + patience
        while True:
            now = runtime.now()
            if call.deadline is not None and now >= call.deadline:
                raise Timeout("total", call.timeouts.total)
            if end is not None and now >= end:
                return _ALONE
            await runtime.sleep(min([pause, *[limit - now for limit in (call.deadline, end) if limit is not None]]))
            landing = await self._reach(call, lambda: self.store.look(key, holder, runtime.wall()))
            if landing is None or landing.state != "flying":
                return landing or _ALONE
            pause = min(pause * _GROWTH, _LAST)

    async def _reach(self, call: Call, function: Callable[[], T]) -> T | None:
        """Ask the store; None where it is away and calls are made all the same."""
        try:
            return await ask(self.store, call.runtime, function)
        except StoreUnavailable:
            self.statistics.count("failed")
            if self.away == "closed":
                raise
            return None

    async def _told(self, call: Call, function: Callable[[], Any]) -> None:
        """Tell the store how it ended. The answer is there, or the failure: that others wait in vain changes nothing of it."""
        try:
            await ask(self.store, call.runtime, function)
        except StoreUnavailable as error:
            self.statistics.count("failed")
            _log.warning("Other processes could not be told that a call is over (%s).", error.reason)


class _Attempt:
    """One attempt to take a lease, in a thread that may go on when nobody waits for it any more."""

    def __init__(self, store: FlightStore, key: bytes, token: str, seconds: float) -> None:
        self._store, self._key, self._token, self._seconds = store, key, token, seconds
        self._abandoned = self._done = False

    def begin(self, now: float) -> str:
        """Take the lease, or learn whose it is."""
        holder = self._store.lead(self._key, self._token, self._seconds, now)
        self._done = True
        if self._abandoned and holder == self._token:
            self._store.release(self._key, self._token)
        return holder

    def abandon(self) -> bool:
        """Give up; say whether the lease may have been taken already."""
        self._abandoned = True
        return self._done


class _Landing:
    """Lets other processes have a stream's answer when it was read to its end."""

    def __init__(self, formation: Formation, key: bytes, token: str, call: Call) -> None:
        self._formation, self._key, self._token, self._call = formation, key, token, call

    def event(self, event: Event, /) -> None:
        """Wait for the end."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Land the answer, if nothing of it is missing; whoever waits for one that was left asks anew."""
        if complete or error is not None:
            await self._formation.land(self._key, self._token, self._call, response if complete and error is None else None)
        else:
            await self._formation.release(self._key, self._token, self._call)


def _packed(reply: Reply, now: float, key: bytes) -> bytes:
    """Return the reply in writing; nothing where it holds what JSON cannot say."""
    try:
        return pack(Entry(response=reply, created=now), key)
    except (TypeError, ValueError, RecursionError):
        return b""
