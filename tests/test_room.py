"""A running answer that goes on far beyond what any answer holds is ended."""

from __future__ import annotations

import pytest

from llmkit.errors import ProtocolError
from llmkit.room import MOST, WORDS, Room
from llmkit.types.events import Event, TextDelta, WireEvent

MIB = 1 << 20
WORD: Event = TextDelta(index=0, text="a")


def test_an_ordinary_answer_has_room() -> None:
    """A hundred thousand tokens, each in an event of the usual three hundred bytes."""
    room = Room(WORDS)

    assert not [1 for _ in range(1000) if room.left(b"x" * 30_000, [WORD] * 100)]


@pytest.mark.parametrize(
    ("data", "events", "times"),
    [
        (b"x", [WORD] * 1000, MOST // 1000 + 1),
        (b"x", [WireEvent(kind="what")] * 1000, MOST // 4000 + 1),
        (b"x" * MIB, [], WORDS // MIB + 1),
        (b"x" * MIB, [WORD], WORDS // MIB + 1),
        ("\N{GRINNING FACE}".encode() * (MIB // 4), [WORD], WORDS // MIB // 4 + 1),
        (b"\\ud83d\\ude00" * (MIB // 12), [WORD], WORDS // MIB // 4 + 2),
    ],
    ids=["small events", "unknown events", "nothing", "long words", "wide words", "wide by an escape"],
)
def test_an_answer_without_an_end_runs_out_of_room(data: bytes, events: list[Event], times: int) -> None:
    room = Room(WORDS)

    found = [room.left(data, events) for _ in range(times)]

    assert isinstance(found[-1], ProtocolError)
    assert not any(found[: times // 2])
