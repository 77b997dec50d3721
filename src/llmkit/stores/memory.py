"""Rate limits in this process's memory: exact, for all threads, in about a microsecond, and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from llmkit.limits.rate import Charge, Receipt, Refusal
from llmkit.stores.rates import Taken

FULL, ENTERED, BORN = range(3)
"""Of a bucket: the step of time at which it is empty again, the units ever entered, its number."""
_GLANCES = 8
"""How many old buckets are looked at for an empty one before one that is not empty has to go."""


class MemoryRates:
    """Buckets by key (GCRA), of which at most `keys` are remembered: old ones that are empty again go first.

    A bucket that must go before leaves its state to all that come after it: forgetting never lets one more through.
    """

    local = True

    def __init__(self, keys: int = 65_536) -> None:
        self._keys = keys
        self._lock = Lock()
        self._buckets: dict[tuple[str, ...], list[int]] = {}
        self._speeds: dict[tuple[str, ...], int] = {}
        self._pauses: dict[str, int] = {}
        self._inherited: dict[str, int] = {}
        self._born = 0

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, charges: Sequence[Charge], pause: str, now: int, /) -> Taken | Refusal:
        with self._lock:
            if self._pauses and (until := self._pauses.get(pause, 0)) > now:
                return Refusal(-1, until - now)
            if len(charges) != 1:
                return self._all(charges, now)
            # What `_all` does, in half the time: most calls have one limit.
            charge = charges[0]
            units, speed, steps, room = charge.quick
            bucket = self._buckets.get(charge.key) or self._new(charge, now)
            at, full = now * speed, bucket[0]
            full = full + steps if full > at else at + steps
            if full - at > room:
                return Refusal(0, (full - at - room + speed - 1) // speed if steps <= room else None)
            bucket[0] = full
            bucket[1] = entered = bucket[1] + units
            return ((bucket[2], entered),)

    def _all(self, charges: Sequence[Charge], now: int) -> Taken | Refusal:
        entered: list[tuple[list[int], int, int]] = []
        refusal: Refusal | None = None
        for place, charge in enumerate(charges):
            rate = charge.rate
            at = now * rate.speed
            bucket = self._buckets.get(charge.key) or self._new(charge, now)
            steps = charge.units * rate.cost
            full = bucket[0] + steps if bucket[0] > at else at + steps
            over = full - at - rate.room
            if over > 0:
                wait = -(-over // rate.speed) if steps <= rate.room else None
                if wait is None or refusal is None or (refusal.wait is not None and wait > refusal.wait):
                    refusal = Refusal(place, wait)
            entered.append((bucket, full, charge.units))
        return self._enter(entered) if refusal is None else refusal

    def settle(self, charge: Charge, receipt: Receipt, used: int, now: int, /) -> None:
        rate, more = charge.rate, used - charge.units
        with self._lock:
            bucket = self._buckets.get(charge.key) or self._new(charge, now)
            at = now * rate.speed
            if more > 0:
                bucket[FULL] = max(bucket[FULL], at) + more * rate.cost
                bucket[ENTERED] += more
            elif bucket[BORN] == receipt[0]:
                # What ran out of the bucket before stays out: only what is still in it can be taken back (first in, first out).
                still_in = bucket[FULL] - at - (bucket[ENTERED] - receipt[1]) * rate.cost
                bucket[FULL] -= min(-more * rate.cost, max(0, still_in))

    def pause(self, pause: str, until: int, now: int, /) -> None:
        with self._lock:
            if len(self._pauses) >= self._keys:
                self._pauses = {name: end for name, end in self._pauses.items() if end > now}
            if until > now and (len(self._pauses) < self._keys or pause in self._pauses):
                self._pauses[pause] = max(until, self._pauses.get(pause, 0))

    def pauses(self, now: int, /) -> dict[str, int]:
        """Return for how many nanoseconds each pause still lasts."""
        with self._lock:
            return {name: until - now for name, until in self._pauses.items() if until > now}

    def close(self) -> None:
        """Do nothing."""

    @staticmethod
    def _enter(entered: list[tuple[list[int], int, int]]) -> Taken:
        receipts = []
        for bucket, full, units in entered:
            bucket[FULL] = full
            bucket[ENTERED] += units
            receipts.append((bucket[BORN], bucket[ENTERED]))
        return tuple(receipts)

    def _new(self, charge: Charge, now: int) -> list[int]:
        if len(self._buckets) >= self._keys:
            self._drop_one(now)
        self._born += 1
        bucket = self._buckets[charge.key] = [self._inherited.get(charge.key[0], 0), 0, self._born]
        self._speeds[charge.key] = charge.rate.speed
        return bucket

    def _drop_one(self, now: int) -> None:
        for _ in range(_GLANCES):
            key = next(iter(self._buckets))
            bucket, speed = self._buckets.pop(key), self._speeds.pop(key)
            if bucket[FULL] <= now * speed:
                return
            self._buckets[key], self._speeds[key] = bucket, speed  # to the end: the next glance is at another
        key = next(iter(self._buckets))
        left, _ = self._buckets.pop(key)[FULL], self._speeds.pop(key)
        self._inherited[key[0]] = max(left, self._inherited.get(key[0], 0))
