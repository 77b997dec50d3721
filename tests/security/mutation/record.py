"""Every sample that was played, written down: `RUNS.md`, a line a sample and module."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tests.security.mutation.areas import AREAS, ROOT, Area
from tests.security.mutation.running import Score

PAGE = Path(__file__).parent / "RUNS.md"
_HEAD = """# Mutation samples so far

Written by `python -m tests.security.mutation --record`. A mutant is the code with one small change: an operator, a number, a word, an
argument, a branch. It is killed when a test of its area fails, or never ends. Each line is a random sample, drawn anew, of all
mutants of an area, by module; it counts for the estimate as long as the area's modules and tests are those of its mark. Not counted
as mutants are those of lines that only put the words of a message together (`PROSE` in `areas.py`), and what stands outside functions,
which the tool does not change. Mutants that behave as the original does cannot be killed; they count as survivors.

| date | area | mark | module | mutants | killed |
|---|---|---|---|---:|---:|
"""
_LINE = re.compile(r"\| (\S+) \| (\w+) \| (\w+) \| (\S+) \| (\d+) \| (\d+) \|")


@dataclass(frozen=True)
class Entry:
    """What became of the mutants of one module in one sample."""

    date: str
    area: str
    mark: str
    module: str
    mutants: int
    killed: int


def mark(area: Area) -> str:
    """Return what changes when a module or a test of the area does."""
    found = hashlib.sha256(repr(area).encode())
    places = [ROOT / name for name in (*area.modules(), *area.tests)]
    for place in places:
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def entries(page: Path = PAGE) -> list[Entry]:
    """Return all that was written down."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    return [Entry(match[1], match[2], match[3], match[4], int(match[5]), int(match[6])) for match in _LINE.finditer(text)]


def write(area: Area, score: Score, date: str, page: Path = PAGE) -> None:
    """Write a sample down."""
    marked = mark(area)
    text = page.read_text(encoding="utf-8") if page.is_file() else _HEAD
    lines = [
        f"| {date} | {area.name} | {marked} | {module} | {part.mutants} | {part.killed} |\n"
        for module, part in sorted(score.modules.items())
    ]
    page.write_text(text + "".join(lines), encoding="utf-8")


def counted(area: Area, found: list[Entry]) -> tuple[int, int]:
    """Return the mutants and the killed of the samples that were drawn of the area as it is now."""
    marked = mark(area)
    same = [entry for entry in found if entry.area == area.name and entry.mark == marked]
    return sum(entry.mutants for entry in same), sum(entry.killed for entry in same)


def latest(area: Area, found: list[Entry]) -> tuple[int, int]:
    """Return the mutants and the killed of the samples of the area's last mark, whether or not it changed since."""
    last = next((entry.mark for entry in reversed(found) if entry.area == area.name), "")
    same = [entry for entry in found if entry.area == area.name and entry.mark == last]
    return sum(entry.mutants for entry in same), sum(entry.killed for entry in same)


def named(names: list[str]) -> list[Area]:
    """Return the areas of these names; all where none is named. Raises `ValueError` for one that is not there."""
    known = {area.name: area for area in AREAS}
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"no such area: {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names or known]
