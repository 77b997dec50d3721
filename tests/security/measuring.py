"""Measure claims, each in a process of its own, two at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from importlib import import_module

from tests.security.claim import Claim, Figure

AT_ONCE = 2
_PATIENCE = 10
_MARK = "figure: "


def figure_of(claim: Claim) -> Figure:
    """Measure a claim here and now."""
    module, _, function = claim.figure.partition(":")
    found: Figure = getattr(import_module(module), function)()
    return found


def written(figure: Figure) -> str:
    """Return the line by which a process tells its figure."""
    return _MARK + json.dumps(asdict(figure))


def measured(claims: Iterable[Claim], done: Callable[[Claim, Figure, float], object]) -> None:
    """Measure each claim in its own process, the longest first; `done` gets each with its figure and the seconds it took."""
    longest_first = sorted(claims, key=lambda claim: -claim.seconds)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(_measure, claim): claim for claim in longest_first}
        for future in as_completed(running):
            done(running[future], *future.result())


def _measure(claim: Claim) -> tuple[Figure, float]:
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.security", "figure", claim.id]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE * claim.seconds, check=False)
        figure = _read(ended)
    except subprocess.TimeoutExpired:
        figure = Figure(met=False, measured=f"nothing within {_PATIENCE * claim.seconds} s", wanted="a figure")
    return figure, time.monotonic() - begun


def _read(ended: subprocess.CompletedProcess[str]) -> Figure:
    lines = [line for line in ended.stdout.splitlines() if line.startswith(_MARK)]
    if ended.returncode or not lines:
        last = (ended.stderr.strip() or ended.stdout.strip() or "no word").splitlines()[-1]
        return Figure(met=False, measured=f"failed ({ended.returncode})", wanted="a figure", notes=(last,))
    found = json.loads(lines[-1].removeprefix(_MARK))
    return Figure(**{**found, "notes": tuple(found["notes"])})
