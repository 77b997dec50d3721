"""What each layer of the pipeline adds to a call that has nothing to wait for, and all of them together.

    python -m benchmarks.layers [--rounds 80] [--words 100]

Every round measures every case, one behind the other, each with fresh calls: what the machine does besides meets all alike. A layer's
cost is the least time of a call through it, less the least of the empty handler alone. To add a layer, add a row to `CASES`.
"""

from __future__ import annotations

import argparse
import gc
import logging
import time
import timeit
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from llmkit import CompletionRequest, Message, Timeouts
from llmkit.limits.limit import Limit
from llmkit.logs import CallLog
from llmkit.metering import Budget, Callback
from llmkit.metering.prices import ListedPrices
from llmkit.pipeline.breaker import Breaker
from llmkit.pipeline.budget import Budgets
from llmkit.pipeline.cache import Cache
from llmkit.pipeline.call import Budget as Tries
from llmkit.pipeline.call import Call, Scope, compose
from llmkit.pipeline.circuit import BreakerRules, Circuit
from llmkit.pipeline.concurrency import AdaptiveLimit, Concurrency
from llmkit.pipeline.failover import Failover
from llmkit.pipeline.guard import Guard
from llmkit.pipeline.hedge import Hedge
from llmkit.pipeline.hooks import Hooks
from llmkit.pipeline.meter import Meter
from llmkit.pipeline.order import ordered
from llmkit.pipeline.places import Places
from llmkit.pipeline.ratelimit import RateLimit
from llmkit.pipeline.retry import Retry
from llmkit.pipeline.singleflight import SingleFlight
from llmkit.runtime.blocking import Blocking
from llmkit.types.model_info import ModelInfo
from llmkit.types.parts import Text
from llmkit.types.price import Price
from llmkit.types.reply import Attempt
from llmkit.types.responses import CompletionResponse, FinishReason
from llmkit.types.usage import Cost, Usage

BATCH = 50
SOURCE = "figures of the original's layers, each alone and none of them wired into its client; measured on another machine"
ORIGINAL = {
    "limiter": "0.25 us (4 M/s), but it admitted 2,641 requests in 3 s at 10/s",
    "router": "4.4 us",
    "breaker": "6.2 us",
    "guardrails": "2.3 ms for 10.8 kB",
}
ANSWER = CompletionResponse(
    id="answer-1",
    model="m",
    provider="a",
    content=(Text(text="Because of Rayleigh scattering. " * 10),),
    finish=FinishReason(unified="stop"),
    usage=Usage(uncached=150, output_text=70),
    cost=Cost(amount=Decimal("0.00085"), basis="registry"),
    attempts=(Attempt(provider="a", model="m", seconds=0.5),),
)
PRICED = ModelInfo(provider="a", id="m", price=Price(rates={"input": Decimal(1), "output": Decimal(10)}), max_output=8192)


def budgets() -> Budgets:
    return Budgets([Budget(usd=10**6, per="day", by=("tenant",)), Budget(usd=10**7, per="month")], prices=ListedPrices([PRICED]))


def telemetry() -> Any:
    from llmkit.otel import Telemetry

    return Telemetry()


CASES: dict[str, Callable[[], Any]] = {
    "trace: telemetry without an SDK": telemetry,
    "trace: log that nobody reads": CallLog,
    "hooks: none given": Hooks,
    "guard: no rules": Guard,
    "cache: a miss that is kept": Cache,
    "single flight: alone": SingleFlight,
    "budget: two ledgers in memory": budgets,
    "meter: a sink that drops": lambda: Meter(Callback(lambda record: None, blocking=False)),
    "failover": Failover,
    "hedge: its share used up": lambda: Hedge(share=1e-9),
    "retry": Retry,
    "breaker": Breaker,
    "rate limit: requests": lambda: RateLimit(limits=(Limit(requests=10**12, per=1.0),)),
    "rate limit: requests and tokens": lambda: RateLimit(limits=(Limit(requests=10**12, tokens=10**14, per=1.0),)),
    "concurrency: adaptive": lambda: Concurrency(AdaptiveLimit()),
}
"""How each layer is made. Those of `ALONE` are not in the sum."""
ALONE = ("rate limit: requests",)
LIMITS = {"all together": 40.0, "budget: two ledgers in memory": 12.0, "breaker, record of a success": 1.0}
"""Microseconds that are the aim."""
SCOPE = Scope(tenant="acme", user="bob")
RUNTIME = Blocking()
TIMEOUTS = Timeouts()


async def handler(call: Call) -> CompletionResponse:
    """Answer at once."""
    return ANSWER


def calls(count: int, words: int, serial: list[int]) -> list[Call]:
    """Return so many calls without a deadline, each with words of its own: no cache has an answer to it."""
    made = []
    for _ in range(count):
        serial[0] += 1
        text = f"Why is the sky blue? ({serial[0]}) " + "word " * words
        request = CompletionRequest(model="a/m", messages=(Message.system("Be brief."), Message.user(text)), max_tokens=500)
        made.append(
            Call(
                request=request,
                models=("a/m",),
                model="a/m",
                runtime=RUNTIME,
                timeouts=TIMEOUTS,
                deadline=None,
                budget=Tries(2),
                scope=SCOPE,
            )
        )
    return made


def seconds(pipeline: Callable[[Call], Any], asked: list[Call]) -> float:
    """Return the processor's time for all calls, one behind the other: what others do meanwhile does not count."""
    begun = time.thread_time()
    for call in asked:
        try:
            pipeline(call).send(None)
        except StopIteration:
            continue
    return time.thread_time() - begun


def measured(pipelines: Mapping[str, Callable[[Call], Any]], rounds: int, words: int) -> dict[str, float]:
    """Return the least microseconds of a call through each."""
    least = dict.fromkeys(pipelines, float("inf"))
    serial = [0]
    for number in range(rounds + 2):
        for name, pipeline in pipelines.items():
            asked = calls(BATCH, words, serial)
            gc.disable()
            took = seconds(pipeline, asked) / BATCH * 1e6
            gc.enable()
            if number > 1:  # the first ones warm everything up
                least[name] = min(least[name], took)
    return least


def success() -> Callable[[], Any]:
    circuit = Circuit(BreakerRules(), 1000.0)
    permit = circuit.admit(1000.0)
    assert permit is not None
    return lambda: circuit.succeed(permit, 1000.0, 0.5)


def place() -> Callable[[], Any]:
    places = Places(8, 8)

    def once() -> None:
        taken = places.take(1000.0)
        assert taken is not None
        places.release(taken)

    return once


STEPS: dict[str, Callable[[], Callable[[], Any]]] = {"breaker, record of a success": success, "concurrency, take and release": place}


def step(work: Callable[[], Any], rounds: int, number: int = 500) -> float:
    """Return the time of the quickest round."""
    return min(timeit.repeat(work, number=number, repeat=rounds)) / number * 1e6


def yardstick() -> int:
    """Take as long as this machine is fast, to compare figures of two machines or hours."""
    total = 0
    for number in range(1000):
        total += number
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=80)
    parser.add_argument("--words", type=int, default=100, help="how many words a question has beside its own")
    options = parser.parse_args()
    logging.getLogger("llmkit").setLevel(logging.CRITICAL + 1)
    pipelines = {"handler alone": compose((), handler), **{name: compose((make(),), handler) for name, make in CASES.items()}}
    pipelines["all together"] = compose(ordered([make() for name, make in CASES.items() if name not in ALONE]), handler)
    least = measured(pipelines, options.rounds, options.words)
    bare = least.pop("handler alone")
    print(f"{'yardstick: 1,000 additions':36} {step(yardstick, options.rounds, 20):8.2f} us")
    print(f"{'handler alone':36} {bare:8.2f} us")
    shown = {name: value - bare for name, value in least.items()} | {name: step(make(), options.rounds) for name, make in STEPS.items()}
    for name, value in shown.items():
        aim = f"  aim {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:36} {value:8.2f} us{aim}")
    print(f"\nThe original ({SOURCE}):")
    for name, figure in ORIGINAL.items():
        print(f"{name:36} {figure}")


if __name__ == "__main__":
    main()
