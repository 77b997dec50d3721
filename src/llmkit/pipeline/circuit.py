"""Count what came of one deployment's calls, and decide whether it may be called."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from llmkit.errors import ConfigurationError
from llmkit.pipeline.outlier import Sample, failure_score, latency_score, together
from llmkit.stores.circuits import State

NOTHING = Sample()


class BreakerRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a deployment is left alone, and for how long. All durations are in seconds."""

    window: float = 60.0
    buckets: int = 12
    """The window moves in this many steps."""
    volume: int = 10
    """Fewer calls in the window decide nothing."""
    failure_rate: float = 0.5
    slow_seconds: float | None = None
    """A success that takes longer (a stream: to its first event) is slow; None: nothing is."""
    slow_rate: float = 0.8
    score: float | None = 3.0
    """So many standard deviations above its peers, the same model elsewhere, make an outlier; None: nothing does."""
    sample: int = 30
    """Calls that the deployment, and its peers together, must have before it is judged as an outlier."""
    margin: float = 0.1
    """An outlier's failure rate is above that of its peers by this much, and its duration at least twice theirs."""
    pause: float = 5.0
    longest_pause: float = 300.0
    """Each opening that follows within a window of the last doubles the pause, up to this."""
    probes: int = 1
    """Calls at once while half open."""
    successes: int = 2
    """Successful probes that close it."""
    lease: float = 600.0
    """A probe without an end and without a deadline gives its place back after this."""

    def __post_init__(self) -> None:
        for name in ("window", "pause", "longest_pause", "lease"):
            _check(name, getattr(self, name) > 0, "more than 0")
        for name in ("buckets", "volume", "probes", "successes"):
            _check(name, getattr(self, name) >= 1, "at least 1")
        for name in ("failure_rate", "slow_rate"):
            _check(name, 0 < getattr(self, name) <= 1, "above 0 and at most 1")
        _check("margin", 0 <= self.margin < 1, "at least 0 and below 1")
        _check("sample", self.sample >= 2, "at least 2")
        _check("score", self.score is None or self.score > 0, "more than 0, or None")
        _check("slow_seconds", self.slow_seconds is None or self.slow_seconds > 0, "more than 0, or None")
        _check("longest_pause", self.longest_pause >= self.pause, "at least pause")


def _check(name: str, holds: bool, wanted: str) -> None:
    if not holds:
        raise ConfigurationError(f"breaker.{name} must be {wanted}.", parameter=f"breaker.{name}")


def verdict(rules: BreakerRules, sample: Sample) -> str:
    """Return why a deployment with this window is left alone, empty when it is not."""
    calls = sample.calls
    if calls < rules.volume:
        return ""
    if sample.failures >= rules.failure_rate * calls:
        return f"{sample.failures} of {calls} calls failed"
    return f"{sample.slow} of {calls} calls were slow" if sample.slow >= rules.slow_rate * calls else ""


def outlying(rules: BreakerRules, own: Sample, peers: Sequence[tuple[State, Sample]]) -> str:
    """Return why a closed deployment is an outlier among its peers, empty when it is none. Half of a group is never ejected."""
    away = sum([1 for state, _ in peers if state != "closed"])
    if rules.score is None or not peers or away + 1 > (len(peers) + 1) // 2:
        return ""
    others = together([sample for state, sample in peers if state == "closed"])
    if min(own.calls, others.calls) < rules.sample:
        return ""
    if own.failure_rate - others.failure_rate >= rules.margin and failure_score(own, others) >= rules.score:
        return f"{own.failure_rate:.0%} failed, {others.failure_rate:.0%} elsewhere"
    enough = min(own.successes, others.successes) >= rules.sample
    if enough and own.mean >= 2 * others.mean and latency_score(own, others) >= rules.score:
        return f"{own.mean:.2f} s, {others.mean:.2f} s elsewhere"
    return ""


class Permit:
    """Leave for one call: of a closed circuit all share one, until the state is decided anew; a probe has its own."""

    __slots__ = ("lease",)

    def __init__(self, lease: float = 0.0) -> None:
        self.lease = lease


class Circuit:
    """One deployment's window and state. It reads no clock and has no lock: its owner has both."""

    __slots__ = (
        "_bucket",
        "_calls",
        "_compared",
        "_failures",
        "_good_probes",
        "_past",
        "_probes",
        "_ring",
        "_rules",
        "_seconds",
        "_slow",
        "_slow_seconds",
        "_squares",
        "_width",
        "closed_at",
        "openings",
        "permit",
        "reason",
        "refused",
        "state",
        "until",
    )

    def __init__(self, rules: BreakerRules, now: float) -> None:
        self._rules = rules
        self._width = rules.window / rules.buckets
        self._slow_seconds = float("inf") if rules.slow_seconds is None else rules.slow_seconds
        self.state: State = "closed"
        self.until = 0.0
        self.closed_at = float("-inf")
        self.openings = 0
        self.refused = 0
        self.reason = ""
        self._probes: set[Permit] = set()
        self._good_probes = 0
        self._begin(now)
        self._compared = self._bucket

    def _begin(self, now: float) -> None:
        self._ring: dict[int, Sample] = {}
        self._past = NOTHING
        self._bucket = int(now / self._width)
        self._calls = self._failures = self._slow = 0
        self._seconds = self._squares = 0.0
        self.permit = Permit()

    def admit(self, now: float, lease: float | None = None) -> Permit | None:
        """Return the leave for a call, or None."""
        if self.state == "closed":
            return self.permit
        if self.state == "open" and now >= self.until:
            self.state, self._good_probes = "half_open", 0
            self._probes.clear()
        if self.state == "half_open":
            self._probes = {probe for probe in self._probes if probe.lease > now}
            if len(self._probes) < self._rules.probes:
                probe = Permit(now + self._rules.lease if lease is None else max(lease, now + 1.0))
                self._probes.add(probe)
                return probe
        self.refused += 1
        return None

    def retry_after(self, now: float) -> float:
        """Return the seconds until it may be tried: while probes are out, a guess."""
        return max(self.until - now, 0.0) if self.state == "open" else min(self._rules.pause, 1.0)

    def release(self, permit: Permit) -> None:
        """Take a leave back of which nothing came that tells anything."""
        self._probes.discard(permit)

    def succeed(self, permit: Permit, now: float, seconds: float) -> None:
        """Count a success that took `seconds`."""
        slow = seconds > self._slow_seconds
        if permit is not self.permit:
            self._probed(permit, now, slow)
            return
        if int(now / self._width) != self._bucket:
            self._turn(now)
        self._calls += 1
        self._seconds += seconds
        self._squares += seconds * seconds
        if slow:
            self._slow += 1
            self._judge(now)

    def fail(self, permit: Permit, now: float) -> None:
        """Count a failure."""
        if permit is not self.permit:
            if permit in self._probes:
                self.open(now, "a probe failed")
            return
        if int(now / self._width) != self._bucket:
            self._turn(now)
        self._calls += 1
        self._failures += 1
        self._judge(now)

    def _probed(self, permit: Permit, now: float, slow: bool) -> None:
        if permit not in self._probes:
            return  # its lease has ended, or it began before the state was decided anew
        self._probes.discard(permit)
        if slow:
            self.open(now, "a probe was slow")
            return
        self._good_probes += 1
        if self._good_probes >= self._rules.successes:
            self.state, self.closed_at, self.reason = "closed", now, ""
            self._probes.clear()
            self._begin(now)

    def _judge(self, now: float) -> None:
        """Only a failure or a slow answer can make matters worse, so only then is there anything to decide."""
        past, rules = self._past, self._rules
        calls = past.calls + self._calls
        if calls < rules.volume:
            return
        failures, slow = past.failures + self._failures, past.slow + self._slow
        if failures >= rules.failure_rate * calls or slow >= rules.slow_rate * calls:
            self.open(now, verdict(rules, Sample(calls, failures, slow)))

    def open(self, now: float, reason: str) -> None:
        """Leave the deployment alone for a while, each time longer."""
        rules = self._rules
        again = self.state != "closed" or now - self.closed_at <= rules.window
        self.openings = self.openings + 1 if again else 1
        self.state, self.reason = "open", reason
        self.until = now + min(rules.pause * 2.0 ** min(self.openings - 1, 60), rules.longest_pause)
        self._probes.clear()
        self._begin(now)

    def due(self, now: float) -> bool:
        """Say, once in each step of the window, that it is time to compare."""
        bucket = int(now / self._width)
        if bucket == self._compared:
            return False
        self._compared = bucket
        return True

    def idle(self, now: float) -> bool:
        """Say whether it has nothing to remember."""
        return self.state == "closed" and now - self.closed_at > self._rules.window and not self.sample(now).calls

    def sample(self, now: float) -> Sample:
        """Return the sums over the window."""
        if int(now / self._width) != self._bucket:
            self._turn(now)
        return together((self._past, Sample(self._calls, self._failures, self._slow, self._seconds, self._squares)))

    def _turn(self, now: float) -> None:
        bucket = max(int(now / self._width), self._bucket)
        if bucket == self._bucket:
            return  # another thread's reading of the clock is a little older
        self._ring[self._bucket] = Sample(self._calls, self._failures, self._slow, self._seconds, self._squares)
        oldest = bucket - self._rules.buckets
        self._ring = {place: sample for place, sample in self._ring.items() if place > oldest}
        self._past = together(self._ring.values())
        self._bucket = bucket
        self._calls = self._failures = self._slow = 0
        self._seconds = self._squares = 0.0
