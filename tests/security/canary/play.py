"""Look into every channel of a subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.security.canary.answers import good
from tests.security.canary.bad_keys import BAD_KEYS
from tests.security.canary.channel import Cell, Channel, NotApplicable
from tests.security.canary.echoes import UPSTREAM
from tests.security.canary.errors import ERRORS
from tests.security.canary.needle import canary
from tests.security.canary.objects import OBJECTS
from tests.security.canary.server import Server
from tests.security.canary.stage import Stage
from tests.security.canary.subject import Subject
from tests.security.canary.wire import LOGS, PROCESS, WIRE

NEUTRAL: tuple[Channel, ...] = (*OBJECTS, *ERRORS, *BAD_KEYS, *UPSTREAM, *WIRE, *PROCESS, *LOGS)
"""The channels that any library has; the logs come last, when all has been said."""


def play(subject: Subject, channels: Iterable[Channel] = NEUTRAL, key: str = "") -> list[Cell]:
    """Return what each channel shows of the subject, which gets a key of its own."""
    key = key or getattr(subject, "new_key", canary)()
    with Server(good) as server, Server(good) as elsewhere, Stage(subject, key, server, elsewhere) as stage:
        return [look(stage, channel) for channel in channels]


def look(stage: Stage, channel: Channel) -> Cell:
    """Return what one channel shows."""
    subject = stage.subject
    try:
        outcome, why, sinks = _searched(stage, channel)
    except NotApplicable as reason:
        outcome, why, sinks = "none", str(reason), 0
    return Cell(f"{subject.name} {subject.version}", subject.scheme, channel, outcome, why, sinks)


def _searched(stage: Stage, channel: Channel) -> tuple[str, str, int]:
    count = 0
    for name, text in channel.read(stage):
        count += 1
        if form := stage.found(text):
            return "leak", f"{form} in {name}", count
    return "clean", "", count


def leaks(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield the cells that leak, as text."""
    return (str(cell) for cell in cells if cell.outcome == "leak")
