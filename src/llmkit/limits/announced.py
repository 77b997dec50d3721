"""What the providers' own answers say may still be sent: the limit that is known without being configured."""

from __future__ import annotations

from threading import Lock

from llmkit.limits.rate import SECOND
from llmkit.types.rate_state import RateState

_DEPLOYMENTS = 4096


class _Word:
    """Of one deployment: what was taken in all, up to which count that may go, and until when that holds (0: nothing was said)."""

    __slots__ = ("heard", "most_requests", "most_tokens", "requests", "requests_until", "tokens", "tokens_until")

    def __init__(self) -> None:
        self.requests = self.tokens = 0
        self.most_requests = self.most_tokens = 0
        self.requests_until = self.tokens_until = 0
        self.heard = False

    def wait(self, tokens: int, now: int) -> int:
        """Return how long nothing more may be taken (nanoseconds)."""
        wait = 0
        if self.requests_until > now and self.requests + 1 > self.most_requests:
            wait = self.requests_until - now
        if self.tokens_until > now and self.tokens + tokens > self.most_tokens:
            wait = max(wait, self.tokens_until - now)
        return wait


class Announced:
    """Lets through what the last answer of a deployment allows, until the time it names; then the provider is asked again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._words: dict[str, _Word] = {}

    def take(self, deployment: str, tokens: int, now: int) -> tuple[int, tuple[int, int]]:
        """Return how long to wait (nanoseconds; 0: taken), and where in the deployment's count this call stands."""
        with self._lock:
            word = self._words.get(deployment) or self._new(deployment)
            if word.heard and (wait := word.wait(tokens, now)):
                return wait, (word.requests, word.tokens)
            word.requests += 1
            word.tokens += tokens
            return 0, (word.requests, word.tokens)

    def give_back(self, deployment: str, tokens: int) -> None:
        """Undo a taking that came to nothing."""
        with self._lock:
            word = self._words.get(deployment)
            if word is not None:
                word.requests -= 1
                word.tokens -= tokens

    def hear(self, deployment: str, state: RateState, stood: tuple[int, int], now: int) -> None:
        """Believe an answer to the call that stood at `stood`: what was taken since is not yet counted in it."""
        with self._lock:
            word = self._words.get(deployment) or self._new(deployment)
            if state.requests_left is not None and state.requests_reset_seconds is not None:
                word.most_requests = state.requests_left + min(stood[0], word.requests)
                word.requests_until = now + round(state.requests_reset_seconds * SECOND)
                word.heard = True
            if state.tokens_left is not None and state.tokens_reset_seconds is not None:
                word.most_tokens = state.tokens_left + min(stood[1], word.tokens)
                word.tokens_until = now + round(state.tokens_reset_seconds * SECOND)
                word.heard = True

    def _new(self, deployment: str) -> _Word:
        if len(self._words) >= _DEPLOYMENTS:
            del self._words[next(iter(self._words))]
        word = self._words[deployment] = _Word()
        return word
