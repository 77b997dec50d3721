"""How much was fuzzed, and what of it is broken."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.security.claim import Figure
from tests.security.fuzz.corpus import finds, kept
from tests.security.fuzz.judging import guarded, judged
from tests.security.fuzz.playing import Result
from tests.security.fuzz.record import total
from tests.security.fuzz.running import Run, run
from tests.security.fuzz.targets import named, targets

SECONDS = 20.0
WANTED = 20_000_000


def inputs() -> Figure:
    """Fuzz every target for a moment; the numbers of the long runs are those that were written down."""
    names = named([])
    with tempfile.TemporaryDirectory(prefix="llmkit-fuzz-") as folder:
        results = run(names, Run("random", 2 * SECONDS / len(names), 0, 0, Path(folder), 2), _nothing)
    played = sum(result.inputs for result in results)
    broken = [f"{result.target}: {words.splitlines()[0]}" for result in results for _, words, _ in result.finds]
    silent = sorted(set(names) - {result.target for result in results if result.inputs})
    notes = (*broken, *[f"{name} was not played" for name in silent])
    return Figure(
        met=not notes and total() >= WANTED,
        measured=f"{len(broken)} finds in {played:,} inputs now; {total():,} in all runs",
        wanted=f"0 finds; {WANTED:,} inputs in all",
        notes=notes,
    )


def regressions() -> Figure:
    """Play every input that once broke something, and the whole corpus."""
    played, broken = 0, []
    with guarded():
        for name, target in targets().items():
            for data in (*finds(name), *kept(name)):
                played += 1
                find = judged(target, data)[1]
                if find is not None:
                    broken.append(f"{name}: {find.kind}")
    once = sum(1 for name in targets() for _ in finds(name))
    notes = tuple(sorted(set(broken)))
    return Figure(
        met=played > 0 and not broken, measured=f"{len(broken)} of {played:,} ({once} once broke something)", wanted="0", notes=notes
    )


def _nothing(result: Result) -> None:
    """Tell nobody: the figure is told as a whole."""
