"""Faults of our own side: readers who go away, clocks that jump, a process without file descriptors."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator

import pytest

from llmkit.errors import ConnectionFailed
from tests.faults.chaos import DIALECTS, Cell, Chaos, running
from tests.faults.connections import IDLE, stall
from tests.faults.expect import came
from tests.faults.material import Material
from tests.transport.servers import Peer


@pytest.fixture(scope="module")
def chaos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaos]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        with running() as found:
            yield found


def good(m: Material, peer: Peer) -> None:
    peer.send(m.good())


@pytest.mark.parametrize("face", ["sync stream", "async stream"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_reader_who_goes_away_closes_the_connection(chaos: Chaos, dialect: str, face: str) -> None:
    """Left after the first event, in the middle of an answer that stalls; the provider sees it at once and stops."""
    cell = Cell(dialect, face, stall)

    seconds = chaos.leave(cell)

    assert seconds < 0.5
    assert ["aborted"] == [record.status for record in chaos.records]
    assert "complete" == came(cell, chaos.well(cell))


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("face", ["sync", "async stream"])
def test_a_wall_clock_that_jumps_changes_no_deadline(chaos: Chaos, face: str, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits count on the monotonic clock: a jump by an hour neither ends a call nor keeps one alive."""
    wall, calls = time.time, iter(range(1 << 30))
    monkeypatch.setattr(time, "time", lambda: wall() + next(calls) * hours * 3600)

    fine, stalled = (chaos.play(Cell("openai_chat", face, damage, timeouts=IDLE)) for damage in (good, stall))

    assert fine.error is None
    assert "Timeout idle" in came(Cell("openai_chat", face, stall), stalled)
    assert stalled.seconds < 0.5


@pytest.mark.parametrize("face", ["sync", "async"])
def test_without_file_descriptors_a_call_fails_by_its_name_and_the_next_one_works(chaos: Chaos, face: str) -> None:
    cell = Cell("openai_chat", face, good)
    chaos.forget()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)

    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        met = chaos.play(cell)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert isinstance(met.error, ConnectionFailed)
    assert "complete" == came(cell, chaos.well(cell))
