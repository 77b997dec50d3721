"""Which of a provider's keys goes next: in turn, past those that were refused a moment ago."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from llmkit.errors import (
    AuthenticationError,
    CircuitOpen,
    LLMKitError,
    LocalRateLimited,
    NotFound,
    PaymentRequired,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    TooManyAtOnce,
)
from llmkit.pipeline.call import Call
from llmkit.types.parts import Part, Text, ToolCall, ToolResult
from llmkit.types.requests import CompletionRequest

KEY_FAILURES = (AuthenticationError, PaymentRequired, PermissionDenied)
"""The key and not the request is at fault: the same key fails again, another one may not."""
_OTHERS_MAY = (*KEY_FAILURES, RateLimited, CircuitOpen, LocalRateLimited, TooManyAtOnce)
"""Failures that another key may not share; the last three are refusals of our own, which may be for one key only."""
REFUSED, LIMITED, LONGEST = 300.0, 5.0, 3600.0
"""Seconds that a refused key rests, and one that was too fast where nobody says how long; and the most, whatever is said."""
_MOST = 4096  # model ids may come from outside


class KeyRotation:
    """The keys of the providers that have several, by their places; the keys themselves are elsewhere.

    `account` tells the fingerprint of a provider's key, as it stands in `Provenance.account`. A conversation that holds parts of
    one account goes on with its key: what is sealed for an account must not go to another, and its cache of prompts is there.
    """

    def __init__(self, counts: Mapping[str, int], account: Callable[[str, int], str]) -> None:
        self._counts = {provider: count for provider, count in counts.items() if count > 1}
        self._account = account
        self._accounts: dict[str, tuple[str, ...]] = {}
        self._turns: dict[str, int] = {}
        self._rests: dict[tuple[str, int, str], float] = {}
        self._lock = threading.Lock()

    def start(self, call: Call) -> int:
        """Return the place of the key to begin with."""
        provider, _, model = call.model.partition("/")
        count = self._counts.get(provider)
        if count is None:
            return 0
        bound = self._bound(call, provider, _any)
        now = call.runtime.now()
        with self._lock:
            if bound is not None and self._until(provider, bound, "") <= now:
                return bound
            turn = self._turns.get(provider, 0)
            self._turns[provider] = turn + 1
            if not self._rests:
                return turn % count
            places = [(turn + step) % count for step in range(count)]
            return min(places, key=lambda place: max(now, self._rest(provider, place, model)))  # the first of those that are ready

    def rest(self, call: Call, failure: LLMKitError) -> None:
        """Let the key of `call` rest, where `failure` is its own: wholly if it is refused, for this model if only that is."""
        provider, _, model = call.model.partition("/")
        if provider not in self._counts or not isinstance(failure, (*KEY_FAILURES, RateLimited, CircuitOpen)):
            return
        usual = REFUSED if isinstance(failure, KEY_FAILURES) else LIMITED
        seconds = min(LONGEST, failure.retry_after or (0.0 if isinstance(failure, CircuitOpen) else usual))
        whole = isinstance(failure, (AuthenticationError, PaymentRequired)) and not isinstance(failure, QuotaExhausted)
        now = call.runtime.now()
        with self._lock:
            if len(self._rests) >= _MOST:
                self._rests = {key: until for key, until in self._rests.items() if until > now and not key[2]}
            self._rests[provider, call.key, "" if whole else model] = now + seconds

    def other(self, call: Call, failure: LLMKitError, tried: set[int], refused: set[int]) -> tuple[float, int] | None:
        """Return in how many seconds another key is ready, and its place, where `failure` is the key's own; else None.

        Keys that were `refused` by a layer of ours are not asked again in this call.
        """
        provider, _, model = call.model.partition("/")
        count = self._counts.get(provider)
        lost = isinstance(failure, NotFound) and call.resumption is not None  # kept, but for which account nobody says
        if count is None or not (lost or isinstance(failure, _OTHERS_MAY)):
            return None
        now = call.runtime.now()
        without = tried if lost else refused
        places = [place for place in [(call.key + step) % count for step in range(1, count)] if place not in without]
        with self._lock:
            waits = [max(0.0, self._rest(provider, place, model) - now) for place in places]
        return min(zip(waits, places, strict=True), key=lambda way: way[0], default=None)

    def resting(self, now: float) -> list[tuple[str, int, str, float]]:
        """Return the keys that rest: provider, place, model (empty: all of them) and for how many seconds."""
        with self._lock:
            return [(*key, until - now) for key, until in self._rests.items() if until > now]

    def bound(self, call: Call) -> bool:
        """Tell whether the conversation holds what only the account of the key of `call` can read."""
        provider = call.model.partition("/")[0]
        return provider in self._counts and self._bound(call, provider, _sealed) == call.key

    def _bound(self, call: Call, provider: str, counts: Callable[[Part], bool]) -> int | None:
        """Return the place of the key whose account made the last part of the conversation that counts, of those of our keys."""
        if not isinstance(call.request, CompletionRequest):
            return None  # no other request holds parts of earlier answers
        mark = call.request.cache
        if mark is not None and mark.origin is not None and mark.origin.account in self._known(provider):
            return self._known(provider).index(mark.origin.account)  # the kept prompt is this account's alone
        accounts: tuple[str, ...] | None = None
        for message in reversed(call.request.messages):
            for part in message.content:
                if part.origin is not None and part.origin.provider == provider and part.origin.account and counts(part):
                    accounts = self._known(provider) if accounts is None else accounts
                    if part.origin.account in accounts:
                        return accounts.index(part.origin.account)
        return None

    def _known(self, provider: str) -> tuple[str, ...]:
        accounts = self._accounts.get(provider)
        if accounts is None:
            accounts = self._accounts[provider] = tuple([self._account(provider, place) for place in range(self._counts[provider])])
        return accounts

    def _rest(self, provider: str, place: int, model: str) -> float:
        return max(self._until(provider, place, ""), self._until(provider, place, model))

    def _until(self, provider: str, place: int, model: str) -> float:
        return self._rests.get((provider, place, model), float("-inf"))


def _any(part: Part) -> bool:
    return True


def _sealed(part: Part) -> bool:
    """Tell whether other accounts cannot take `part` as it is: it is signed or encrypted, or names what the provider keeps."""
    return part.signature is not None if isinstance(part, Text | ToolCall) else not isinstance(part, ToolResult)
