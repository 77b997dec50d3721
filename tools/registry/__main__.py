"""Run the steps of the registry: `python -m tools.registry STEP`; `--help` lists the steps."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.registry import agreement, counts, difference, fetch, guards, lines, merged, refresh, revisions
from tools.registry.build import PACKED, build
from tools.registry.catalogue import canonical
from tools.registry.fact import Fact, Notes, renamed
from tools.registry.mended import mended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step, and return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (lines.BadLine, OSError, ValueError) as error:
        say(f"error: {error}", sys.stderr)
        return 1


def say(text: str, stream: object = None) -> None:
    """Write a line to the screen."""
    (stream or sys.stdout).write(text + "\n")  # type: ignore[attr-defined]  # a stream of text


def _import(asked: argparse.Namespace) -> int:
    notes = Notes()
    facts = mended(merged.facts(merged.rows(asked.facts), notes))
    lines.write(facts, asked.registry)
    for _, count, example in notes.counted():
        say(f"{count:5} x {example}")
    say(f"{len(facts)} models, {sum(fact.info.price is not None for fact in facts)} priced")
    return 0


def _build(asked: argparse.Namespace) -> int:
    facts = lines.read(asked.registry)
    if _refused(facts, asked.registry):
        return 1
    size = build(facts, asked.target)
    say(f"{asked.target}: {len(facts)} models in {size} bytes")
    return 0


def _check(asked: argparse.Namespace) -> int:
    return int(_refused(lines.read(asked.registry), asked.registry))


def _refused(facts: list[Fact], folder: Path) -> bool:
    """Say everything that is wrong with the lines, and return whether anything is."""
    found = [*guards.faults(facts), *guards.changes(revisions.committed(folder), facts, guards.reviewed(folder))]
    found += [guards.Fault(place, fault) for place, fault in lines.unformatted(folder)]
    found += guards.unnamed(facts, canonical())
    for fault in found:
        say(str(fault), sys.stderr)
    if found:
        say(f"{len(found)} faults", sys.stderr)
    return bool(found)


def _format(asked: argparse.Namespace) -> int:
    notes = Notes()
    lines.write(mended(renamed(lines.read(asked.registry), canonical(), notes)), asked.registry)
    for model, reason in notes.lines:
        say(f"{model}: {reason}")
    return 0


def _diff(asked: argparse.Namespace) -> int:
    found = difference.difference(revisions.facts(asked.old, asked.registry), revisions.facts(asked.new, asked.registry))
    say(json.dumps(found.to_dict(), indent=1) if asked.json else found.text())
    return 0


def _refresh(asked: argparse.Namespace) -> int:
    if asked.fetch:
        for line in fetch.fetch(asked.folder):
            say(f"not downloaded: {line}", sys.stderr)
    before = lines.read(asked.registry)
    after = mended(refresh.refreshed(before, refresh.read(asked.folder)))
    say(difference.difference(before, after).text())
    if not asked.dry_run:
        lines.write(after, asked.registry)
    return 0


def _agreement(asked: argparse.Namespace) -> int:
    found = agreement.agreement(lines.read(asked.registry), refresh.read(asked.folder))
    say(json.dumps(found.to_dict(), indent=1) if asked.json else found.text())
    return 0


def _counts(asked: argparse.Namespace) -> int:
    say(counts.text(lines.read(asked.registry)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.registry", description=__doc__)
    parser.add_argument("--registry", type=Path, default=lines.HOME, help="the folder of the lines (default: the committed one)")
    steps = parser.add_subparsers(required=True, metavar="STEP")
    step = steps.add_parser("import", help="merged facts -> lines")
    step.add_argument("facts", type=Path)
    step.set_defaults(run=_import)
    step = steps.add_parser("build", help="lines -> guards -> packed registry")
    step.add_argument("--target", type=Path, default=PACKED)
    step.set_defaults(run=_build)
    steps.add_parser("check", help="the guards alone").set_defaults(run=_check)
    steps.add_parser("format", help="write the lines in the usual form, under the catalogue's names of providers, mended").set_defaults(
        run=_format
    )
    steps.add_parser("counts", help="models and prices by mode and provider").set_defaults(run=_counts)
    step = steps.add_parser("diff", help="what changed between two folders or revisions")
    step.add_argument("old")
    step.add_argument("new")
    step.add_argument("--json", action="store_true")
    step.set_defaults(run=_diff)
    step = steps.add_parser("refresh", help="lines + sources -> lines")
    step.add_argument("--from", dest="folder", type=Path, required=True, help="a folder of files named by source")
    step.add_argument("--fetch", action="store_true", help="download the public files into the folder first")
    step.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    step.set_defaults(run=_refresh)
    step = steps.add_parser("agreement", help="how far the sources agree with the lines")
    step.add_argument("--from", dest="folder", type=Path, required=True)
    step.add_argument("--json", action="store_true")
    step.set_defaults(run=_agreement)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
