"""One deployment while it is used: what is under way, how it did of late, whether it rests."""

from __future__ import annotations

from math import log2

from llmkit.routing.facts import UNKNOWN, Facts, breach
from llmkit.routing.features import Features
from llmkit.routing.tree import Deployment

_SHORTEST = 0.1
"""Of the half-life; more often the weights need not be brought up to date."""


class Record:
    """What was seen of late: figures that lose half of their weight in each `half_life` seconds."""

    __slots__ = ("at", "cost", "count", "errors", "half_life", "priced", "rank", "seconds", "spread", "weight", "worked")

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
        self.rank = float("-inf")
        """Orders records as `faded` does, whenever it is asked: what all of them lose in a while, they lose alike."""

    def fresh(self, now: float) -> float:
        """Return how many calls what was seen still stands for."""
        age = now - self.at
        return self.weight if age < _SHORTEST * self.half_life else self.weight * 0.5 ** (age / self.half_life)

    def faded(self, now: float) -> float:
        """Return the mean seconds, less the older they are: who was slow once is asked again; who was never asked comes first."""
        faded: float = self.seconds * 0.5 ** (max(now - self.at, 0.0) / self.half_life)
        return faded

    def add(self, now: float, seconds: float, *, failed: bool, cost: float | None) -> None:
        """Take in one call."""
        self._add(now, seconds, failed=failed, cost=cost)
        self.rank = log2(self.seconds) + now / self.half_life if self.seconds > 0 else float("-inf")

    def _add(self, now: float, seconds: float, *, failed: bool, cost: float | None) -> None:
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

    __slots__ = (
        "_facts",
        "account",
        "calls",
        "deployment",
        "failures",
        "in_flight",
        "input_price",
        "listed",
        "model",
        "output_price",
        "priced",
        "provider",
        "record",
        "resting_until",
        "rests",
    )

    def __init__(self, deployment: Deployment, half_life: float, rests: Rests | None = None, model: str = "") -> None:
        self.rests = rests or Rests()
        self.deployment = deployment
        self.model = model or deployment.model
        """What is called: an account of its own stands in it."""
        self.account = self.model.partition("/")[0]
        self.listed = deployment.model
        self.provider = deployment.model.partition("/")[0]
        self.facts = UNKNOWN
        self.record = Record(half_life)
        self.in_flight = 0
        self.calls = 0
        self.failures = 0
        """One after the other, up to now."""
        self.resting_until = 0.0

    @property
    def facts(self) -> Facts:
        """Return what is known of it beforehand."""
        return self._facts

    @facts.setter
    def facts(self, facts: Facts) -> None:
        self._facts = facts
        self.priced = facts.input_price is not None and facts.output_price is not None
        self.input_price, self.output_price = facts.input_price or 0.0, facts.output_price or 0.0

    def rest(self, until: float) -> None:
        """Let it be asked only when nobody else can, up to the reading `until` of the clock."""
        self.resting_until = max(self.resting_until, until)
        self.rests.until = max(self.rests.until, until)

    def cost(self, features: Features) -> float | None:
        """Return the listed price of the request in US dollars; None: not known."""
        if not self.priced:
            return None
        return (features.tokens * self.input_price + features.answer_tokens * self.output_price) / 1e6

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
