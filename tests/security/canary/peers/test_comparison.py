"""The figure of the comparison says no when ours leak, when another was not looked at, and when the harness finds nothing."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.security.canary.peers.comparison import LEFT_OUT, Comparison
from tests.security.canary.peers.figures import figure
from tests.security.canary.peers.libraries import OURS, PACKAGES, PEERS, Library, libraries
from tests.security.canary.peers.page import PAGE, page, show
from tests.security.canary.play import NEUTRAL

OTHER = Library("other", "other", PEERS)
ALL = {"modules": ["tests"]}


def found(name: str, leaks: int, clean: int = 60, unmeasured: int = 0) -> list[dict[str, Any]]:
    """Return what a process says of a subject."""
    outcomes = ["leak"] * leaks + ["clean"] * clean + ["not measured"] * unmeasured
    about = {"name": name, "version": "1", "scheme": "bearer"}
    cells = [{**about, "channel": f"logs: {number}", "outcome": outcome, "why": "so"} for number, outcome in enumerate(outcomes)]
    fact = {**about, "fact": "half a stream", "said": "no error", "held": leaks == 0}
    return [*cells, fact]


def compared(ours: list[dict[str, Any]], other: list[dict[str, Any]], modules: dict[str, Any] | None = ALL) -> Comparison:
    comparison = Comparison()
    comparison.add(OURS, [*ours, {"modules": ["llmkit", "tests"]}])
    comparison.add(OTHER, [*other, *([] if modules is None else [modules])])
    return comparison


def test_a_clean_one_of_ours_and_leaks_of_others_are_what_is_claimed() -> None:
    told = figure(compared(found("llmkit", 0), found("other", 12, unmeasured=1)))

    assert told.met
    assert "ours 0/60, other 1 12/72" == told.measured
    assert ("other 1: logs: 72 was not measured (so)",) == told.notes


@pytest.mark.parametrize(
    ("comparison", "why"),
    [
        (compared(found("llmkit", 1), found("other", 12)), "llmkit 1: logs: 0: so"),
        (compared(found("llmkit", 0, clean=3), found("other", 12)), "llmkit 1: only 3 channels"),
        (compared(found("llmkit", 0), found("other", 12, clean=3)), "other 1: only 15 channels"),
        (compared(found("llmkit", 0), found("other", 12), None), "the process ended before it was done"),
        (compared(found("llmkit", 0), found("other", 12), {"modules": ["llmkit.client"]}), "LLMKit was imported beside it"),
        (compared(found("llmkit", 0), found("other", 0)), ""),
        (compared([], found("other", 12)), ""),
        (compared(found("llmkit", 0), []), ""),
        (Comparison(), ""),
    ],
    ids=["ours leaks", "ours thin", "other thin", "other died", "not alone", "nothing found", "no ours", "no other", "nothing"],
)
def test_anything_else_is_not(comparison: Comparison, why: str) -> None:
    told = figure(comparison)

    assert not told.met
    assert why in " ".join(told.notes)


def test_a_library_that_is_not_installed_is_seen(tmp_path: Path) -> None:
    assert "" == Library("other", "other", tmp_path).version


def test_every_library_is_compared_once_in_each_version() -> None:
    wanted = [(library.package, library.version) for library in libraries()]

    assert {"llmkit", *PACKAGES.values()} == {package for package, _ in wanted}
    assert len(set(wanted)) == len(wanted)


def test_what_is_left_out_is_a_channel() -> None:
    """Else one that is called otherwise now would come back unseen."""
    assert [] == [name for name in LEFT_OUT if name not in map(str, NEUTRAL)]


def test_the_page_and_the_output_show_the_same() -> None:
    comparison = compared(found("llmkit", 0), found("other", 12))
    out = StringIO()

    show(comparison, Console(file=out, width=200))

    written = page(comparison, date(2026, 11, 23))
    assert "| 2 | other 1 | bearer | 12/72 | **12/72** |" in written
    assert "| other 1 | **no error** |" in written
    assert "| logs: 0 | · | leak |" in written
    assert all(word in out.getvalue() for word in ("12/72", "no error", "logs: 0"))


def test_the_written_page_shows_none_of_ours_and_every_other() -> None:
    text = PAGE.read_text(encoding="utf-8")
    totals = [line.split("|") for line in text.splitlines() if line.endswith("** |")]

    assert {"0"} == {line[-2].strip(" *").partition("/")[0] for line in totals if " llmkit" in line[2]}
    assert [] == [package for package in PACKAGES.values() if not any(line[2].strip().startswith(package) for line in totals)]
