"""Print the conformance table: `python -m tests.conformance [--check] [--write] [--details FOLDER] [--dialect NAME]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.conformance import corpus, table
from tests.conformance.run import run

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a dialect is below the line")
    parser.add_argument("--write", action="store_true", help="write docs/conformance.md too")
    parser.add_argument("--details", type=Path, metavar="FOLDER", help="write every failure to FOLDER/mismatches-<dialect>.md")
    parser.add_argument("--dialect", choices=corpus.dialects(), help="this one alone")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if not corpus.files():
        print("SKIPPED: no recorded traffic. It is looked for in ../shared/corpus/dev, beside the repository.", file=sys.stderr)
        return 0
    started = time.perf_counter()
    results = run(dialect=options.dialect, processes=options.processes)
    print(table.render(results))
    print(f"{sum(result.total for result in results.values())} interactions in {time.perf_counter() - started:.0f} s")
    if options.write:
        DOCUMENT.write_text(table.document(results), encoding="utf-8")
    if options.details:
        table.write_details(results, options.details)
    misses = table.below_the_line(results)
    print("\n".join(misses), file=sys.stderr)
    return 1 if misses and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
