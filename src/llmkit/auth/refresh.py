"""Keep a fetched credential until shortly before it expires, and fetch the next one once for all who need it."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from llmkit.auth.source import Effects
from llmkit.errors import LLMKitError, Timeout
from llmkit.runtime.signal import Signal

C = TypeVar("C")
MARGIN = 300.0
_LAST_CALL = 15.0  # closer to its end than this, a credential could expire on its way
_PAUSE = 30.0  # between two attempts to replace a credential that still works


class Fetched(msgspec.Struct, Generic[C], frozen=True, kw_only=True):
    """A credential just fetched. `lifetime` is how many seconds it is still good for; None: it does not expire."""

    credential: C
    lifetime: float | None = None


Fetch = Callable[[Effects], Awaitable[Fetched[C]]]


class _Held(msgspec.Struct, Generic[C]):
    credential: C
    renew: float | None
    """When to fetch the next one, on the runtime's clock."""
    dead: float | None


class _Flight:
    """One fetch under way. `process`: a fork copies the flight, but not the thread that flies it."""

    __slots__ = ("failure", "landed", "process")

    def __init__(self) -> None:
        self.landed = Signal()
        self.failure: LLMKitError | None = None
        self.process = os.getpid()


class Refreshing(Generic[C]):
    """A credential that is fetched when first needed and again `margin` seconds before it expires.

    Write one coroutine function `fetch(effects) -> Fetched(credential=..., lifetime=...)`; then `await get(effects)` returns a
    credential that is valid now. Whoever needs one while it is being fetched waits for that one fetch, whether in another thread,
    another task or another event loop. While the old one still works nobody waits but the one who fetches, and should that
    fail, the old one is used on. When the fetch fails for all, all who wait see its error; when it is cancelled or
    runs out of its caller's time, the next in line fetches. A short-lived credential is renewed in its last quarter.

        tokens = Refreshing(fetch_token)
        token = await tokens.get(effects)
        tokens.forget(token)  # the server refused it: the next `get` fetches
    """

    def __init__(self, fetch: Fetch[C], *, margin: float = MARGIN) -> None:
        self._fetch = fetch
        self._margin = margin
        self._lock = threading.Lock()
        self._held: _Held[C] | None = None
        self._flight: _Flight | None = None

    @property
    def held(self) -> C | None:
        """Return the credential at hand, valid or not."""
        held = self._held
        return None if held is None else held.credential

    async def get(self, effects: Effects) -> C:
        """Return a credential that is valid now. Raises what the fetch raises, or `Timeout` when waiting for it takes too long."""
        while True:
            held, now = self._held, effects.runtime.now()
            if held is not None and (held.renew is None or now < held.renew):
                return held.credential
            usable = held is not None and (held.dead is None or now < held.dead - _LAST_CALL)
            with self._lock:
                if self._held is not held:
                    continue
                flight = self._flight
                if mine := flight is None or flight.process != os.getpid():
                    flight = self._flight = _Flight()
            assert flight is not None
            if mine:
                return await self._fly(flight, effects, held if usable else None)
            if usable and held is not None:
                return held.credential
            await _landed(flight, effects)

    async def _fly(self, flight: _Flight, effects: Effects, spare: _Held[C] | None) -> C:
        held: _Held[C] | None = None
        try:
            fetched = await self._fetch(effects)
            held = _held(fetched, effects.runtime.now(), self._margin)
        except LLMKitError as error:
            if spare is None:
                flight.failure = None if isinstance(error, Timeout) else copy.copy(error)
                raise
            held = msgspec.structs.replace(spare, renew=effects.runtime.now() + _PAUSE)
        finally:
            with self._lock:
                if held is not None and (spare is None or held.credential is not spare.credential or self._held is spare):
                    self._held = held
                if self._flight is flight:
                    self._flight = None
            flight.landed.give()
        return held.credential

    def forget(self, credential: C) -> bool:
        """Drop `credential`, which the server refused, unless it was replaced already; say that asking again may help."""
        with self._lock:
            if self._held is not None and self._held.credential is credential:
                self._held = None
        return True


async def _landed(flight: _Flight, effects: Effects) -> None:
    """Wait for another's fetch; its failure is this caller's too."""
    left = None if effects.deadline is None else effects.deadline - effects.runtime.now()
    if not await effects.runtime.wait(flight.landed, left):
        raise Timeout("total")
    if flight.failure is not None:
        raise copy.copy(flight.failure)  # each waiter adds its own traceback, and its call's provider and model


def _held(fetched: Fetched[C], now: float, margin: float) -> _Held[C]:
    if fetched.lifetime is None:
        return _Held(credential=fetched.credential, renew=None, dead=None)
    return _Held(
        credential=fetched.credential,
        renew=now + fetched.lifetime - min(margin, fetched.lifetime / 4),
        dead=now + fetched.lifetime,
    )
