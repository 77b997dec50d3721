"""The page of licences leaves nothing out and names nothing that reaches into other people's code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security.supply import licences
from tests.security.supply.licences import Row, faults, installed, licence, permitted, rows

FOUND = rows(licences.PAGE.read_text(encoding="utf-8"))


def test_every_requirement_is_on_the_page_under_a_licence_that_is_permitted() -> None:
    assert [] == list(faults(FOUND))
    assert len(FOUND) >= 50


def test_the_page_says_what_is_installed() -> None:
    """A dependency that changes its licence is seen where it is raised."""
    here = installed([row for row in FOUND if "core" in row.extras or "`[cli]`" in row.extras or "`[httpx2]`" in row.extras])

    assert len(here) >= 8
    assert here == {row.name: row.licence for row in FOUND if row.name in here}


FAR = ("GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "LGPL-3.0-only", "unknown", "Elastic-2.0", "", "SSPL-1.0")
NEAR = ("MIT", "GPL-2.0-only OR MIT", "Apache-2.0 AND MIT", "(MIT OR GPL-3.0-only) AND BSD-3-Clause", "MPL-2.0 AND MIT")


@pytest.mark.parametrize("terms", FAR)
def test_a_licence_that_reaches_further_is_found(terms: str) -> None:
    assert [f"thing: {terms}"] == list(faults([*FOUND, Row(name="thing", version="1", licence=terms, extras="core")]))


@pytest.mark.parametrize("terms", NEAR)
def test_a_choice_is_enough(terms: str) -> None:
    assert permitted(terms)


def test_a_requirement_that_the_page_leaves_out_is_found() -> None:
    assert ["msgspec: not on the page"] == list(faults([row for row in FOUND if row.name != "msgspec"]))


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"license_expression": "MIT", "license": "GPL"}, "MIT"),
        ({"license": "Apache 2.0"}, "Apache-2.0"),
        ({"license": "Apache License, Version 2.0"}, "Apache-2.0"),
        ({"license": "BSD"}, "BSD"),
        ({"license": "x" * 80, "classifier": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        ({"classifier": ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]}, "GNU General Public License v3 (GPLv3)"),
        ({"classifier": ["Topic :: Software Development"]}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_licence_is_read_from_what_the_metadata_have(about: dict[str, Any], expected: str) -> None:
    assert expected == licence(about)
