"""What a store of circuits does: let many processes count together, and decide for all of them whether a deployment may be called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from llmkit.stores.store import Store

State: TypeAlias = Literal["closed", "open", "half_open"]
Ending: TypeAlias = Literal["good", "bad", "slow", "nothing"]
"""What came of a probe."""


class Terms(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a circuit opens and closes. Durations are in seconds."""

    window: float
    buckets: int
    volume: int
    failure_rate: float
    slow_rate: float
    pause: float
    longest_pause: float
    probes: int
    successes: int


class Tally(msgspec.Struct, frozen=True, gc=False):
    """What came of calls: how many, and the sums of the seconds, and of their squares, of those that succeeded."""

    calls: int = 0
    failures: int = 0
    slow: int = 0
    seconds: float = 0.0
    squares: float = 0.0


class Glance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a circuit stands. `era` counts the changes of its state: what began in another tells nothing of this one."""

    state: State
    era: int
    probe: bool
    """The probe that was asked for may be made."""
    wait: float
    """Seconds until it may be tried."""
    openings: int
    reason: str
    tally: Tally
    """Of all processes, over the window."""


class CircuitStore(Store, Protocol):
    """Keeps the circuits, each by the clock of the store."""

    def look(
        self,
        circuit: tuple[str, str],
        terms: Terms,
        era: int,
        tally: Tally,
        ended: Sequence[tuple[str, Ending]],
        probe: tuple[str, float],
        eject: str,
        /,
    ) -> Glance:
        """Add what came of calls that began in `era` and of the probes that `ended`, decide, and return how the circuit stands.

        `probe` is the id of a probe that would be made now, and the seconds after which its place is free again whatever comes of it.
        With `eject`, a reason, a closed circuit of this era opens.
        """
        ...
