"""The circuits of a breaker that many processes share: what this process knows of them, and when it asks the store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from llmkit.errors import CircuitOpen, StoreUnavailable
from llmkit.pipeline.circuit import BreakerRules, verdict
from llmkit.pipeline.outlier import Sample, together
from llmkit.runtime.protocol import Runtime
from llmkit.stores.circuits import CircuitStore, Ending, Glance, State, Tally, Terms
from llmkit.stores.store import Away, ask

Place: TypeAlias = tuple[str, str]
"""Deployment and operation."""
MOST_PLACES = 4096
_ASKING = 0.05
"""Seconds for which nobody else asks for a probe while one asks: whoever comes meanwhile is refused at once."""


class Leave:
    """Leave for one call: it tells something only of the era in which it was given; a probe has a name."""

    __slots__ = ("era", "probe")

    def __init__(self, era: int, probe: str = "") -> None:
        self.era, self.probe = era, probe


class Mirror:
    """A circuit as the store told at the last look, and what came of this process's calls since."""

    __slots__ = ("ended", "era", "leave", "lost", "next", "openings", "reason", "refused", "since", "state", "told", "until")

    def __init__(self) -> None:
        self.state: State = "closed"
        self.era = self.openings = self.refused = 0
        self.reason = ""
        self.next = float("-inf")
        """When the store is asked again."""
        self.until = 0.0
        """Until when calls are refused without asking."""
        self.lost = float("-inf")
        """Until when the store, which was away a moment ago, is not asked again."""
        self.told = self.since = Sample()
        self.ended: list[tuple[str, Ending]] = []
        self.leave = Leave(0)

    def sample(self) -> Sample:
        """Return what is known of the window."""
        return together((self.told, self.since))

    def become(self, state: State, era: int, until: float, openings: int, reason: str) -> None:
        """Take over a state."""
        self.state, self.until, self.openings, self.reason = state, until, openings, reason
        if era != self.era:
            self.era, self.leave, self.since = era, Leave(era), Sample()


class SharedCircuits:
    """Asks the store once in `every` seconds for each circuit that is called, and for every failure and probe at once.

    Between, this process goes by what it knows: what others saw comes at most so late.
    """

    def __init__(
        self,
        store: CircuitStore,
        rules: BreakerRules,
        *,
        every: float,
        away: Away,
        strange: Callable[[Place], str],
        changed: Callable[[Place, State, State, str], None],
    ) -> None:
        self._store, self._rules, self._every, self._away = store, rules, every, away
        self._strange, self._changed = strange, changed
        names = ("window", "buckets", "volume", "failure_rate", "slow_rate", "pause", "longest_pause", "probes", "successes")
        self._terms = Terms(**{name: getattr(rules, name) for name in names})
        self.mirrors: dict[Place, Mirror] = {}
        self._lock = threading.Lock()

    async def admit(self, place: Place, runtime: Runtime, deadline: float | None) -> Leave:
        """Return the leave for one call. Raises `CircuitOpen`, and `StoreUnavailable` where the layer is closed without the store."""
        now = runtime.now()
        mirror = self.mirrors.get(place) or self._new(place)
        with self._lock:
            if now < mirror.lost and self._away == "closed":
                raise StoreUnavailable("The store of the breaker", "it did not answer a moment ago")
            if now < (mirror.next if mirror.state == "closed" else mirror.until):
                if mirror.state == "closed":
                    return mirror.leave
                raise self._refused(place, mirror, now)
            mirror.next, mirror.until = now + self._every, now + _ASKING
        lease = self._rules.lease if deadline is None else max(deadline - now, 1.0)
        probe = os.urandom(8).hex()
        glance = await self._look(place, mirror, runtime, (probe, lease)) if now >= mirror.lost else None
        if glance is None:
            return self._alone(place, mirror, now)
        with self._lock:
            if glance.state == "closed":
                return mirror.leave
            if glance.probe:
                return Leave(glance.era, probe)
            raise self._refused(place, mirror, now)

    def note(self, place: Place, leave: Leave, *, failed: bool, seconds: float | None) -> None:
        """Count what came of a call; it is told at the next look."""
        mirror = self.mirrors.get(place)
        if mirror is None:
            return
        slow = seconds is not None and self._rules.slow_seconds is not None and seconds > self._rules.slow_seconds
        with self._lock:
            if leave.probe:
                mirror.ended.append((leave.probe, "bad" if failed else "nothing" if seconds is None else "slow" if slow else "good"))
            elif leave.era == mirror.era and (failed or seconds is not None):
                took = 0.0 if failed or seconds is None else seconds
                mirror.since = together((mirror.since, Sample(1, int(failed), int(slow), took, took * took)))
                if (failed or slow) and verdict(self._rules, mirror.sample()):
                    mirror.next = float("-inf")  # it has to open: the next call asks first, should the store not have heard by then

    async def tell(self, place: Place, leave: Leave, runtime: Runtime, *, failed: bool) -> None:
        """Tell the store at once of a failure, and of what came of a probe: others wait for it. The rest is told at the next look."""
        mirror = self.mirrors.get(place)
        if (failed or leave.probe) and mirror is not None and runtime.now() >= mirror.lost:
            await self._look(place, mirror, runtime, ("", 1.0), quiet=True)

    async def _look(
        self, place: Place, mirror: Mirror, runtime: Runtime, probe: tuple[str, float], *, quiet: bool = False
    ) -> Glance | None:
        """Return how the circuit stands; None: the store is away, and that is no reason to refuse."""
        with self._lock:
            since, ended, era = mirror.since, mirror.ended, mirror.era
            mirror.since, mirror.ended = Sample(), []
        eject = self._strange(place) if mirror.state == "closed" else ""
        tally = Tally(*msgspec.structs.astuple(since))
        glance: Glance | None = None
        try:
            glance = await ask(
                self._store,
                runtime,
                lambda: self._store.look(place, self._terms, era, tally, ended, probe, eject),
            )
        except StoreUnavailable:
            mirror.lost = runtime.now() + self._every
            if self._away == "closed" and not quiet:
                raise
        finally:
            if glance is None:
                with self._lock:  # nothing is lost: it is told at the next look
                    mirror.since, mirror.ended = together((since, mirror.since)), [*ended, *mirror.ended][-64:]
        if glance is not None:
            self._took(place, mirror, glance, runtime.now())
        return glance

    def _took(self, place: Place, mirror: Mirror, glance: Glance, now: float) -> None:
        wait = glance.wait if glance.state == "open" else min(self._rules.pause, self._every)
        with self._lock:
            before = mirror.state
            mirror.become(glance.state, glance.era, now + wait, glance.openings, glance.reason)
            mirror.told = Sample(*msgspec.structs.astuple(glance.tally))
        if before != glance.state:
            self._changed(place, before, glance.state, glance.reason)

    def _alone(self, place: Place, mirror: Mirror, now: float) -> Leave:
        """Decide by what this process knows, while the store is away."""
        with self._lock:
            before = mirror.state
            reason = verdict(self._rules, mirror.sample()) if before == "closed" else ""
            if reason:
                mirror.become("open", mirror.era + 1, now + self._rules.pause, 1, reason)
            elif before != "closed":
                mirror.become("closed", mirror.era + 1, 0.0, 0, "")
            mirror.told = Sample() if mirror.state != before else mirror.told
            after, refused = mirror.state, self._refused(place, mirror, now) if mirror.state != "closed" else None
        if before != after:
            self._changed(place, before, after, reason)
        if refused is not None:
            raise refused
        return mirror.leave

    @staticmethod
    def _refused(place: Place, mirror: Mirror, now: float) -> CircuitOpen:
        mirror.refused += 1
        return CircuitOpen(place[0], retry_after=max(mirror.until - now, 0.0), reason=mirror.reason)

    def _new(self, place: Place) -> Mirror:
        with self._lock:
            if len(self.mirrors) >= MOST_PLACES:  # names of models may come from outside; the store still knows what is dropped here
                for known in list(self.mirrors)[: MOST_PLACES // 4]:
                    del self.mirrors[known]
            return self.mirrors.setdefault(place, Mirror())
