"""How much may go through in which time, in whole numbers, so that nothing is ever rounded in anybody's favour."""

from __future__ import annotations

from math import gcd
from typing import TypeAlias

import msgspec

SECOND = 1_000_000_000


class Rate(msgspec.Struct, frozen=True, gc=False):
    """`amount` each `per` nanoseconds, and at most `burst` at once. Over any time `t`: at most `burst + t * amount / per`.

    Time is counted in steps of 1/`speed` nanosecond, of which one unit costs `cost`: so every figure is whole and exact, at any rate.
    """

    amount: int
    per: int
    burst: int
    speed: int = 0
    cost: int = 0
    room: int = 0
    """The steps that `burst` units cost."""

    @classmethod
    def of(cls, amount: int, seconds: float, burst: int | None = None) -> Rate:
        """Return the rate of `amount` each so many seconds; `burst` is the whole amount unless it is given."""
        per, burst = round(seconds * SECOND), amount if burst is None else burst
        shared = gcd(amount, per)
        return cls(amount, per, burst, amount // shared, per // shared, burst * (per // shared))


class Charge(msgspec.Struct, frozen=True, gc=False):
    """`units` to be taken from the bucket `key`, which fills at `rate`. `quick`: what the arithmetic needs, in one place."""

    key: tuple[str, ...]
    rate: Rate
    units: int
    quick: tuple[int, int, int, int]

    @classmethod
    def of(cls, key: tuple[str, ...], rate: Rate, units: int) -> Charge:
        """Return the charge of so many units."""
        return cls(key, rate, units, (units, rate.speed, units * rate.cost, rate.room))


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """Nothing was taken: the charge at `place` has room again after `wait` nanoseconds; None: never, it is larger than the burst."""

    place: int
    wait: int | None


Receipt: TypeAlias = tuple[int, int]
"""Which bucket a charge was entered in, and how many units had ever been entered then: whoever gives back of it needs to know what has
run out of the bucket since."""
