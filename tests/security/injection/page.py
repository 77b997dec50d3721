"""The section of the documentation that tells how good the screen is."""

from __future__ import annotations

from collections.abc import Sequence

from tests.security.injection.comparison import Result
from tests.security.injection.converters import CONVERTERS
from tests.security.injection.sets import ROOT

PAGE = ROOT / "docs" / "prompt-injection.md"
PLOT = ROOT / "docs" / "prompt-injection.svg"
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->\n"


def section(results: Sequence[Result], ways: dict[str, dict[str, float]], day: str) -> str:
    """Return the tables, with the day of the measurement."""
    ours, *rivals = results
    size = sum(len(one.texts) for one in ours.sets)
    names = " | ".join(result.detector for result in results)
    rule = "|---" * len(results)
    return "\n".join(
        [
            f"Measured on {day} on {size:,} texts, by `python -m tests.security.injection --write`. *found* is the share of a set",
            "that is found at the one level at which 1 % of all harmless texts is taken for attacks; *as set* at the",
            "level that the detector documents, whatever that costs in false alarms (second table); *area* is the area under the curve",
            "(0.5 is chance). picket says yes or no and has no level to choose.",
            "",
            "![Attacks found against false alarms](prompt-injection.svg)",
            "",
            f"| attacks | texts | {names} |",
            f"|---|---{rule}|",
            *[f"| {one.name} | {len(one.texts)} | {_each(results, one)} |" for one in ours.sets if one.attack],
            f"| **all** | {len(ours.attacks)} | {_each(results, None)} |",
            "",
            f"| no attacks: share found as set | texts | {names} |",
            f"|---|---{rule}|",
            *[
                f"| {one.name} | {len(one.texts)} | {' | '.join(f'{100 * result.flagged(one):.1f} %' for result in results)} |"
                for one in ours.sets
                if not one.attack
            ],
            "",
            f"| the same attacks, written in another way: share found as set | {names} |",
            f"|---{rule}|",
            *[f"| {way} | {' | '.join(f'{100 * ways[result.detector][way]:.0f} %' for result in results)} |" for way in CONVERTERS],
            "",
            f"Milliseconds a text: {', '.join(f'{result.detector} {result.milliseconds:.1f}' for result in results)}"
            f" (one busy core; {len(rivals)} others in processes of their own).",
            "",
        ]
    )


def _each(results: Sequence[Result], one: object) -> str:
    return " | ".join(_cell(result, one) for result in results)


def _cell(result: Result, one: object) -> str:
    chosen = next((each for each in result.sets if each is one or getattr(one, "name", None) == each.name), None)
    space = result.area if chosen is None else result.area_of(chosen)
    as_set = result.flagged(chosen) if chosen is not None else result.found
    return f"found {100 * result.recall(chosen):.0f} %, as set {100 * as_set:.0f} %, area {space:.2f}"


def page(text: str, new: str) -> str:
    """Return the page with the section anew."""
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"{PAGE.name} has no {BEGIN.strip()} ... {END.strip()}")
    return before + BEGIN + "\n" + new + "\n" + END + after
