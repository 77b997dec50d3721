"""What changed between two registries is told whole, for people and for machines."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.registry.facts import fact, paid
from tools.registry import lines
from tools.registry.__main__ import main
from tools.registry.difference import difference

BEFORE = [fact("a/gone"), fact("a/x", paid("1", "4"), context_window=1000), fact("b/y", status="active"), fact("b/z")]
AFTER = [fact("a/new"), fact("a/x", paid("2", "4"), context_window=2000), fact("b/y", status="deprecated"), fact("b/z", name="Z")]


def test_every_kind_of_change_is_told() -> None:
    """A reviewer reads this, not the lines."""
    found = difference(BEFORE, AFTER)

    assert {"added": 1, "removed": 1, "prices": 1, "limits": 1, "statuses": 1, "others": 1} == found.total()
    assert "a/x: price.input 1 -> 2 (x 2)" == str(found.prices[0])
    assert ["a/x: context_window 1000 -> 2000", "b/y: status active -> deprecated", "b/z: name - -> Z"] == [
        str(change) for change in (*found.limits, *found.statuses, *found.others)
    ]
    assert {"a": {"added": 1, "removed": 1, "prices": 1, "limits": 1}, "b": {"statuses": 1, "others": 1}} == found.by_provider()


def test_a_price_that_comes_or_goes_is_a_change_of_price() -> None:
    """Unknown is not zero."""
    found = difference([fact("a/x", paid("1", "4"))], [fact("a/x")])

    assert ["a/x: price input 1 output 4 -> -"] == [str(change) for change in found.prices]


def test_revisions_and_folders_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The committed lines against those of a working tree."""
    home = tmp_path / "registry"
    lines.write(BEFORE, home)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    lines.write(AFTER, home)

    status = main(["--registry", str(home), "diff", "HEAD", str(home), "--json"])

    assert (0, ["a/new"]) == (status, json.loads(capsys.readouterr().out)["added"])
    assert 1 == main(["--registry", str(home), "diff", "no-such-revision", str(home)])
