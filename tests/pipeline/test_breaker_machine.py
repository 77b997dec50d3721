"""The breaker against a model that remembers every outcome."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from llmkit.errors import (
    CircuitOpen,
)
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.circuit import BreakerRules

MACHINE = BreakerRules(volume=3, window=12.0, buckets=12, pause=2.0, longest_pause=8.0, probes=2, successes=2, lease=30.0, score=None)


PLACE = ("a/m", "complete")


class BreakerMachine(RuleBasedStateMachine):
    """Against a model that keeps every outcome: the state, who is admitted, and never more probes than allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(MACHINE)
        self.now = 1000.0
        self.under_way: list[tuple[Any, str, int]] = []
        self.outcomes: list[tuple[int, bool]] = []
        self.state, self.until, self.openings, self.good, self.era = "closed", 0.0, 0, 0, 0
        self.closed_at = float("-inf")

    def probes(self) -> int:
        return sum(1 for _, kind, era in self.under_way if kind == "probe" and era == self.era)

    @rule(seconds=some.sampled_from([0.25, 1.0, 3.0, 13.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.under_way = [it for it in self.under_way if it[0][1] > self.now]

    @rule()
    def ask(self) -> None:
        if self.state == "open" and self.now >= self.until:
            self.state, self.good = "half_open", 0
        admitted = self.state == "closed" or (self.state == "half_open" and self.probes() < MACHINE.probes)
        try:
            permit = self.breaker.admit(PLACE, self.now, self.now + 30)
        except CircuitOpen as error:
            assert not admitted
            assert error.retry_after is not None and error.retry_after <= MACHINE.longest_pause
            return
        assert admitted
        kind = "probe" if self.state == "half_open" else "call"
        self.under_way.append(((permit, self.now + 30), kind, self.era))

    @rule(which=some.integers(0, 5), outcome=some.sampled_from(["good", "bad", "bad", "nothing"]))
    def answer(self, which: int, outcome: str) -> None:
        if not self.under_way:
            return
        (permit, _), kind, era = self.under_way.pop(which % len(self.under_way))
        self.breaker.record(PLACE, permit, self.now, failed=outcome == "bad", seconds=1.0 if outcome == "good" else None)
        if era != self.era or outcome == "nothing":
            return
        if kind == "probe":
            self.good += outcome == "good"
            if outcome == "bad":
                self.opens()
            elif self.good == MACHINE.successes:
                self.state, self.closed_at, self.outcomes = "closed", self.now, []
                self.era += 1
            return
        self.outcomes.append((int(self.now), outcome == "bad"))
        recent = [bad for when, bad in self.outcomes if when > int(self.now) - 12]
        if outcome == "bad" and len(recent) >= 3 and sum(recent) * 2 >= len(recent):
            self.opens()

    def opens(self) -> None:
        self.openings = self.openings + 1 if self.state != "closed" or self.now - self.closed_at <= 12 else 1
        self.state, self.until, self.outcomes = "open", self.now + min(2.0 * 2 ** (self.openings - 1), 8.0), []
        self.era += 1

    @invariant()
    def agrees(self) -> None:
        assert self.state == self.breaker.state("a/m")


BreakerMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


TestBreakerMachine = BreakerMachine.TestCase
