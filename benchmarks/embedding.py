"""100,000 embeddings through the client: time, and memory beside the result.

python -m benchmarks.embedding [--count 100000] [--dimensions 384]

The server is another process on loopback that answers with base64 like the largest provider; inputs come from a generator.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import threading
from array import array
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

from llmkit import LLMKit
from llmkit.testing import FakeHost, Received

MODEL = "openai/text-embedding-3-small"
MOST_MORE = 24 * 2**20
"""Bytes beside the result that five times as many may need more: what is under way does not grow with them."""


def serve(dimensions: int, address: Any, stop: Any) -> None:
    vector = b64encode(array("f", [0.25] * dimensions).tobytes()).decode()

    def answer(request: Received) -> dict[str, Any]:
        count = request.body.count(b"This is the text")
        return {"data": [{"index": place, "embedding": vector} for place in range(count)], "usage": {"prompt_tokens": count}}

    with FakeHost() as host:
        host.on("POST /embeddings", answer)
        address.put(host.url)
        stop.wait()


def resident() -> int:
    """Return the bytes in memory now; where the system does not tell, the most there ever were."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:")).split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def texts(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"This is the text with the number {number}, and it says nothing else."


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=384)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    address, stop = context.Queue(), context.Event()
    server = context.Process(target=serve, args=(options.dimensions, address, stop), daemon=True)
    server.start()
    url = address.get(timeout=30)
    with LLMKit(keys={"openai": "k"}, base_urls={"openai": url}) as kit:
        kit.embed(MODEL, texts(10_000))  # everything is imported, the connections are open
        fewer, more = measured(kit, options.count // 5), measured(kit, options.count)
    stop.set()
    return 0 if more - fewer < MOST_MORE else 1


def measured(kit: LLMKit, count: int) -> int:
    """Embed, print, and return the bytes in memory beside the result."""
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, resident())

    before, begun = resident(), process_time()
    watcher = threading.Thread(target=watch)
    watcher.start()
    reply = kit.embed(MODEL, texts(count))
    spent = process_time() - begun
    done.set()
    watcher.join()
    beside = peak - before - len(reply.data)
    print(f"{len(reply):,} vectors of {reply.dimensions}: {spent:.2f} s CPU, {spent / len(reply) * 1e6:.0f} us each, ", end="")
    print(f"result {len(reply.data) / 2**20:.0f} MiB, beside it at most {beside / 2**20:.0f} MiB more than before")
    return beside


if __name__ == "__main__":
    sys.exit(main())
