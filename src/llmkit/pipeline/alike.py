"""Find the answer to another question of the same meaning."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any, TypeAlias

import msgspec

from llmkit.caching.admission import ASIDE
from llmkit.caching.entry import Entry
from llmkit.caching.key import digest_of, joined
from llmkit.caching.semantic import Semantic, question_of, vector_in
from llmkit.caching.statistics import Statistics
from llmkit.caching.vectors import Near, Vector, unit
from llmkit.caching.wording import names_agree, signs, words_agree
from llmkit.errors import StoreUnavailable
from llmkit.pipeline.call import Call

_LOGGER = logging.getLogger("llmkit")
_CANDIDATES = 4
"""Neighbours that are looked at: more would be refused for the same words as these."""


class Question:
    """What is asked, and among what its like may be found: same tenant, models, settings, earlier turns, numbers, negations ..."""

    __slots__ = ("partition", "vector", "words")

    def __init__(self, words: str, partition: bytes) -> None:
        self.words, self.partition = words, partition
        self.vector: Vector | None = None


class Alike(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The answer to another question, and how alike the two are."""

    entry: Entry
    similarity: float


Look: TypeAlias = Callable[[bytes], Awaitable[Entry | None]]
"""Returns the answer kept under a key, if it is still to be given."""


class Clients:
    """The clients that a cache belongs to: a vector is asked for through the one that makes the call."""

    __slots__ = ("_lock", "_those")

    def __init__(self) -> None:
        self._lock = Lock()
        self._those: weakref.WeakSet[Any] = weakref.WeakSet()

    def add(self, client: Any) -> None:
        """Remember `client` for as long as it is there."""
        with self._lock:
            self._those.add(client)

    def of(self, call: Call) -> Any:
        """Return the client that makes `call`; None where it is not known."""
        with self._lock:
            return next((client for client in self._those if client.runtime is call.runtime), None)


class Likeness:
    """What a cache does with a question whose very words nobody asked before."""

    __slots__ = ("_clients", "_semantic", "_statistics")

    def __init__(self, semantic: Semantic, statistics: Statistics) -> None:
        self._semantic, self._statistics = semantic, statistics
        self._clients = Clients()

    def join(self, client: Any) -> None:
        """Ask for vectors through `client`, where a model makes them. Raises `LLMKitError` where it does not know whom that is."""
        if isinstance(self._semantic.embed, str):
            client.names((self._semantic.embed,))
            self._clients.add(client)

    def question(self, call: Call, about: Sequence[str]) -> Question | None:
        """Return what is asked; None where no other question has its answer."""
        found = question_of(call.request, self._semantic)
        if found is None:
            return None
        words, rest = found
        digest = digest_of(rest)
        partition = None if digest is None else joined(digest, ("semantic", self._semantic.maker, *about, "signs", *signs(words)))
        return None if partition is None else Question(words, partition)

    async def find(self, call: Call, question: Question, look: Look) -> Alike | None:
        """Return the answer to the most alike question that is near enough."""
        question.vector = await self._vector(call, question.words)
        if question.vector is None:
            return None
        near = await self._reach(call, partial(self._semantic.vectors.near, question.partition, question.vector, _CANDIDATES))
        for similarity, key in near or ():
            if similarity < self._semantic.threshold:
                return None
            entry = await self._checked(call, question, Near(similarity, key), look)
            if entry is not None:
                self._statistics.count("similar")
                _LOGGER.debug("Answered with what a question of similarity %.4f was answered with.", similarity)
                return Alike(entry=entry, similarity=min(1.0, similarity))
        return None

    async def keep(self, call: Call, question: Question, key: bytes) -> None:
        """Let what is kept under `key` be found by its question."""
        if question.vector is not None:
            await self._reach(call, partial(self._semantic.vectors.put, question.partition, key, question.vector))

    async def _checked(self, call: Call, question: Question, near: Near, look: Look) -> Entry | None:
        entry = await look(near.key)
        if entry is None or entry.partition != question.partition:  # gone, or put there by somebody else
            await self._reach(call, partial(self._semantic.vectors.remove, question.partition, near.key))
            return None
        if names_agree(entry.question, question.words) and await self._same(call, entry.question, question.words):
            return entry
        self._statistics.count("refused")
        return None

    async def _same(self, call: Call, old: str, new: str) -> bool:
        if self._semantic.verify is None:
            return words_agree(old, new)
        try:
            return bool(await call.runtime.call(partial(self._semantic.verify, old, new), self._left(call)))
        except Exception as error:  # whatever the user's function raises: without its word there is no hit
            self._failed("verify", error)
            return False

    async def _vector(self, call: Call, words: str) -> Vector | None:
        try:
            vector = unit(vector_in(await self._embedded(call, words)))
        except Exception as error:  # whatever makes vectors is a convenience: without it the call is made
            self._failed("embed", error)
            return None
        if vector is None:
            self._failed("embed", ValueError())
        return vector

    async def _embedded(self, call: Call, words: str) -> Any:
        embed = self._semantic.embed
        if not isinstance(embed, str):
            return await call.runtime.call(partial(embed, [words]), self._left(call))
        options: dict[str, Any] = {"timeout": self._left(call), "tags": (*call.scope.tags, ASIDE)}
        if call.scope.tenant:
            options["tenant"] = call.scope.tenant
        if call.scope.user:
            options["user"] = call.scope.user
        return await self._clients.of(call).embed(embed, [words], options)

    def _left(self, call: Call) -> float:
        patience = self._semantic.patience
        return patience if call.deadline is None else max(1e-3, min(patience, call.deadline - call.runtime.now()))

    async def _reach(self, call: Call, function: Callable[[], Any]) -> Any:
        """Ask where the vectors are; what cannot be asked has nothing."""
        try:
            return await call.runtime.call(function) if self._semantic.vectors.blocking else function()
        except StoreUnavailable:
            self._statistics.count("failed")
            return None

    def _failed(self, what: str, error: Exception) -> None:
        self._statistics.count("failed")
        _LOGGER.warning("The semantic cache goes without %s for this call (%s).", what, type(error).__name__)
