"""CPU of one call and of one stream chunk, next to the raw floor and the vendor's SDK, interleaved.

    python -m benchmarks.calls [--rounds 7] [--no-peer]

Figures are medians over the rounds, in microseconds of CPU (user and system) of the client's process.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.floor import RAW_PACED, AsyncFloor, BlockingFloor
from benchmarks.server import EVENTS, running
from llmkit import AsyncLLMKit, LLMKit

MODEL = "openai/gpt-4.1-mini"
ASK = "Why is the sky blue?"
CALLS, STREAMS = 1000, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    with running() as port:
        figures: dict[str, list[float]] = {}
        cases = [*sync_cases(port), *([] if options.no_peer else peer_cases(port))]
        gc.collect()
        gc.freeze()  # what the peer imported must not slow the collector for us
        for _ in range(options.rounds):
            for name, case, units in cases:
                figures.setdefault(name, []).append(cpu(case) / units)
            for name, value in loop_run(port, not options.no_peer):
                figures.setdefault(name, []).append(value)
        report({name: statistics.median(values) for name, values in figures.items()})


def cpu(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1e6


def repeat(call: Callable[[], Any]) -> None:
    for _ in range(CALLS):
        call()


def client(port: int, kind: type[Any], path: str = "v1") -> Any:
    return kind(keys={"openai": "sk-bench"}, base_urls={"openai": f"http://127.0.0.1:{port}/{path}"})


def sync_cases(port: int) -> list[tuple[str, Callable[[], Any], int]]:
    floor, kit = BlockingFloor(port), client(port, LLMKit)
    paced = client(port, LLMKit, "paced/v1")

    def stream(kit: Any, times: int) -> None:
        for _ in range(times):
            with kit.stream(MODEL, ASK) as running_stream:
                for event in running_stream:
                    _ = event.text

    floor.call()
    kit.complete(MODEL, ASK)
    return [
        ("sync floor", lambda: repeat(floor.call), CALLS),
        ("sync call", lambda: repeat(lambda: kit.complete(MODEL, ASK)), CALLS),
        ("sync chunk, batches", lambda: stream(kit, STREAMS * 3), STREAMS * 3 * len(EVENTS)),
        ("sync chunk, 1 ms apart", lambda: stream(paced, 2), 2 * len(EVENTS)),
    ]


def peer_cases(port: int) -> list[tuple[str, Callable[[], Any], int]]:
    try:
        import openai
    except ImportError:
        return []
    peer = openai.OpenAI(api_key="sk-bench", base_url=f"http://127.0.0.1:{port}/v1")
    messages: Any = [{"role": "user", "content": ASK}]

    def stream() -> None:
        for chunk in peer.chat.completions.create(model="gpt-4.1-mini", messages=messages, stream=True):
            _ = chunk.choices and chunk.choices[0].delta.content

    stream()
    return [
        (
            "sync call, openai SDK",
            lambda: [peer.chat.completions.create(model="gpt-4.1-mini", messages=messages) for _ in range(50)],
            50,
        ),
        ("sync chunk, openai SDK", lambda: [stream() for _ in range(2)], 2 * len(EVENTS)),
    ]


def loop_run(port: int, peer: bool) -> list[tuple[str, float]]:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(async_figures(port, peer))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(async_figures(port, peer))


async def async_figures(port: int, peer: bool) -> list[tuple[str, float]]:
    loop = asyncio.get_running_loop()
    floors = [(await loop.create_connection(AsyncFloor, "127.0.0.1", port))[1] for _ in range(100)]
    found: list[tuple[str, float]] = []

    async def measure(name: str, units: int, work: Callable[[], Awaitable[Any]]) -> None:
        begun = time.process_time()
        await work()
        found.append((name, (time.process_time() - begun) * 1e6 / units))

    async def again(times: int, call: Callable[[], Awaitable[Any]]) -> None:
        for _ in range(times):
            await call()

    async def together(calls: list[Callable[[], Awaitable[Any]]], times: int) -> None:
        await asyncio.gather(*(again(times, call) for call in calls))

    async with client(port, AsyncLLMKit) as kit, client(port, AsyncLLMKit, "paced/v1") as paced:

        async def stream(kit: Any) -> None:
            async with kit.stream(MODEL, ASK) as running_stream:
                async for event in running_stream:
                    _ = event.text

        async def ask() -> None:
            await kit.complete(MODEL, ASK)

        await ask()
        await measure("async floor", CALLS, lambda: again(CALLS, floors[0].call))
        await measure("async call", CALLS, lambda: again(CALLS, ask))
        await measure("async floor, 100 at once", 50 * 100, lambda: together([floor.call for floor in floors], 50))
        await together([ask] * 100, 2)
        await measure("async call, 100 at once", 50 * 100, lambda: together([ask] * 100, 50))
        await measure("async chunk, batches", STREAMS * 3 * len(EVENTS), lambda: again(STREAMS * 3, lambda: stream(kit)))
        await measure("async floor, 1 ms apart", 2 * len(EVENTS), lambda: again(2, lambda: floors[0].call(RAW_PACED)))
        await measure("async chunk, 1 ms apart", 2 * len(EVENTS), lambda: again(2, lambda: stream(paced)))
    for floor in floors:
        floor.transport.close()
    if peer:
        found += await async_peer(port)
    return found


async def async_peer(port: int) -> list[tuple[str, float]]:
    try:
        import openai
    except ImportError:
        return []
    messages: Any = [{"role": "user", "content": ASK}]
    async with openai.AsyncOpenAI(api_key="sk-bench", base_url=f"http://127.0.0.1:{port}/v1") as peer:
        await peer.chat.completions.create(model="gpt-4.1-mini", messages=messages)
        begun = time.process_time()
        for _ in range(50):
            await peer.chat.completions.create(model="gpt-4.1-mini", messages=messages)
        call = (time.process_time() - begun) * 1e6 / 50
        begun = time.process_time()
        async for chunk in await peer.chat.completions.create(model="gpt-4.1-mini", messages=messages, stream=True):
            _ = chunk.choices and chunk.choices[0].delta.content
        return [("async call, openai SDK", call), ("async chunk, openai SDK", (time.process_time() - begun) * 1e6 / len(EVENTS))]


def report(figures: dict[str, float]) -> None:
    limits = {"sync call": 140, "async call": 150, "async call, 100 at once": 100}
    limits |= {f"{face} chunk, {kind}": limit for face in ("sync", "async") for kind, limit in (("batches", 6), ("1 ms apart", 110))}
    for name in sorted(figures):
        value = figures[name]
        kind, _, way = name.partition(",")
        floor = figures.get(f"{kind.split()[0]} floor" + (f",{way}" if way and "SDK" not in way else ""))
        ratio = f"{value / floor:5.2f} x floor" if floor and "floor" not in name and ("chunk" not in kind or "apart" in way) else ""
        limit = f"limit {limits[name]}" if name in limits else ""
        print(f"{name:28} {value:9.1f} us  {ratio:14} {limit}")


if __name__ == "__main__":
    main()
