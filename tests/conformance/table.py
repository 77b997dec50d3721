"""The table of results: for the terminal, for the documentation, for those who mend."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from tests.conformance.normalisations import NORMALISATIONS
from tests.conformance.run import Result, Results

PHASES = ("decode", "split", "round trip")
LINES = {"decode": 0.99, "split": 0.99, "round trip": 0.97}
"""The share that must pass, per dialect, of what was really recorded."""


def totals(results: Results) -> dict[str, Result]:
    """Return one result a dialect; fixtures count apart and not here."""
    found: dict[str, Result] = {}
    for (dialect, _, _, fixture), result in sorted(results.items()):
        if not fixture:
            found.setdefault(dialect, Result()).add(result)
    return found


def below_the_line(results: Results) -> list[str]:
    """Return a sentence for each dialect and phase that passes too rarely."""
    return [
        f"{dialect}: {phase} passes for {_share(result, phase):.2%} of the recordings, below {line:.0%}"
        for dialect, result in totals(results).items()
        for phase, line in LINES.items()
        if _share(result, phase) < line
    ]


def render(results: Results) -> str:
    """Return the table as text: a row for each dialect, API and provider, then the sums and the reasons."""
    rows = [("dialect", "api", "provider", *PHASES)]
    for (dialect, api, provider, fixture), result in sorted(results.items()):
        rows.append((dialect, api, provider + (" (fixtures)" if fixture else ""), *(_cell(result, phase) for phase in PHASES)))
    for dialect, result in totals(results).items():
        rows.append((dialect, "all", "all recorded", *(_plain(result, phase) for phase in PHASES)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *_reasons(results, most=12)])


def document(results: Results) -> str:
    """Return the table as Markdown."""
    lines = [
        "# Conformance",
        "",
        "Every dialect against recorded provider traffic: each response is decoded and compared with an independent reading of the",
        "raw JSON, each stream is decoded again in random pieces, each accepted request is parsed into our types and encoded again.",
        "Written by `python -m tests.conformance --write`; fixtures made by hand count apart.",
        "",
        "| dialect | api | provider | decode | split | round trip |",
        "|---|---|---|---|---|---|",
    ]
    for dialect, result in totals(results).items():
        shares = " | ".join(_shared(result, phase) for phase in PHASES)
        lines.append(f"| **{dialect}** | all | all recorded | {shares} |")
    for (dialect, api, provider, fixture), result in sorted(results.items()):
        cells = " | ".join(_cell(result, phase) for phase in PHASES)
        lines.append(f"| {dialect} | {api} | {provider}{' (fixtures)' if fixture else ''} | {cells} |")
    lines += ["", "## Differences of requests that mean nothing", "", "| name | dialects | reason |", "|---|---|---|"]
    lines += [f"| {entry.name} | {', '.join(entry.dialects)} | {entry.reason} |" for entry in NORMALISATIONS]
    lines += ["", "## What remains", "", "```", *_reasons(results, most=30), "```", ""]
    return "\n".join(lines)


def write_details(results: Results, folder: Path) -> None:
    """Write every failure into one file a dialect."""
    lines: dict[str, list[str]] = defaultdict(list)
    for (dialect, _, _, fixture), result in sorted(results.items()):
        for phase, id_, reason in result.reasons:
            lines[dialect].append(f"- {phase} | {id_}{' (fixture)' if fixture else ''} | {reason}")
    for dialect, result in totals(results).items():
        shares = [f"{phase} {_cell(result, phase)} {_share(result, phase):.2%}" for phase in PHASES]
        groups = _reasons({key: value for key, value in results.items() if key[0] == dialect}, most=60)
        text = "\n".join([f"# {dialect}: {', '.join(shares)}", "", *groups, "", "## All", "", *sorted(lines[dialect]), ""])
        (folder / f"mismatches-{dialect}.md").write_text(text, encoding="utf-8")


def _cell(result: Result, phase: str) -> str:
    total = result.passed[phase] + result.failed[phase]
    return f"{result.passed[phase]}/{total}" if total else "-"


def _plain(result: Result, phase: str) -> str:
    cell = _cell(result, phase)
    return cell if cell == "-" else f"{cell} {_share(result, phase):.2%}"


def _shared(result: Result, phase: str) -> str:
    cell = _cell(result, phase)
    return cell if cell == "-" else f"**{_share(result, phase):.2%}** ({cell})"


def _share(result: Result, phase: str) -> float:
    total = result.passed[phase] + result.failed[phase]
    return result.passed[phase] / total if total else 1.0


def _reasons(results: Results, *, most: int) -> list[str]:
    """Return the commonest reasons with their number and an example."""
    counts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], str] = {}
    for (dialect, _, _, _), result in sorted(results.items()):
        for phase, id_, reason in result.reasons:
            key = (dialect, phase, _kind(reason))
            counts[key] += 1
            examples.setdefault(key, f"{id_}: {reason}")
    rows: list[str] = []
    for dialect in sorted({key[0] for key in counts}):
        ranked = [item for item in counts.most_common() if item[0][0] == dialect][:most]
        rows += [f"{dialect} {phase} {count} x {examples[dialect, phase, kind][:220]}" for (_, phase, kind), count in ranked]
    return rows


def _kind(reason: str) -> str:
    """Return a reason without its particulars, so that like counts with like."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+|(?<=: ).*$", "*", reason.split(";", maxsplit=1)[0])[:80]
