"""Print how the operations do on recorded traffic."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.conformance.corpus import files
from tests.recordings import operations_table
from tests.recordings.run import FAMILIES, Key, Result, run

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
LINE = 0.99


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.recordings", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a format is below the line")
    parser.add_argument("--write", action="store_true", help="write docs/operations.md too")
    parser.add_argument("--family", choices=FAMILIES, help="this one alone")
    options = parser.parse_args()
    if not files():
        print("SKIPPED: no recorded traffic. It is looked for in ../shared/corpus/dev, beside the repository.", file=sys.stderr)
        return 0
    results = run(options.family)
    print(text(results))
    if options.write and options.family is None:
        DOCUMENT.write_text(operations_table.document(results), encoding="utf-8")
    return 1 if options.check and misses(results) else 0


def text(results: dict[Key, Result]) -> str:
    """Return a line for each format and provider, and the reasons of what failed."""
    lines = []
    for (codec, provider, fixture), result in sorted(results.items()):
        made = " (fixtures)" if fixture else ""
        lines.append(f"{codec:28} {provider + made:28} decode {_told(result.decoded):14} encode {_told(result.encoded)}")
    reasons = [f"{key[0]} {key[1]} {id_}: {reason}" for key, result in sorted(results.items()) for id_, reason in result.reasons]
    return "\n".join([*lines, "", *reasons[:60]])


def _told(counter: dict[str, int]) -> str:
    passed, failed, beyond = counter.get("passed", 0), counter.get("failed", 0), counter.get("beyond", 0)
    return f"{passed}/{passed + failed}" + (f" (+{beyond})" if beyond else "") if passed + failed + beyond else "-"


def misses(results: dict[Key, Result]) -> list[str]:
    """Return the formats that pass too rarely on what was really recorded."""
    found = []
    for codec in sorted({key[0] for key in results}):
        own = [result for key, result in results.items() if key[0] == codec and not key[2]]
        for phase in ("decoded", "encoded"):
            passed = sum(getattr(result, phase)["passed"] for result in own)
            failed = sum(getattr(result, phase)["failed"] for result in own)
            if passed + failed and passed / (passed + failed) < LINE:
                found.append(f"{codec}: {phase} {passed}/{passed + failed}")
    return found


if __name__ == "__main__":
    sys.exit(main())
