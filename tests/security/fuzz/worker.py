"""A process that plays some targets, one after the other.

`python -m tests.security.fuzz.worker ENGINE SECONDS INPUTS SEED FOLDER TARGET...`

What came of each stands in `FOLDER/TARGET.json`, inputs with new ways in `FOLDER/TARGET.jsonl`.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from random import Random

from tests.security.fuzz.corpus import keep
from tests.security.fuzz.engines import engine
from tests.security.fuzz.judging import guarded
from tests.security.fuzz.playing import Play, Result
from tests.security.fuzz.targets import target

_MEMORY = 4 << 30
"""Bytes of address space: an input that wants more is a find and does not take the machine with it."""


def play(name: str, kind: str, *, seconds: float, inputs: int, seed: int) -> tuple[Result, list[bytes]]:
    """Play one target in this process; return what came of it, and the inputs that took new ways."""
    one = Play(target(name), kind, seconds=seconds, inputs=inputs)
    with guarded():
        engine(kind)(one, Random(f"{seed} {name}"))
        return one.ended(), one.fresh


def main(words: list[str]) -> None:
    """Play the targets."""
    kind, seconds, inputs, seed, folder, *names = words
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for name in names:
        Path(folder, f"{name}.begun").touch()
        result, fresh = play(name, kind, seconds=float(seconds), inputs=int(inputs), seed=int(seed))
        keep(name, fresh, Path(folder))
        result.write(Path(folder, f"{name}.json"))


if __name__ == "__main__":
    main(sys.argv[1:])
