"""Run the benchmarks: `python -m benchmarks [start calls transport registry cost layers tokens local]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAMES = ("start", "calls", "transport", "registry", "cost", "layers", "tokens", "routing", "guardrails", "batch", "embedding", "local")


def main() -> int:
    wanted = sys.argv[1:] or [name for name in NAMES if Path(__file__).with_name(f"{name}.py").exists()]
    worst = 0
    for name in wanted:
        print(f"=== {name}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
