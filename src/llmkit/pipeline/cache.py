"""Answer from what was answered before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from llmkit.caching.admission import certain, keepable
from llmkit.caching.entry import Entry, pack, unpack
from llmkit.caching.key import SHARED_BY, SharedBy, key_of, owner_of
from llmkit.caching.mark import SHARED, as_hit
from llmkit.caching.memory import MemoryEntries
from llmkit.caching.statistics import Statistics
from llmkit.caching.store import CacheStore
from llmkit.errors import ConfigurationError, LLMKitError, StoreUnavailable
from llmkit.pipeline.call import Call, Next
from llmkit.told import stream_of
from llmkit.types.events import Event
from llmkit.types.responses import CompletionResponse


class Refreshes:
    """Which entries somebody is asking for anew: one at a time for each."""

    __slots__ = ("_begun", "_lock")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[bytes, float] = {}

    def begin(self, key: bytes, now: float) -> bool:
        """Return whether the caller is the one to ask; one who never came back is forgotten after a minute."""
        with self._lock:
            begun = self._begun.get(key)
            if begun is not None and now - begun < 60.0:
                return False
            if len(self._begun) >= 4096:
                self._begun.clear()
            self._begun[key] = now
            return True

    def end(self, key: bytes) -> None:
        """Let another ask."""
        with self._lock:
            self._begun.pop(key, None)


class Cache(msgspec.Struct, frozen=True, kw_only=True):
    """Keep whole answers for `ttl` seconds and give them to whoever asks exactly the same, streams as streams.

    For `stale` seconds more an old answer is given out while one caller asks anew, and to that one too when the asking fails
    in a way that may pass. An answer is shared among `shared_by`; a hit says so in `response.extra["cache"]` and costs 0.
    """

    store: CacheStore = msgspec.field(default_factory=MemoryEntries)
    ttl: float = 3600.0
    stale: float = 0.0
    shared_by: SharedBy = "user"
    namespace: str = ""
    """Keeps apart what is not to be mixed in one store: two addresses or two accounts of one provider, for example."""
    tools: bool = False
    """Keep answers that call tools, or that the provider's own tools had a part in."""
    truncated: bool = False
    """Keep answers that the token limit cut."""
    deterministic_only: bool = False
    """Answer only requests of temperature 0."""
    only: Callable[[Call], bool] | None = None
    """Says which calls may be answered from here."""
    statistics: Statistics = msgspec.field(default_factory=Statistics)
    _refreshes: Refreshes = msgspec.field(default_factory=Refreshes)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, value, least in (("ttl", self.ttl, 1e-3), ("stale", self.stale, 0.0)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
                raise ConfigurationError(f"{name} must be a number of seconds, not {value!r}.", parameter=name)
        if self.shared_by not in SHARED_BY:
            hint = f"It is one of {', '.join(SHARED_BY)}."
            raise ConfigurationError(f"An answer cannot be shared by {self.shared_by!r}.", parameter="shared_by", hint=hint)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "cache"

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return a kept answer, or ask and keep what comes."""
        key = self._key(call)
        if key is None:
            self.statistics.count("bypassed")
            return await next(call)
        entry = await self._look(call, key)
        if entry is None:
            self.statistics.count("misses")
            return await self._asked(call, next, key)
        if self._age(call, entry) <= self.ttl:
            return self._hit(call, entry)
        if not self._refreshes.begin(key, call.runtime.now()):
            return self._hit(call, entry)
        return await self._refreshed(call, next, key, entry)

    def _key(self, call: Call) -> bytes | None:
        """Return the name of the call; None where its answer is nothing for a cache."""
        if call.operation != "complete" or call.resumption is not None:
            return None
        if (self.deterministic_only and not certain(call.request)) or (self.only is not None and not self.only(call)):
            return None
        return key_of(call.request, about(call, self.shared_by, self.namespace))

    async def _look(self, call: Call, key: bytes) -> Entry | None:
        data = await self._reach(call, partial(self.store.get, key, call.runtime.wall()))
        if data is None:
            return None
        entry = unpack(data, key)
        if entry is not None and self._age(call, entry) <= self.ttl + self.stale:
            return entry
        self.statistics.count("damaged" if entry is None else "expired")
        await self._reach(call, partial(self.store.remove, key))
        return None

    def _age(self, call: Call, entry: Entry) -> float:
        return max(0.0, call.runtime.wall() - entry.created)

    def _hit(self, call: Call, entry: Entry) -> Any:
        age = self._age(call, entry)
        stale = age > self.ttl
        self.statistics.save("stale" if stale else "hits", entry.response.cost)
        response = as_hit(entry.response, age=age, stale=stale)
        return stream_of(response, runtime=call.runtime, timeouts=call.timeouts) if call.stream else response

    async def _asked(self, call: Call, next: Next[Any], key: bytes) -> Any:
        reply = await next(call)
        if call.stream:
            reply.watch(_Keeping(self, call, key))
        else:
            await self.keep(call, key, reply)
        return reply

    async def _refreshed(self, call: Call, next: Next[Any], key: bytes, entry: Entry) -> Any:
        """Ask anew. In the caller's own time: nothing here runs behind anybody's back."""
        failure: LLMKitError
        under_way = False
        try:
            reply = await self._asked(call, next, key)
            under_way = call.stream  # its end lets another ask
            self.statistics.count("misses")
            return reply
        except LLMKitError as error:
            failure = error
        finally:
            if not under_way:
                self._refreshes.end(key)
        if not failure.retryable and failure.retry_after is None:
            raise failure
        return self._hit(call, entry)

    async def keep(self, call: Call, key: bytes, response: CompletionResponse) -> None:
        """Keep `response` if it is worth it."""
        if SHARED in response.extra:  # whoever paid for it keeps it
            return
        now = call.runtime.wall()
        data = b""
        if keepable(call.request, response, tools=self.tools, truncated=self.truncated):
            data = _packed(response, now, key)
        if not data:
            self.statistics.count("declined")
            return
        put = partial(self.store.put, key, data, now=now, expires=now + self.ttl + self.stale)
        evicted = await self._reach(call, put)
        if evicted is not None:
            self.statistics.count("stored")
            self.statistics.count("evicted", evicted)

    def ended(self, key: bytes) -> None:
        """Note that the stream which asked for `key` is over."""
        self._refreshes.end(key)

    async def _reach(self, call: Call, function: Callable[[], Any]) -> Any:
        """Ask the store; a store that cannot be asked is one that has nothing."""
        try:
            return await call.runtime.call(function) if self.store.blocking else function()
        except StoreUnavailable:
            self.statistics.count("failed")
            return None


class _Keeping:
    """Keeps a stream's answer when it was read to its end."""

    def __init__(self, cache: Cache, call: Call, key: bytes) -> None:
        self._cache, self._call, self._key = cache, call, key

    def event(self, event: Event, /) -> None:
        """Wait for the end."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Keep the answer if nothing of it is missing."""
        try:
            if complete and error is None:
                await self._cache.keep(self._call, self._key, response)
        finally:
            self._cache.ended(self._key)


def about(call: Call, shared_by: SharedBy, namespace: str = "") -> tuple[str, ...]:
    """Return what tells two calls of the same request apart: whose they are, where they go, what they are."""
    owner = owner_of(shared_by, call.scope.tenant, call.scope.key, call.scope.user)
    return (namespace, call.place(), call.operation, *owner, *call.models)  # an owner's first word says how long it is


def _packed(response: CompletionResponse, now: float, key: bytes) -> bytes:
    """Return the answer in writing; nothing where it holds what JSON cannot say."""
    try:
        return pack(Entry(response=response, created=now), key)
    except (TypeError, ValueError, RecursionError):
        return b""
