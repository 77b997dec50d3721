"""Answer from what was answered before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from llmkit.caching.admission import ASIDE, KEPT, OPERATIONS, certain, keepable
from llmkit.caching.entry import Entry, pack, unpack
from llmkit.caching.key import SHARED_BY, SharedBy, digest_of, joined, owner_of
from llmkit.caching.mark import SHARED, as_hit
from llmkit.caching.memory import MemoryEntries
from llmkit.caching.refreshes import Refreshes
from llmkit.caching.semantic import Semantic
from llmkit.caching.statistics import Statistics
from llmkit.caching.store import CacheStore
from llmkit.errors import ConfigurationError, LLMKitError, StoreUnavailable
from llmkit.pipeline.call import Call, Next
from llmkit.told import stream_of
from llmkit.types.events import Event
from llmkit.types.reply import Reply
from llmkit.types.responses import CompletionResponse

if TYPE_CHECKING:
    from llmkit.pipeline.alike import Likeness, Question


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is asked, by name: the very words, and the question where others' answers will do."""

    key: bytes
    question: Question | None = None


class Cache(msgspec.Struct, frozen=True, kw_only=True):
    """Keep whole answers for `ttl` seconds and give them to whoever asks exactly the same, streams as streams.

    For `stale` seconds more an old answer is given out while one caller asks anew, and to that one too when the asking fails
    in a way that may pass. An answer is shared among `shared_by`; a hit says so in `response.extra["cache"]` and costs 0. With
    `semantic` questions that mean the same have the same answer too.
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
    operations: Sequence[str] = KEPT
    """What is answered from here: conversations, vectors, rankings and judgements, not what is made anew each time (images, speech ...)."""
    semantic: Semantic | None = None
    only: Callable[[Call], bool] | None = None
    """Says which calls may be answered from here."""
    statistics: Statistics = msgspec.field(default_factory=Statistics)
    _refreshes: Refreshes = msgspec.field(default_factory=Refreshes)
    _likeness: Likeness | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, value, least in (("ttl", self.ttl, 1e-3), ("stale", self.stale, 0.0)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
                raise ConfigurationError(f"{name} must be a number of seconds, not {value!r}.", parameter=name)
        if self.shared_by not in SHARED_BY:
            hint = f"It is one of {', '.join(SHARED_BY)}."
            raise ConfigurationError(f"An answer cannot be shared by {self.shared_by!r}.", parameter="shared_by", hint=hint)
        for operation in self.operations:
            if isinstance(self.operations, str) or operation not in OPERATIONS:
                hint = f"It is a list of {', '.join(OPERATIONS)}."
                raise ConfigurationError(f"Answers to {operation!r} cannot be kept.", parameter="operations", hint=hint)
        if self.semantic is not None:
            from llmkit.pipeline.alike import Likeness  # only who wants it pays for it

            msgspec.structs.force_setattr(self, "_likeness", Likeness(self.semantic, self.statistics))

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "cache"

    def join(self, client: Any) -> tuple[str, ...]:
        """Learn who can be asked for vectors."""
        if self._likeness is not None:
            self._likeness.join(client)
        return ()

    async def __call__(self, call: Call, next: Next[Any], /) -> Any:
        """Return a kept answer, or ask and keep what comes."""
        if ASIDE in call.scope.tags:  # a vector for this cache itself
            return await next(call)
        asked = self._asked_in(call)
        if asked is None:
            self.statistics.count("bypassed")
            return await next(call)
        entry = await self._look(call, asked.key)
        if entry is None:
            return await self._alike(call, next, asked)
        if self._age(call, entry) <= self.ttl:
            return self._hit(call, entry)
        if not self._refreshes.begin(asked.key, call.runtime.now()):
            return self._hit(call, entry)
        return await self._refreshed(call, next, asked, entry)

    def _asked_in(self, call: Call) -> Asked | None:
        """Return the names of what is asked; None where its answer is nothing for a cache."""
        if call.operation not in self.operations or call.resumption is not None:
            return None
        if call.stream and call.operation != "complete":  # only conversations can be told as a stream
            return None
        if (self.deterministic_only and not certain(call.request)) or (self.only is not None and not self.only(call)):
            return None
        those = about(call, self.shared_by, self.namespace)
        key = named(call, those)
        if key is None:
            return None
        return Asked(key=key, question=None if self._likeness is None else self._likeness.question(call, those))

    async def _alike(self, call: Call, next: Next[Any], asked: Asked) -> Any:
        """Return the answer to a question that means the same, or ask."""
        if self._likeness is not None and asked.question is not None:
            found = await self._likeness.find(call, asked.question, partial(self._fresh, call))
            if found is not None:
                return self._hit(call, found.entry, found.similarity)
        self.statistics.count("misses")
        return await self._brought(call, next, asked)

    async def _fresh(self, call: Call, key: bytes) -> Entry | None:
        entry = await self._look(call, key)
        return entry if entry is not None and self._age(call, entry) <= self.ttl else None

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

    def _hit(self, call: Call, entry: Entry, similarity: float | None = None) -> Any:
        age = self._age(call, entry)
        stale = age > self.ttl
        self.statistics.save("stale" if stale else "hits", entry.response.cost)
        response = as_hit(entry.response, age=age, stale=stale, similarity=similarity)
        if call.stream and isinstance(response, CompletionResponse):
            return stream_of(response, runtime=call.runtime, timeouts=call.timeouts)
        return response

    async def _brought(self, call: Call, next: Next[Any], asked: Asked) -> Any:
        reply = await next(call)
        if call.stream:
            reply.watch(_Keeping(self, call, asked))
        elif isinstance(reply, Reply):
            await self.keep(call, asked, reply)
        return reply

    async def _refreshed(self, call: Call, next: Next[Any], asked: Asked, entry: Entry) -> Any:
        """Ask anew. In the caller's own time: nothing here runs behind anybody's back."""
        failure: LLMKitError
        under_way = False
        try:
            reply = await self._brought(call, next, asked)
            under_way = call.stream  # its end lets another ask
            self.statistics.count("misses")
            return reply
        except LLMKitError as error:
            failure = error
        finally:
            if not under_way:
                self._refreshes.end(asked.key)
        if not failure.retryable and failure.retry_after is None:
            raise failure
        return self._hit(call, entry)

    async def keep(self, call: Call, asked: Asked, response: Reply) -> None:
        """Keep `response` if it is worth it."""
        if SHARED in response.extra:  # whoever paid for it keeps it
            return
        now = call.runtime.wall()
        data = b""
        if keepable(call.request, response, tools=self.tools, truncated=self.truncated):
            data = _packed(response, now, asked)
        if not data:
            self.statistics.count("declined")
            return
        put = partial(self.store.put, asked.key, data, now=now, expires=now + self.ttl + self.stale)
        evicted = await self._reach(call, put)
        if evicted is not None:
            self.statistics.count("stored")
            self.statistics.count("evicted", evicted)
            if self._likeness is not None and asked.question is not None:
                await self._likeness.keep(call, asked.question, asked.key)

    def ended(self, asked: Asked) -> None:
        """Note that the stream which asked is over."""
        self._refreshes.end(asked.key)

    async def _reach(self, call: Call, function: Callable[[], Any]) -> Any:
        """Ask the store; a store that cannot be asked is one that has nothing."""
        try:
            return await call.runtime.call(function) if self.store.blocking else function()
        except StoreUnavailable:
            self.statistics.count("failed")
            return None


class _Keeping:
    """Keeps a stream's answer when it was read to its end."""

    def __init__(self, cache: Cache, call: Call, asked: Asked) -> None:
        self._cache, self._call, self._asked = cache, call, asked

    def event(self, event: Event, /) -> None:
        """Wait for the end."""

    async def end(self, response: CompletionResponse, error: LLMKitError | None, complete: bool, /) -> None:
        """Keep the answer if nothing of it is missing."""
        try:
            if complete and error is None:
                await self._cache.keep(self._call, self._asked, response)
        finally:
            self._cache.ended(self._asked)


def about(call: Call, shared_by: SharedBy, namespace: str = "") -> tuple[str, ...]:
    """Return what tells two calls of the same request apart: whose they are, where they go, what they are."""
    owner = owner_of(shared_by, call.scope.tenant, call.scope.key, call.scope.user)
    return (namespace, call.place(), call.operation, *owner, *call.models)  # an owner's first word says how long it is


def named(call: Call, about: Sequence[str]) -> bytes | None:
    """Return the name of what is asked, None where it has none. The request is read once, whoever asks."""
    known = call.facts.key
    if known is None or known[0] is not call.request:
        known = call.facts.key = (call.request, digest_of(call.request))
    return None if known[1] is None else joined(known[1], about)


def _packed(response: Reply, now: float, asked: Asked) -> bytes:
    """Return the answer in writing; nothing where it holds what JSON cannot say."""
    question = asked.question
    entry = Entry(response=response, created=now)
    if question is not None:
        entry = Entry(response=response, created=now, question=question.words, partition=question.partition)
    try:
        return pack(entry, asked.key)
    except (TypeError, ValueError, RecursionError):
        return b""
