"""What the package accepts lies above what is known to be vulnerable."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from tests.security.supply.bounds import FLOORS, accepted, brought, cooldown, needed, too_low
from tests.security.supply.pins import LEVELS, pinned, pins


def test_every_requirement_has_a_lower_bound_above_its_floor() -> None:
    """Whoever installs the lowest version that we accept must not get a vulnerable one."""
    assert [] == too_low(accepted(), [])


@pytest.mark.parametrize("level", LEVELS)
def test_every_pin_lies_above_its_floor(level: str) -> None:
    assert [] == too_low([], pinned(level))


@pytest.mark.parametrize("bad", ["click", "click>=8.3.2", "click<9", "cryptography>=46", "pillow==12.2.0"])
def test_a_bound_that_is_too_low_or_missing_is_found(bad: str) -> None:
    assert [bad] == too_low([Requirement(bad)], [])


def test_a_pin_that_is_too_low_is_found() -> None:
    assert ["h11==0.14.0"] == too_low([], pins("h11==0.14.0\nmsgspec==0.1"))


def test_the_core_stays_small() -> None:
    """Each distribution more is somebody more to trust."""
    assert ["httptools", "msgspec"] == needed()
    assert ["httptools", "llmkit", "msgspec"] == brought()


def test_a_pin_is_raised_after_a_week() -> None:
    """Most poisoned releases are found within hours."""
    assert cooldown() >= 7


def test_the_table_of_floors_is_used() -> None:
    """At least those that the package or its pins name today."""
    names = {pin.name for level in LEVELS for pin in pinned(level)}

    assert len(names & FLOORS.keys()) >= 10
