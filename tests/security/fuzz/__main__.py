"""Fuzz: throw bytes at everything that reads what comes from outside, and say what broke."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.security.fuzz.corpus import FINDS, add_find, keep, kept
from tests.security.fuzz.engines import NAMES, available
from tests.security.fuzz.playing import Result
from tests.security.fuzz.pruning import pruned
from tests.security.fuzz.record import add, total
from tests.security.fuzz.running import Run, run
from tests.security.fuzz.table import shown, told
from tests.security.fuzz.targets import named, target

ENOUGH = 15.0
"""Seconds for a target below which atheris is not worth its beginning."""


def main(words: list[str]) -> int:
    """Run the command; return 1 where something was found."""
    options = _options(words)
    names = named(options.targets)
    if options.list or not names:
        print("\n".join(names or named([])))
        return 0 if options.list else 2
    each = options.seconds * options.jobs / len(names)
    engine = options.engine or ("atheris" if "atheris" in available() and each >= ENOUGH else "random")
    with tempfile.TemporaryDirectory(prefix="llmkit-fuzz-") as folder:
        asked = Run(engine, each, options.inputs, options.seed, Path(folder), options.jobs)
        begun, done = time.monotonic(), 0

        def progress(result: Result) -> None:
            nonlocal done
            done += 1
            told(result, done, len(names), time.monotonic() - begun)

        results = run(names, asked, progress)
        if options.keep:
            _grow(names, Path(folder))
    shown(results)
    files = [_written(result.target, name, words, data, options.finds) for result in results for name, words, data in result.finds]
    if options.record:
        add(results)
        print(f"{total():,} inputs in all recorded runs.")
    return 1 if files else 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help="a target, or how several begin: stream, stream.openai_chat (none: all)"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together, on each job's core (default: 60)")
    parser.add_argument("--inputs", type=int, default=0, help="the most for each target (default: no limit)")
    parser.add_argument("--engine", choices=NAMES, help=f"default: atheris where each target gets {ENOUGH:.0f} s or more, else random")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (default: 2)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**31, help="the same seed gives the same inputs (default: the time)")
    parser.add_argument("--keep", action="store_true", help="add inputs that reach new code to the corpus")
    parser.add_argument("--record", action="store_true", help="write the numbers down in RUNS.md")
    parser.add_argument(
        "--finds", type=Path, default=FINDS, metavar="FOLDER", help="where inputs that break something go (default: the tests')"
    )
    parser.add_argument("--list", action="store_true", help="print the targets")
    return parser.parse_args(words)


def _grow(names: list[str], folder: Path) -> None:
    for name in names:
        before, fresh = kept(name), kept(name, folder)
        if fresh:
            keep(name, pruned(target(name), [*before, *sorted(fresh, key=len)[:150]]))


def _written(name: str, find: str, words: str, data: str, folder: Path) -> Path:
    file = add_find(name, find, data.encode("latin-1"), folder)
    print(f"\n{name}: {words}\n  the input: {file}", file=sys.stderr)
    return file


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
