"""How long calls to slow servers take, counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.faults.chaos import FACES, Cell, Chaos
from tests.security.claim import Figure
from tests.security.hostile.figures import FRAMINGS, stand
from tests.security.hostile.names import slow_names
from tests.security.hostile.slow import HASTE, LATE, STAGES, STALLS, TOTAL, Ended, stalled
from tests.security.hostile.unheard import Unheard
from tests.transport.engines import ENGINES

DONE = {"what follows the end", "no end of the connection"}
"""Here a stream is complete with its last event."""


def time() -> Figure:
    """Let servers drip at every stage, and see when each call ends."""
    with Unheard() as unheard, stand() as chaos:
        found = list(at_stages(chaos))
    found += [stalled(engine, stage) for engine in ENGINES if engine.ours for stage in STALLS]
    found += slow_names()
    wrong = [one for one in found if bad(one)]
    longest = max(found, key=lambda one: one.seconds)
    return Figure(
        met=not wrong and not unheard.said,
        measured=f"{len(found) - len(wrong)} of {len(found)} in time, the last {longest.seconds - TOTAL:.2f} s after the deadline",
        wanted=f"all, within {LATE:.0f} s of it",
        notes=(*(f"{one.name}: {one.outcome} after {one.seconds:.2f} s" for one in wrong), *unheard.said),
    )


def at_stages(chaos: Chaos, stages: Iterable[str] = STAGES, faces: Iterable[str] = FACES) -> Iterator[Ended]:
    """Play each stage through each face, in formats by turns."""
    number = 0
    for stage in stages:
        for face in faces:
            dialect = FRAMINGS[number % len(FRAMINGS)]
            number += 1
            came = chaos.play(Cell(dialect, face, STAGES[stage], timeouts=HASTE))
            cause = getattr(came.error, "cause", None) or came.error
            yield Ended(f"{dialect}, {face}: {stage}", came.seconds, type(cause).__name__ if cause is not None else "answer")


def bad(one: Ended) -> bool:
    """Tell whether a call ended late, or in another way than by its deadline."""
    endings = {"Timeout", "ProtocolError", "answer"} if one.name.partition(": ")[2] in DONE else {"Timeout", "ProtocolError"}
    return one.seconds > TOTAL + LATE or one.outcome not in endings
