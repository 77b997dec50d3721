"""What it costs to let a call through: retry, breaker, rate limit and concurrency, alone and together, and their single steps.

    python -m benchmarks.admission [--rounds 300]

Each round measures every case once, in turn, so that what else the machine does meets all alike; the least of all rounds counts. A
layer's cost is the time of a call through it and an empty handler, less that of the handler alone.
"""

from __future__ import annotations

import argparse
import timeit
from collections.abc import Callable
from typing import Any

from llmkit import CompletionRequest, CompletionResponse, Message, Timeouts
from llmkit.limits.limit import Limit
from llmkit.limits.rate import Charge, Rate
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.call import Budget, Call, compose
from llmkit.pipeline.circuit import BreakerRules, Circuit
from llmkit.pipeline.concurrency import AdaptiveLimit, Concurrency
from llmkit.pipeline.order import ordered
from llmkit.pipeline.places import Places
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.pipeline.retry import Retry
from llmkit.pipeline.size import most_tokens
from llmkit.runtime.blocking import Blocking
from llmkit.stores.memory import MemoryRates
from llmkit.tokens import count
from llmkit.types.reply import Attempt
from llmkit.types.usage import Usage

NUMBER = 40
PLENTY = 10**12
ANSWER = CompletionResponse(model="m", usage=Usage(uncached=300, output_text=60), attempts=(Attempt(provider="a", model="m", seconds=0.5),))
WORDS = "The quick brown fox jumps over the lazy dog, then writes 3 lines of code: for x in range(10): print(x)\n" * 10
REQUEST = CompletionRequest(model="openai/gpt-4.1-mini", messages=(Message.system("Be brief."), Message.user(WORDS)))
LIMITS = {
    "retry, breaker, rate limit, concurrency": 12.0,
    "limiter, one check": 1.0,
    "breaker, record of a success": 1.0,
    "breaker, record of a failure": 1.0,
    "input tokens of 1 kB": 10.0,
}
"""Microseconds that are not to be exceeded."""


def requests() -> RateLimit:
    return RateLimit(limits=(Limit(requests=PLENTY, per=1.0),))


def tokens(how: Any = "quick") -> RateLimit:
    return RateLimit(limits=(Limit(requests=PLENTY, tokens=PLENTY, per=1.0),), count=how)


LAYERS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "(handler alone)": lambda: (),
    "retry": lambda: (Retry(),),
    "breaker": lambda: (Breaker(),),
    "rate limit": lambda: (requests(),),
    "rate limit, tokens too": lambda: (tokens(),),
    "rate limit, tokens counted closely": lambda: (tokens("close"),),
    "concurrency": lambda: (Concurrency(),),
    "concurrency, adaptive": lambda: (Concurrency(AdaptiveLimit()),),
    "retry, breaker, rate limit, concurrency": lambda: (Retry(), Breaker(), requests(), Concurrency()),
    "the four, tokens too": lambda: (Retry(), Breaker(), tokens(), Concurrency()),
}


async def handler(call: Call) -> CompletionResponse:
    """Answer at once."""
    return ANSWER


def through(layers: tuple[Any, ...]) -> Callable[[], None]:
    """Return a new call through the layers, each time: what is remembered of one must not make the next cheaper."""
    pipeline, runtime, timeouts = compose(ordered(layers), handler), Blocking(), Timeouts()
    models = ("openai/gpt-4.1-mini",)

    def once() -> None:
        call = Call(request=REQUEST, models=models, model=models[0], runtime=runtime, timeouts=timeouts, deadline=None, budget=Budget(2))
        coroutine: Any = pipeline(call)
        try:
            coroutine.send(None)
        except StopIteration:
            return

    return once


def check() -> Callable[[], Any]:
    store, charges = MemoryRates(), (Charge.of(("requests", "a"), Rate.of(PLENTY, 1.0), 1),)
    return lambda: store.take(charges, "pause", 1_000_000_000_000)


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
    for _ in range(1_000_000):
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
    "limiter, one check": check,
    "breaker, record of a success": success,
    "breaker, record of a failure": failure,
    "concurrency, take and release": place,
    "input tokens of 1 kB": lambda: lambda: most_tokens(REQUEST, "openai/gpt-4.1-mini"),
    "the same, counted closely": lambda: lambda: count(REQUEST, "gpt-4.1-mini", using="estimate"),
}


def measured(rounds: int) -> dict[str, float]:
    """Return the least microseconds of each case."""
    work = {name: through(make()) for name, make in LAYERS.items()} | {name: make() for name, make in STEPS.items()}
    least = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, once in work.items():
            least[name] = min(least[name], timeit.timeit(once, number=NUMBER) / NUMBER * 1e6)
    return least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    least = measured(parser.parse_args().rounds)
    bare = least["(handler alone)"]
    for name, value in least.items():
        own = value - bare if name in LAYERS and value != bare else value
        limit = f"  aim {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:40} {own:8.2f} us {own / bare:7.2f} of a bare call{limit}")


if __name__ == "__main__":
    main()
