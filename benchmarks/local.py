"""How the embedded model feels: process start to first token, tokens a second, peak memory, all through the public client.

Run `python benchmarks/local.py [rounds]`. Each round is a process of its own; prints each round and the best.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

QUESTION = "What is the capital of France?"
TARGETS = {"first token s": 2.0, "peak MiB": 320}


def once(started: float) -> dict[str, float]:
    """Ask twice in this process: the first answer pays for the load, the second shows the speed."""
    from llmkit import LLMKit

    imported = time.time()
    cpu = time.process_time()
    with LLMKit() as kit:
        with kit.stream("local/default", QUESTION, max_tokens=32) as stream:
            next(event for event in stream if event.text)
            first = time.time()
            stream.response()
        begun, cpu = time.time(), time.process_time()
        reply = kit.complete("local/default", "Explain what an API gateway is.", max_tokens=100)
        seconds, cpu = time.time() - begun, time.process_time() - cpu
    tokens = reply.usage.output if reply.usage else 0
    return {
        "import s": imported - started,
        "first token s": first - started,
        "tokens/s": tokens / seconds,
        "tokens/CPU-s": tokens / cpu,
        "peak MiB": _peak(),
    }


def _peak() -> float:
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Run the rounds."""
    rounds = []
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        command = [sys.executable, __file__, "--once", str(time.time())]
        rounds.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
        print("  ".join(f"{name} {value:.2f}" for name, value in rounds[-1].items()))
    for name in rounds[0]:
        pick = max if name.startswith("tokens") else min
        target = f"  (target {TARGETS[name]:g})" if name in TARGETS else ""
        print(f"best {name}: {pick(found[name] for found in rounds):.2f}{target}")


if __name__ == "__main__":
    if "--once" in sys.argv:
        print(json.dumps(once(float(sys.argv[-1]))))
    else:
        main()
