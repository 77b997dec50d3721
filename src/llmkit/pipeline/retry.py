"""Try again after a failure that may pass, with another key where the key is at fault."""

from __future__ import annotations

import msgspec

from llmkit.errors import CircuitOpen, LLMKitError, LocalRateLimited, ProviderError, RateLimited, StoreUnavailable, TooManyAtOnce
from llmkit.pipeline.call import Call, Next, Reply
from llmkit.pipeline.key_rotation import KEY_FAILURES
from llmkit.pipeline.retry_budget import RetryBudget
from llmkit.types.reply import Attempt

_LOCAL = (CircuitOpen, LocalRateLimited, StoreUnavailable, TooManyAtOnce)
"""What the layers inside refuse: nothing was sent."""


class Retry(msgspec.Struct, frozen=True):
    """Full-jitter backoff between `base` and `limit` seconds; a server's Retry-After is honoured up to `patience` seconds.

    Beyond that, or past the deadline, the failure is raised at once, so that another model can be tried. How often one call is
    tried is the call's budget, shared with the change of keys; how often all calls are, is `budget`. What a layer inside refuses
    (a limit, a breaker) is not asked of the same key again; it costs no try, as nothing was sent.
    """

    base: float = 0.5
    limit: float = 8.0
    patience: float = 60.0
    budget: RetryBudget = msgspec.field(default_factory=RetryBudget)

    @property
    def name(self) -> str:
        """Return the place in the order of layers."""
        return "retry"

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the first reply, or raise the last failure."""
        self.budget.call()
        if call.rotation is not None and (key := call.rotation.start(call)) != call.key:
            call = msgspec.structs.replace(call, key=key)
        begun = call.runtime.now()
        failure: LLMKitError
        try:
            return await next(call)
        except LLMKitError as error:
            failure = error
        return await self._again(call, next, failure, begun)

    async def _again(self, call: Call, next: Next[Reply], failure: LLMKitError, begun: float) -> Reply:
        course = _Course()
        while True:
            further = self._further(call, failure, course)
            call.budget.attempts.append(_attempt(call, failure, begun, 0.0 if further is None else further[1]))
            if further is None:
                raise course.failure or failure
            key, delay = further
            if delay > 0:
                await call.runtime.sleep(delay)
            if key != call.key:
                call = msgspec.structs.replace(call, key=key)
            begun = call.runtime.now()
            try:
                return await next(call)
            except LLMKitError as error:
                failure = error

    def _further(self, call: Call, failure: LLMKitError, course: _Course) -> tuple[int, float] | None:
        """Return the key of the next try and how long to wait for it; None: there is none."""
        course.tried.add(call.key)
        if isinstance(failure, _LOCAL):
            course.refused.add(call.key)
            way = self._way(call, failure, course)
            return (way[1], way[0]) if way is not None and self._worthwhile(call, way[0]) else None
        course.failure = failure
        way = self._way(call, failure, course)
        if call.budget.retries <= 0:
            return None
        if _may_pass(failure):
            here = (self._delay(failure, course.tries), call.key)
            stays = isinstance(failure, RateLimited) and self._worthwhile(call, here[0]) and _bound(call)
            way = here if way is None or stays else min(way, here)
        if way is None or not self._worthwhile(call, way[0]):
            return None
        # A key that was refused rests, so that going to the next is no storm.
        moves = way[1] != call.key and isinstance(failure, KEY_FAILURES)
        if not moves and not self.budget.spend(call.runtime.now()):
            return None
        call.budget.retries -= 1
        course.tries += 1
        return way[1], way[0]

    def _way(self, call: Call, failure: LLMKitError, course: _Course) -> tuple[float, int] | None:
        """Let the key rest where it is at fault; return when another key is ready, and its place."""
        if call.rotation is None:
            return None
        call.rotation.rest(call, failure)
        return call.rotation.other(call, failure, course.tried, course.refused)

    def _delay(self, failure: LLMKitError, tries: int) -> float:
        if failure.retry_after is not None and failure.retry_after > 0:  # zero, or a date gone by: it does not say how long
            return failure.retry_after
        import random  # Costs milliseconds to import, and most calls need no second try.

        return random.uniform(0, min(self.limit, self.base * 2.0 ** min(tries, 64)))  # noqa: S311 - jitter, not a secret

    def _worthwhile(self, call: Call, delay: float) -> bool:
        return delay <= self.patience and (call.deadline is None or call.runtime.now() + delay < call.deadline)


class _Course:
    """How one call went so far: the provider's last failure, and the keys."""

    __slots__ = ("failure", "refused", "tried", "tries")

    def __init__(self) -> None:
        self.failure: LLMKitError | None = None
        self.tried: set[int] = set()
        self.refused: set[int] = set()
        """Those that a layer of ours did not let through."""
        self.tries = 0


def _may_pass(failure: LLMKitError) -> bool:
    """Tell whether the same request with the same key may succeed: as the server says, else as failures of this class do."""
    if isinstance(failure, ProviderError) and failure.should_retry is not None and not isinstance(failure, KEY_FAILURES):
        return failure.should_retry
    return failure.retryable and not isinstance(failure, KEY_FAILURES)


def _bound(call: Call) -> bool:
    return call.rotation is not None and call.rotation.bound(call)


def _attempt(call: Call, failure: LLMKitError, begun: float, delay: float) -> Attempt:
    provider, _, model = call.model.partition("/")
    return Attempt(
        provider=provider,
        model=model,
        key=call.key,
        seconds=call.runtime.now() - begun,
        error=type(failure).__name__,
        status=failure.status if isinstance(failure, ProviderError) else None,
        delay=delay,
    )
