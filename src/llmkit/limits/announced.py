"""What the providers' own answers say may still be sent: the limit that is known without being configured."""

from __future__ import annotations

from threading import Lock

from llmkit.limits.rate import SECOND
from llmkit.types.rate_state import RateState

REQUESTS, TOKENS = range(2)
_DEPLOYMENTS = 4096


class _Word:
    """Of one deployment: what is left and until when that holds; what was taken in all."""

    __slots__ = ("left", "taken", "until")

    def __init__(self) -> None:
        self.left = [0, 0]
        self.until = [0, 0]
        self.taken = [0, 0]


class Announced:
    """Lets through what the last answer of a deployment allows, until the time it names; then the provider is asked again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._words: dict[str, _Word] = {}

    def take(self, deployment: str, tokens: int, now: int) -> tuple[int, tuple[int, int]]:
        """Return how long to wait (nanoseconds; 0: taken), and where in the deployment's count this call stands."""
        with self._lock:
            word = self._words.get(deployment)
            if word is None:
                word = self._new(deployment)
            units = (1, tokens)
            wait = 0
            for kind in (REQUESTS, TOKENS):
                if word.until[kind] > now and word.left[kind] < units[kind]:
                    wait = max(wait, word.until[kind] - now)
            if not wait:
                self._add(word, units, 1)
            return wait, (word.taken[REQUESTS], word.taken[TOKENS])

    def give_back(self, deployment: str, tokens: int) -> None:
        """Undo a taking that came to nothing."""
        with self._lock:
            word = self._words.get(deployment)
            if word is not None:
                self._add(word, (1, tokens), -1)

    def hear(self, deployment: str, state: RateState, stood: tuple[int, int], now: int) -> None:
        """Believe an answer to the call that stood at `stood`: what was taken since is not yet counted in it."""
        told = (
            (state.requests_left, state.requests_reset_seconds),
            (state.tokens_left, state.tokens_reset_seconds),
        )
        with self._lock:
            word = self._words.get(deployment) or self._new(deployment)
            for kind, (left, reset) in enumerate(told):
                if left is not None and reset is not None:
                    word.left[kind] = left - max(0, word.taken[kind] - stood[kind])
                    word.until[kind] = now + round(reset * SECOND)

    @staticmethod
    def _add(word: _Word, units: tuple[int, int], sign: int) -> None:
        for kind in (REQUESTS, TOKENS):
            word.taken[kind] += sign * units[kind]
            word.left[kind] -= sign * units[kind]

    def _new(self, deployment: str) -> _Word:
        if len(self._words) >= _DEPLOYMENTS:
            del self._words[next(iter(self._words))]
        word = self._words[deployment] = _Word()
        return word
