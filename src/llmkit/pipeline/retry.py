"""Try again after a failure that may pass."""

from __future__ import annotations

import msgspec

from llmkit.errors import LLMKitError, ProviderError
from llmkit.pipeline.call import Call, Next, Reply
from llmkit.types.responses import Attempt


class Retry(msgspec.Struct, frozen=True):
    """Full-jitter backoff between `base` and `limit` seconds; a server's Retry-After is honoured up to `patience` seconds.

    Beyond that, or past the deadline, the failure is raised at once, so that another model can be tried. The number of
    retries is the call's budget, shared with failover.
    """

    base: float = 0.5
    limit: float = 8.0
    patience: float = 60.0

    async def __call__(self, call: Call, next: Next[Reply], /) -> Reply:
        """Return the first reply, or raise the last failure."""
        tries = 0
        while True:
            begun = call.runtime.now()
            failure: LLMKitError | None = None
            try:
                return await next(call)
            except LLMKitError as error:
                failure = error
            provider, _, model = call.model.partition("/")
            status = failure.status if isinstance(failure, ProviderError) else None
            seconds = call.runtime.now() - begun
            call.budget.attempts.append(
                Attempt(provider=provider, model=model, seconds=seconds, error=type(failure).__name__, status=status)
            )
            delay = self._delay(failure, tries)
            if not failure.retryable or call.budget.retries <= 0 or not self._worthwhile(call, delay):
                raise failure
            call.budget.retries -= 1
            tries += 1
            await call.runtime.sleep(delay)

    def _delay(self, failure: LLMKitError, tries: int) -> float:
        if failure.retry_after is not None:
            return max(0.0, failure.retry_after)
        import random  # Costs milliseconds to import, and most calls need no second try.

        return random.uniform(0, min(self.limit, self.base * 2**tries))  # noqa: S311 - jitter, not a secret

    def _worthwhile(self, call: Call, delay: float) -> bool:
        return delay <= self.patience and (call.deadline is None or call.runtime.now() + delay < call.deadline)
