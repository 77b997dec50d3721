"""Score the texts on standard input by another detector; runs where that is installed, and knows nothing of LLMKit."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable


def picket() -> Callable[[str], float]:
    """Return the local rule of aicordon. It has no score of its own: found is 1."""
    from aicordon import picket as product

    detector = product.load()
    return lambda text: float(detector.check(text).flagged)


def forcefield() -> Callable[[str], float]:
    """Return the score of risk of forcefield, without its optional models and without a message home."""
    os.environ.setdefault("FORCEFIELD_TELEMETRY", "0")
    import forcefield as product

    guard = product.Guard()
    return lambda text: float(guard.scan(text).risk_score)


def main() -> None:
    """Print the scores as one line of JSON."""
    score = {"picket": picket, "forcefield": forcefield}[sys.argv[1]]()
    texts = json.load(sys.stdin)
    begun = time.perf_counter()
    scores = [score(text) for text in texts]
    took = 1000 * (time.perf_counter() - begun) / max(1, len(texts))
    print(json.dumps({"scores": scores, "milliseconds": took}))


if __name__ == "__main__":
    main()
