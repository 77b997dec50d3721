"""One deployment while it is used: what is under way, how it did of late, whether it rests."""

from __future__ import annotations

from llmkit.routing.facts import UNKNOWN, Facts, breach
from llmkit.routing.features import Features
from llmkit.routing.tree import Deployment

_SHORTEST = 0.1
"""Of the half-life; more often the weights need not be brought up to date."""


class Record:
    """What was seen of late: figures that lose half of their weight in each `half_life` seconds."""

    __slots__ = ("at", "cost", "count", "errors", "half_life", "priced", "seconds", "spread", "weight", "worked")

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self.at = 0.0
        self.count = 0
        self.weight = 0.0
        """Calls seen, old ones counting less."""
        self.errors = 0.0
        """The share of failures."""
        self.worked = self.priced = 0.0
        self.seconds = self.spread = self.cost = 0.0
        """Mean and variance of the seconds of those that worked, and the mean of their cost."""

    def fresh(self, now: float) -> float:
        """Return how many calls what was seen still stands for."""
        age = now - self.at
        return self.weight if age < _SHORTEST * self.half_life else self.weight * 0.5 ** (age / self.half_life)

    def add(self, now: float, seconds: float, *, failed: bool, cost: float | None) -> None:
        """Take in one call."""
        fade = 0.5 ** (max(now - self.at, 0.0) / self.half_life)
        self.at = now
        self.count += 1
        self.worked *= fade
        self.priced *= fade
        self.weight = self.weight * fade + 1
        self.errors += (failed - self.errors) / self.weight
        if failed:
            return
        self.worked += 1
        off = seconds - self.seconds
        self.seconds += off / self.worked
        self.spread += (off * (seconds - self.seconds) - self.spread) / self.worked
        if cost is not None:
            self.priced += 1
            self.cost += (cost - self.cost) / self.priced


class Rests:
    """The last moment at which any candidate of a router rests: mostly none does, and nobody needs to be looked at."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until = 0.0


class Candidate:
    """A deployment with its facts and its record. The router's lock stands around every change."""

    __slots__ = ("calls", "deployment", "facts", "failures", "in_flight", "model", "provider", "record", "resting_until", "rests")

    def __init__(self, deployment: Deployment, half_life: float, rests: Rests | None = None) -> None:
        self.rests = rests or Rests()
        self.deployment = deployment
        self.model = deployment.model
        self.provider = deployment.model.partition("/")[0]
        self.facts: Facts = UNKNOWN
        self.record = Record(half_life)
        self.in_flight = 0
        self.calls = 0
        self.failures = 0
        """One after the other, up to now."""
        self.resting_until = 0.0

    def rest(self, until: float) -> None:
        """Let it be asked only when nobody else can, up to the reading `until` of the clock."""
        self.resting_until = max(self.resting_until, until)
        self.rests.until = max(self.rests.until, until)

    def cost(self, features: Features) -> float | None:
        """Return the listed price of the request in US dollars; None: not known."""
        facts = self.facts
        if facts.input_price is None or facts.output_price is None:
            return None
        return (features.tokens * facts.input_price + features.answer_tokens * facts.output_price) / 1e6

    def refusal(self, features: Features) -> str:
        """Say why it cannot be asked; empty: it can."""
        if features.plain:
            return ""
        facts = self.facts
        for ability in features.abilities:
            if ability in facts.cannot:
                return f"it is known to lack {ability}"
        # The estimate may be half too high, so that only what surely does not fit is passed over.
        if facts.context is not None and features.tokens > facts.context * 1.5:
            return f"about {features.tokens} tokens do not fit into {facts.context}"
        return breach(facts, features.constraints, self.provider, self.cost(features))
