"""What each layer of the pipeline adds to a call that has nothing to wait for.

    python -m benchmarks.layers [--rounds 50]

A layer's cost is the time of a call through it and an empty handler, less that of the handler alone; the least of many rounds, as
others share the machine. To add a layer, add a row to `CASES`; to add a single step, one to `STEPS`.
"""

from __future__ import annotations

import argparse
import timeit
from collections.abc import Callable
from typing import Any

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.circuit import BreakerRules, Circuit
from llmkit.pipeline.concurrency import AdaptiveLimit, Concurrency
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.hedge import Hedge
from llmkit.pipeline.order import ordered
from llmkit.pipeline.places import Places
from llmkit.pipeline.retry import Retry
from llmkit.runtime.blocking import Blocking
from llmkit.types.responses import Attempt

CASES: dict[str, Callable[[], Any]] = {
    "retry": Retry,
    "failover": Failover,
    "breaker": Breaker,
    "breaker, slow calls too": lambda: Breaker(BreakerRules(slow_seconds=10.0)),
    "concurrency, fixed": Concurrency,
    "concurrency, adaptive": lambda: Concurrency(AdaptiveLimit()),
    "hedge, its share used up": lambda: Hedge(share=1e-9),
    "hedge, ready (a thread a call)": lambda: Hedge(share=1.0),
}
"""How each layer is made. Those that are on together in the sum are named in `TOGETHER`."""
TOGETHER = ("retry", "failover", "breaker", "concurrency, adaptive", "hedge, its share used up")
LIMITS = {"all together": 40.0, "breaker, record of a success": 1.0, "breaker, record of a failure": 1.0}
"""Microseconds."""
ANSWER = CompletionResponse(model="m", attempts=(Attempt(provider="a", model="m", seconds=0.5),))


async def handler(call: Call) -> CompletionResponse:
    """Answer at once."""
    return ANSWER


def call() -> Call:
    """Return a call without a deadline."""
    return Call(
        request=CompletionRequest(model="a/m", messages=(Message.user("Hi"),)),
        models=("a/m",),
        model="a/m",
        runtime=Blocking(),
        timeouts=Timeouts(),
        deadline=None,
        budget=Budget(2),
    )


def through(*layers: Any) -> Callable[[], None]:
    """Return a call through the layers."""
    pipeline, asked = compose(ordered(layers), handler), call()

    def once() -> None:
        coroutine: Any = pipeline(asked)
        try:
            coroutine.send(None)
        except StopIteration:
            return

    return once


def success() -> Callable[[], Any]:
    circuit = Circuit(BreakerRules(), 1000.0)
    permit = circuit.admit(1000.0)
    assert permit is not None
    return lambda: circuit.succeed(permit, 1000.0, 0.5)


def failure() -> Callable[[], Any]:
    """Failures of a deployment that was well for long: each is judged, none opens it."""
    circuit = Circuit(BreakerRules(), 1000.0)
    permit = circuit.admit(1000.0)
    assert permit is not None
    for _ in range(100_000):
        circuit.succeed(permit, 1000.0, 0.5)
    return lambda: circuit.fail(permit, 1000.0)


def place() -> Callable[[], Any]:
    places = Places(8, 8)

    def once() -> None:
        taken = places.take(1000.0)
        assert taken is not None
        places.release(taken)

    return once


STEPS: dict[str, Callable[[], Callable[[], Any]]] = {
    "breaker, record of a success": success,
    "breaker, record of a failure": failure,
    "concurrency, take and release": place,
}


def microseconds(work: Callable[[], Any], rounds: int, number: int = 500) -> float:
    """Return the time of the quickest round."""
    return min(timeit.repeat(work, number=number, repeat=rounds)) / number * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args().rounds
    bare = microseconds(through(), rounds)
    figures = {name: microseconds(through(make()), rounds) - bare for name, make in CASES.items()}
    figures["all together"] = microseconds(through(*[CASES[name]() for name in TOGETHER]), rounds) - bare
    figures |= {name: microseconds(make(), rounds) for name, make in STEPS.items()}
    print(f"{'(handler alone)':32} {bare:8.2f} us")
    for name, value in figures.items():
        limit = f"  limit {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:32} {value:8.2f} us{limit}")


if __name__ == "__main__":
    main()
