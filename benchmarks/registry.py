"""What the registry of models holds and costs: its size, first and later look-ups, a full scan, memory.

python -m benchmarks.registry [--rounds 7]

Figures are medians over fresh processes; times are wall time of one thread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys

from llmkit.models.registry import PACKAGED

_MEASURE = """
import json, sys, time, tracemalloc
def rss():
    import resource
    with open("/proc/self/statm") as file: return int(file.read().split()[1]) * resource.getpagesize() / 2**20
import llmkit
assert "llmkit.models" not in sys.modules
from llmkit import LLMKit
with LLMKit() as kit:
    import llmkit.models_face
    begun = time.perf_counter(); import llmkit.models.registry, llmkit.models.installed; imported = time.perf_counter() - begun
    before = rss(); models = kit.models
    begun = time.perf_counter(); models.get({first!r}); first = time.perf_counter() - begun
    memory = rss() - before
    begun = time.perf_counter(); models.get({second!r}); second = time.perf_counter() - begun
    names = [{first!r}] * 10000
    get = models.registry.get
    begun = time.perf_counter()
    for name in names: get(name)
    later = (time.perf_counter() - begun) / len(names)
    begun = time.perf_counter(); models.get("gpt-5"); bare = time.perf_counter() - begun
    begun = time.perf_counter(); models.get("openai/GPT_5"); alike = time.perf_counter() - begun
    begun = time.perf_counter(); count = sum(1 for _ in models); scan = time.perf_counter() - begun
    begun = time.perf_counter(); sum(1 for _ in models); again = time.perf_counter() - begun
    begun = time.perf_counter(); models.find(can=["tools"], max_input_price=1, sort="price", limit=10); find = time.perf_counter() - begun
print(json.dumps(dict(imported=imported*1e3, first=first*1e3, second=second*1e3, later=later*1e6, bare=bare*1e3, alike=alike*1e3,
                      scan=scan*1e3, again=again*1e3, find=find*1e3, memory=memory, count=count)))
"""
ROWS = (
    ("imported", "import of the look-up code, ms", None),
    ("first", "first look-up of a known id, ms", 2),
    ("second", "first look-up at the largest provider, ms", 2),
    ("later", "later look-ups, us", 1),
    ("bare", "first look-up without provider, ms", None),
    ("alike", "first look-up of another spelling, ms", None),
    ("scan", "full scan, ms", 150),
    ("again", "second full scan, ms", 150),
    ("find", "find over everything, ms", None),
    ("memory", "memory for the first look-up, MB", 2),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    code = _MEASURE.format(first="openai/gpt-5", second="openrouter/openai/gpt-5")
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) for _ in range(rounds)
    ]
    print(f"{PACKAGED.name}: {PACKAGED.stat().st_size:,} bytes, {runs[0]['count']:,} models")
    for name, title, limit in ROWS:
        value = statistics.median(run[name] for run in runs)
        low = min(run[name] for run in runs)
        print(f"{title:45} {value:9.3f}  (least {low:.3f})" + (f"  limit {limit}" if limit else ""))


if __name__ == "__main__":
    main()
