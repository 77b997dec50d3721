"""What routing costs and gains: decisions in microseconds, and a replayed day against fixed choice, round robin and an oracle."""

from __future__ import annotations

import sys
import timeit
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.errors import LLMKitError, ServerError
from llmkit.pipeline.call import Budget, Call, Scope
from llmkit.routing import Balance, Deployment, Fallback, Learn, Router, Split
from llmkit.routing.facts import Facts
from llmkit.runtime.step import run
from llmkit.runtime.virtual import Virtual
from llmkit.types.model_info import Match
from llmkit.types.usage import Cost

CALLS = 6000
ANN = Scope(user="ann")
TARGET = 10.0
ROUNDS = 200
ERROR = 4.0
"""What a failure weighs beside the mean seconds and the mean dollars: the learner's own usual weights."""


class Phase(NamedTuple):
    """How a deployment does for a while."""

    seconds: float
    errors: float
    dollars: float


DAY: dict[str, tuple[Phase, ...]] = {
    # A third of the day each: `fast` is down at noon, `steady` slows down in the evening, `cheap` gets better.
    "fast/m": (Phase(0.6, 0.01, 0.006), Phase(0.9, 0.45, 0.006), Phase(0.6, 0.01, 0.006)),
    "steady/m": (Phase(1.2, 0.01, 0.004), Phase(1.2, 0.01, 0.004), Phase(3.5, 0.02, 0.004)),
    "cheap/m": (Phase(3.0, 0.05, 0.001), Phase(3.0, 0.05, 0.001), Phase(1.5, 0.02, 0.001)),
    "poor/m": (Phase(4.0, 0.12, 0.008), Phase(4.0, 0.12, 0.008), Phase(4.0, 0.12, 0.008)),
}
PRICED = {name: phases[0].dollars for name, phases in DAY.items()}
MEAN_SECONDS = sum(phase.seconds for phases in DAY.values() for phase in phases) / 12
MEAN_DOLLARS = sum(phase.dollars for phases in DAY.values() for phase in phases) / 12


class Blank:
    """Nothing is known beforehand but the prices."""

    def match(self, model: str) -> Match:
        return Match(asked=model)

    def region(self, provider: str) -> str:
        return ""


class Day:
    """One day of calls; the same seed meets every policy with the same luck."""

    def __init__(self, seed: int) -> None:
        self.runtime = Virtual()
        self.luck = Random(seed)
        self.number = 0
        self.seconds: list[float] = []
        self.dollars = 0.0
        self.errors = 0

    def phase(self, model: str) -> Phase:
        return DAY[model][min(self.number * 3 // CALLS, 2)]

    def loss(self, model: str) -> float:
        phase = self.phase(model)
        return phase.seconds / MEAN_SECONDS + phase.dollars / MEAN_DOLLARS + ERROR * phase.errors

    async def serve(self, call: Call) -> CompletionResponse:
        phase, fate, speed = self.phase(call.model), self.luck.random(), self.luck.lognormvariate(0.0, 0.4)
        seconds = phase.seconds * speed
        self.runtime.advance(seconds)
        self.seconds.append(seconds)
        if fate < phase.errors:
            self.errors += 1
            raise ServerError("down", status=500)
        self.dollars += phase.dollars
        return CompletionResponse(model=call.model, cost=Cost(amount=Decimal(repr(phase.dollars))))


def call_of(runtime: Virtual, model: str = "route/x") -> Call:
    request = CompletionRequest(model=model, messages=(Message.user("Why is the sky blue?"),))
    timeouts = Timeouts()
    return Call(
        request=request, models=(model,), model=model, runtime=runtime, timeouts=timeouts, deadline=None, budget=Budget(0), scope=ANN
    )


def play(node: Any, seed: int) -> Day:
    """Return the day under one policy: each call asks one deployment, so that the choice alone is measured. None: the oracle."""
    day = Day(seed)
    router = None if node is None else Router({"x": node}, tries=1, source=Random(seed), half_life=600.0, sources=Blank())
    if router is not None:
        router._features(call_of(day.runtime).request, "route/x", 0.0, ANN)  # the facts are there, now come the prices
        for one in router._builder.candidates.values():
            one.facts = Facts(input_price=PRICED[one.model], output_price=0.0)
    for day.number in range(CALLS):
        try:
            if router is None:
                run(day.serve(call_of(day.runtime, min(DAY, key=day.loss))))
            else:
                run(router(call_of(day.runtime), day.serve))
        except LLMKitError:
            pass  # it is counted
        day.runtime.advance(1.0)
    return day


def replay() -> float:
    """Print the table; return how much of the way from round robin to the oracle the learner goes."""
    policies: dict[str, Any] = {
        "fixed: fast": "fast/m",
        "fixed: steady": "steady/m",
        "fixed: cheap": "cheap/m",
        "round robin": Balance(list(DAY), by="round_robin"),
        "by latency": Balance(list(DAY), by="latency"),
        "by cost": Balance(list(DAY), by="cost"),
        "learn": Learn(list(DAY)),
        "oracle": None,
    }
    losses: dict[str, float] = {}
    print(f"{CALLS} calls, 3 days (seeds), one deployment a call; loss = seconds/mean + dollars/mean + {ERROR:g} x errors")
    print(f"{'policy':<16}{'$ / 1000':>10}{'mean s':>9}{'p95 s':>8}{'errors':>9}{'loss':>8}")
    for name, node in policies.items():
        days = [play(node, seed) for seed in (1, 2, 3)]
        seconds = sorted(value for day in days for value in day.seconds)
        total = len(seconds)
        errors, dollars, mean = sum(day.errors for day in days) / total, sum(day.dollars for day in days) / total, sum(seconds) / total
        losses[name] = mean / MEAN_SECONDS + dollars / MEAN_DOLLARS + ERROR * errors
        print(f"{name:<16}{dollars * 1000:>10.2f}{mean:>9.2f}{seconds[int(total * 0.95)]:>8.2f}{errors:>9.1%}{losses[name]:>8.2f}")
    return (losses["round robin"] - losses["learn"]) / (losses["round robin"] - losses["oracle"])


def decisions() -> float:
    """Print what a decision among 20 costs; return the worst of those that know where to go."""
    nodes = [Deployment(f"p{number}/m", weight=number + 1) for number in range(20)]
    trees: dict[str, Any] = {"fallback": Fallback(nodes)}
    trees |= {by: Balance(nodes, by=by) for by in ("weights", "round_robin", "least_busy", "latency", "cost", "affinity")}
    trees |= {"learn": Learn(nodes), "split": Split(nodes), "split by weight": Split(nodes, weights=tuple(range(1, 21)))}
    units: list[float] = []
    found: dict[str, float] = {}
    for name, node in trees.items():
        call = call_of(Virtual())
        router = Router({"x": node}, source=Random(1), sources=Blank())
        run(router(call, _answer))
        for one in router._builder.candidates.values():
            for number in range(5):
                one.record.add(1000.0, 1.0 + number / 10, failed=False, cost=0.01)
        for _ in range(100):
            router.decide(call)
        found[name] = float("inf")
        for _ in range(ROUNDS):  # in turn, so that a busy machine slows down both
            found[name] = min(found[name], timeit.timeit(lambda router=router, call=call: router.decide(call), number=100) * 1e4)
            units.append(timeit.timeit("sum(range(1000))", number=20) / 20 * 1e6)
    unit = min(units)
    print(f"\ndecision among 20, us (beside them a plain `sum(range(1000))` took {unit:.1f} us)")
    for name, took in found.items():
        print(f"  {name:<16}{took:>7.1f}   = {took / unit:.2f} sums")
    return max(found.values())


async def _answer(call: Call) -> CompletionResponse:
    return CompletionResponse(model=call.model)


def main() -> int:
    gained = replay()
    print(f"the learner goes {gained:.0%} of the way from round robin to the oracle")
    worst = decisions()
    print(f"worst {worst:.1f} us, target {TARGET:g} us")
    return 0 if gained > 0.7 else 1


if __name__ == "__main__":
    sys.exit(main())
