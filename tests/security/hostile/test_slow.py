"""Calls to servers that drip end at their deadline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.chaos import Chaos
from tests.security.hostile.figures import stand
from tests.security.hostile.slow import LATE, TOTAL, Ended
from tests.security.hostile.timing import at_stages, bad


@pytest.fixture(scope="module")
def chaos() -> Iterator[Chaos]:
    with stand() as chaos:
        yield chaos


@pytest.mark.parametrize("stage", ["headers one by one", "an extension by bytes", "words without an end"])
def test_a_server_that_drips_does_not_outlast_the_deadline(chaos: Chaos, stage: str) -> None:
    assert [] == [one for one in at_stages(chaos, [stage], ["async stream"]) if bad(one)]


@pytest.mark.parametrize(("seconds", "outcome"), [(TOTAL + LATE + 0.1, "Timeout"), (0.1, "answer"), (0.1, "ValueError")])
def test_a_late_end_or_another_is_found_out(seconds: float, outcome: str) -> None:
    assert bad(Ended("x, sync: words without an end", seconds, outcome))
