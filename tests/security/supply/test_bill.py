"""The bill of materials is true, the same each time, and what would be wrong in it is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import hatch_build
from llmkit.version import VERSION
from tests.security.policy import ROOT
from tests.security.supply.bill import faults
from tests.security.supply.bounds import PROJECT

PACKAGE = ROOT / "src" / "llmkit"
Bill = dict[str, Any]


def bill(root: Path = ROOT) -> Bill:
    """Return the bill as the build would write it today."""
    about = PROJECT["project"]
    subject = {"name": about["name"], "version": VERSION, "license": about["license"], "says": about["description"]}
    parts = hatch_build.requirements(about["dependencies"], about["optional-dependencies"])
    return hatch_build.document(subject, parts, list(hatch_build.data(root)))


@pytest.fixture(scope="module")
def data() -> dict[str, bytes]:
    """Return the files of the package that are no source code, and one that is."""
    paths = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    return {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in [*paths, PACKAGE / "version.py"]}


@pytest.fixture(scope="module")
def written() -> Bill:
    return bill()


def test_the_bill_says_what_is_true(written: Bill, data: dict[str, bytes]) -> None:
    assert [] == list(faults(json.dumps(written), data, VERSION))


def test_the_bill_is_the_same_each_time(written: Bill) -> None:
    """No time and no random number: a second build must give the same bytes."""
    assert json.dumps(written) == json.dumps(bill())


def test_the_bill_names_what_is_always_needed_apart(written: Bill) -> None:
    scopes = {part["name"]: part["scope"] for part in written["components"]}

    assert {"msgspec", "httptools"} == {name for name, scope in scopes.items() if scope == "required"}
    assert "llmkit" not in scopes


def test_another_bill_has_another_number(written: Bill, tmp_path: Path) -> None:
    """A serial number that stays would say that two bills are one."""
    assert written["serialNumber"] != bill(tmp_path)["serialNumber"]


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made["components"].pop(),
        lambda made: made["components"][0].update(scope="excluded"),
        lambda made: made["metadata"]["component"]["components"].pop(),
        lambda made: made["metadata"]["component"]["components"][0]["hashes"][0].update(content="00"),
        lambda made: made["metadata"]["component"].update(purl="pkg:pypi/llmkit@0"),
        lambda made: made["metadata"]["component"].update(licenses=[{"expression": "MIT"}]),
        lambda made: made.update(specVersion="1.5"),
    ],
)
def test_a_bill_that_says_what_is_not_true_is_found(change: Callable[[Bill], object], written: Bill, data: dict[str, bytes]) -> None:
    made = deepcopy(written)
    change(made)

    assert list(faults(json.dumps(made), data, VERSION))
