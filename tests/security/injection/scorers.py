"""What gives a text a score: our screen, and other detectors in an environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmkit.guardrails import injection_score
from tests.security.injection.sets import ROOT

PLACE = ROOT / ".venvs" / "rivals"
RIVALS = ("picket", "forcefield")
OURS = "llmkit"
FLAGGED = {OURS: 0.6, "picket": 0.5, "forcefield": 0.5}
"""The score from which a text counts as found: our documentation's; the others' flag, and the middle of the scale."""


@dataclass(frozen=True)
class Scores:
    """Scores of texts in their order, and what scoring took in milliseconds a text."""

    scores: tuple[float, ...]
    milliseconds: float


def scored(name: str, texts: Sequence[str]) -> Scores:
    """Return the scores by a detector. Raises `FileNotFoundError` where its environment is not installed."""
    if name == OURS:
        begun = time.perf_counter()
        found = tuple([injection_score(text) for text in texts])
        return Scores(found, 1000 * (time.perf_counter() - begun) / max(1, len(texts)))
    python = PLACE / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        raise FileNotFoundError("the packages of requirements/rivals.txt are not installed")
    program = Path(__file__).with_name("rival.py")
    done = subprocess.run([python, "-I", program, name], input=json.dumps(list(texts)), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Scores(tuple(told["scores"]), told["milliseconds"])


Scorer = Callable[[str, Sequence[str]], Scores]
