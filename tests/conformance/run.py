"""Check many interactions, in several processes."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from tests.conformance.check import check
from tests.conformance.corpus import files, interactions

SHARES = 4
"""Into how many pieces a large file is cut, so that the processes end together."""
LARGE = 10_000_000
RARE = 300_000

Key = tuple[str, str, str, bool]
"""Dialect, API, provider, and whether the interactions are fixtures."""


@dataclass
class Result:
    """The verdicts of one row of the table."""

    total: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    reasons: list[tuple[str, str, str]] = field(default_factory=list)
    """Phase, interaction and reason of every failure."""

    def add(self, other: Result) -> None:
        """Take in another result."""
        self.total += other.total
        self.passed += other.passed
        self.failed += other.failed
        self.reasons += other.reasons


Results = dict[Key, Result]


def run(*, dialect: str | None = None, processes: int = 2) -> Results:
    """Check the whole corpus."""
    jobs = [(file, share, dialect) for file in files() for share in range(SHARES if file.stat().st_size > LARGE else 1)]
    if processes == 1:
        return _merged(map(_job, jobs))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return _merged(pool.imap_unordered(_job, jobs))


def core() -> Results:
    """Check a third of tier 1, the small diverse subset; of what is recorded rarely, all of it."""
    results: Results = {}
    for file in files():
        every = 3 if file.stat().st_size > RARE else 1
        _check_file(results, file, lambda id_, tier, every=every: tier == 1 and crc32(id_.encode()) % every == 0, core=True)
    return results


def _job(job: tuple[Path, int, str | None]) -> Results:
    file, share, dialect = job
    shares = SHARES if file.stat().st_size > LARGE else 1
    results: Results = {}
    _check_file(results, file, lambda id_, tier: crc32(id_.encode()) % shares == share, dialect)
    return results


def _check_file(
    results: Results, file: Path, wanted: Callable[[str, int], bool], dialect: str | None = None, *, core: bool = False
) -> None:
    for interaction in interactions(file, wanted, core=core):
        if dialect in (None, interaction.dialect):
            result = results.setdefault((interaction.dialect, interaction.api, interaction.provider, interaction.fixture), Result())
            verdict = check(interaction)
            result.total += 1
            for phase, reason in verdict.phases.items():
                if reason is None:
                    result.passed[phase] += 1
                else:
                    result.failed[phase] += 1
                    result.reasons.append((phase, verdict.id, reason))


def _merged(parts: Iterable[Results]) -> Results:
    results: Results = {}
    for part in parts:
        for key, result in part.items():
            results.setdefault(key, Result()).add(result)
    return results
