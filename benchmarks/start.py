"""What it costs to import LLMKit, to have a client ready, and to keep one for ten thousand calls.

python -m benchmarks.start [--rounds 7]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

_MEASURE = """
import resource, time
def cpu(): return time.process_time() * 1000
def rss():
    with open("/proc/self/statm") as file: return int(file.read().split()[1]) * resource.getpagesize() / 2**20
c, r = cpu(), rss()
{code}
print(cpu() - c, rss() - r, rss())
"""
CASES = {
    "import llmkit": "import llmkit",
    "first client ready": (
        "import llmkit; kit = llmkit.LLMKit(keys={'openai': 'sk-x'}); kit._core.endpoints.plan('openai/gpt-4.1-mini')"
        "; import llmkit.transport.blocking_engine"
    ),
    "first async client ready": (
        "import llmkit; kit = llmkit.AsyncLLMKit(keys={'openai': 'sk-x'}); kit._core.endpoints.plan('openai/gpt-4.1-mini')"
        "; import llmkit.transport.asyncio_engine"
    ),
    "openai SDK, client ready": "import openai; openai.OpenAI(api_key='x')",
}
_CALLS = """
from benchmarks.server import running
from llmkit import LLMKit
def rss():
    import gc, resource
    gc.collect()
    with open("/proc/self/statm") as file: return int(file.read().split()[1]) * resource.getpagesize() / 2**20
with running() as port, LLMKit(keys={"openai": "sk-x"}, base_urls={"openai": f"http://127.0.0.1:{port}/v1"}) as kit:
    marks = []
    for n in range(10_001):
        kit.complete("openai/gpt-4.1-mini", "Why?")
        if n in (2000, 10_000): marks.append(rss())
print(*marks)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    figures: dict[str, list[list[float]]] = {name: [] for name in CASES}
    for _ in range(rounds):
        for name, code in CASES.items():
            done = subprocess.run([sys.executable, "-c", _MEASURE.format(code=code)], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                figures[name].append([float(word) for word in done.stdout.split()])
    for name, values in figures.items():
        if values:
            milliseconds, more, whole = (statistics.median(column) for column in zip(*values, strict=True))
            print(f"{name:28} {milliseconds:7.1f} ms CPU  +{more:5.1f} MB  {whole:5.1f} MB in all")
    done = subprocess.run([sys.executable, "-c", _CALLS], capture_output=True, text=True, check=True)
    early, late = (float(word) for word in done.stdout.split())
    print(f"10,000 calls: {late:.1f} MB, {late - early:+.2f} MB since call 2,000 (limits 30 and 0.5)")


if __name__ == "__main__":
    main()
