"""What came of the calls themselves, by deployment and operation; old ones count less."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from llmkit.routing.candidate import Record
from llmkit.types.reply import Attempt

_MOST = 4096
_FAULTS = frozenset(
    {
        "AuthenticationError",
        "ConfigurationError",
        "ConnectionFailed",
        "MissingKey",
        "NotFound",
        "Overloaded",
        "PaymentRequired",
        "PermissionDenied",
        "ProtocolError",
        "QuotaExhausted",
        "RateLimited",
        "ServerError",
        "StreamInterrupted",
        "TLSError",
        "Timeout",
    }
)
"""Failures that say something about the deployment, or about us there; the others are the request's, or refusals of our own."""


class Seen:
    """Of one deployment in one operation."""

    __slots__ = ("failed_at", "failure", "record", "worked_at")

    def __init__(self, half_life: float) -> None:
        self.record = Record(half_life)
        self.worked_at: float | None = None
        self.failed_at: float | None = None
        self.failure = ""


class Sights:
    """All that was seen; what was not called for longest is forgotten first, for names of models may come from outside."""

    def __init__(self, half_life: float) -> None:
        self._half_life = half_life
        self._seen: OrderedDict[tuple[str, str], Seen] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, operation: str, attempts: Iterable[Attempt], now: float) -> list[str]:
        """Take in the tries of one call; return the deployments that answered."""
        worked = []
        with self._lock:
            for attempt in attempts:
                error = attempt.error
                if error is not None and error not in _FAULTS:
                    continue
                name = f"{attempt.provider}/{attempt.model}"
                one = self._of((name, operation))
                one.record.add(now, attempt.seconds, failed=error is not None, cost=None)
                if error is None:
                    one.worked_at = now
                    worked.append(name)
                else:
                    one.failed_at, one.failure = now, error
        return worked

    def all(self) -> list[tuple[tuple[str, str], Seen]]:
        """Return what was seen of each deployment and operation."""
        with self._lock:
            return list(self._seen.items())

    def _of(self, place: tuple[str, str]) -> Seen:
        one = self._seen.get(place)
        if one is None:
            one = self._seen[place] = Seen(self._half_life)
            if len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        else:
            self._seen.move_to_end(place)
        return one
