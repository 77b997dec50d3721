"""Hostile answers take little memory, and end in typed errors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.chaos import Chaos
from tests.security.hostile.figures import MOST, in_streams, in_values, on_the_wire, stand
from tests.security.hostile.memory import Found
from tests.security.hostile.peak import MIB, Peak, measurable

pytestmark = pytest.mark.skipif(not measurable(), reason="this system does not tell the peak of a process")
ROOT = Path(__file__).resolve().parents[3]
WIRE = (
    "headers without an end",
    "the size of a chunk without an end",
    "gzip",
    "gzip of empty members",
    "gzip in a refusal",
    "deflate without a head",
)
VALUES = ("empty objects", "wide strings", "a million digits", "NaN", "lists in lists", "a billion")


@pytest.fixture(scope="module")
def chaos() -> Iterator[Chaos]:
    with stand() as chaos:
        yield chaos


def test_what_never_ends_on_the_wire_takes_little(chaos: Chaos) -> None:
    held(on_the_wire(chaos, WIRE, rounds=1), 40 * MIB)


def test_a_line_that_never_ends_takes_little(chaos: Chaos) -> None:
    held(in_streams(chaos, ["a line without an end"], ["anthropic", "bedrock_converse"]), 8 * MIB)


def test_json_that_swells_takes_little() -> None:
    """Three megabytes of `{}` are a million objects, which would take eighty. A process of its own has no leavings of other tests."""
    alone = "from tests.security.hostile.test_memory import swelling; swelling()"

    ended = subprocess.run([sys.executable, "-c", alone], cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == ended.returncode, ended.stderr


def swelling() -> None:
    """Assert it of each value."""
    with stand() as chaos:
        held(in_values(chaos, VALUES, size=4 * MIB, rounds=1), 24 * MIB)


def held(found: Iterator[Found], most: int) -> None:
    """Assert of each answer that it took no more than that, ended in time and in a typed way."""
    assert most <= MOST
    assert [] == [one for one in found if one.growth > most or one.seconds > 10]


def test_a_peak_is_seen_even_when_it_has_passed() -> None:
    with Peak() as peak:
        bytearray(b"x") * (48 * MIB)

    assert 40 * MIB < peak.growth < 80 * MIB
