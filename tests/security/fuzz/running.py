"""Share the time among the targets and the targets among processes, and gather what came of each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tests.security.fuzz.corpus import keep, kept
from tests.security.fuzz.playing import Result, read

_UNITS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_EDGES = re.compile(r"\bcov: (\d+)")
_ROOT = Path(__file__).resolve().parents[3]
_AT_ONCE = 8
_SHORT = 60.0
"""Targets of one process, in a run that is longer than so many seconds: what is imported is imported once for all of them."""


class Run(NamedTuple):
    """What is asked for."""

    engine: str
    seconds: float
    """For each target."""
    inputs: int
    seed: int
    folder: Path
    jobs: int


def run(names: Sequence[str], asked: Run, told: Callable[[Result], object]) -> list[Result]:
    """Play all targets; `told` gets each result when it is there."""
    share = -(-len(names) // asked.jobs)
    size = 1 if asked.engine == "atheris" else share if asked.seconds * share < _SHORT else min(_AT_ONCE, share)
    groups = [names[first : first + size] for first in range(0, len(names), size)]
    found: list[Result] = []
    with ThreadPoolExecutor(asked.jobs) as pool:
        for future in as_completed([pool.submit(_group, group, asked) for group in groups]):
            for result in future.result():
                found.append(result)
                told(result)
    return sorted(found, key=lambda result: names.index(result.target))


def _group(names: Sequence[str], asked: Run) -> list[Result]:
    if asked.engine == "atheris":
        return [_watched(names[0], asked)]
    words = [asked.engine, str(asked.seconds), str(asked.inputs), str(asked.seed), str(asked.folder), *names]
    ended = _process("tests.security.fuzz.worker", words)
    return list(_read(names, asked, ended))


def _read(names: Sequence[str], asked: Run, ended: subprocess.CompletedProcess[str]) -> Iterator[Result]:
    for name in names:
        file = asked.folder / f"{name}.json"
        if file.is_file():
            yield read(file)
        elif (asked.folder / f"{name}.begun").is_file():
            yield _died(name, asked.engine, ended)


def _watched(name: str, asked: Run) -> Result:
    """Play one target in a process of atheris' own, which tells its numbers only in words."""
    file, corpus = asked.folder / f"{name}.json", asked.folder / f"{name}.corpus"
    words = [name, str(asked.seconds), str(asked.inputs or -1), str(asked.seed % 2**31), str(file), str(corpus)]
    ended = _process("tests.security.fuzz.engines.atheris_engine", words)
    units, edges = _UNITS.findall(ended.stderr), [int(number) for number in _EDGES.findall(ended.stderr)]
    if ended.returncode or not units:
        return _died(name, "atheris", ended)
    result = read(file) if file.is_file() else Result(target=name, engine="atheris")
    result.inputs, result.seconds = int(units[-1]), asked.seconds
    result.new = edges[-1] - edges[0] if edges else 0
    known = set(kept(name))
    keep(name, [data for path in sorted(corpus.iterdir()) if (data := path.read_bytes()) not in known], asked.folder)
    return result


def _process(module: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=environment, cwd=_ROOT)


def _died(name: str, engine: str, ended: subprocess.CompletedProcess[str]) -> Result:
    told = "\n".join(ended.stderr.splitlines()[-12:])
    return Result(target=name, engine=engine, finds=[("process-died", f"the process ended with {ended.returncode}\n{told}", "")])
