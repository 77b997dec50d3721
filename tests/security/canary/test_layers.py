"""No key is kept or told by what stands around a call."""

from __future__ import annotations

from tests.security.canary.figures import usual
from tests.security.canary.layered import LAYERS
from tests.security.canary.play import leaks, play
from tests.security.canary.surfaces import SURFACES

NAMES = ("a realtime session and its handshake", "a realtime session that is refused", "the file of a batch", "a job in its own time")
MORE = ("a tool server's headers and environment", "a Redis server's password", "llmkit config path")
CHOSEN = [channel for channel in SURFACES if channel.name in NAMES + MORE]


def test_no_layer_keeps_or_tells_a_key() -> None:
    cells = play(usual(), LAYERS)

    assert [] == list(leaks(cells))
    assert {"clean"} == {cell.outcome for cell in cells}


def test_no_session_job_store_or_command_tells_a_key() -> None:
    cells = play(usual(), CHOSEN)

    assert [] == list(leaks(cells))
    assert len(NAMES + MORE) == len(cells)
