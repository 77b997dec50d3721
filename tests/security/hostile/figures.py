"""What hostile servers can do, counted."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from llmkit.errors import __all__ as ERRORS
from tests.faults.chaos import DIALECTS, TOTAL, Cell, Chaos, running
from tests.security.claim import Figure
from tests.security.hostile.heads import CASES
from tests.security.hostile.memory import SIZE, Found, Honest, in_turns, met, warmed
from tests.security.hostile.peak import MIB, measurable
from tests.security.hostile.poisoning import played
from tests.security.hostile.unheard import Unheard
from tests.security.hostile.values import VALUES, WORDS, Value
from tests.security.hostile.wire import STREAM, WIRE
from tests.transport.engines import ENGINES

MOST = 64 * MIB
LINE = 8 * MIB
PATIENCE = 5.0
"""Seconds past the deadline that a busy machine may need."""
ENDLESS = "its own words again"
"""Real words that come faster than they are read end when there are too many, and not by the clock."""
FOURFOLD = 4 * SIZE
FRAMINGS = ("openai_chat", "anthropic", "gemini", "ollama", "bedrock_converse", "openai_responses", "predictions")
"""One of each way to cut a stream, and those whose events may be large."""
WORDY = ("anthropic", "cohere", "bedrock_converse", "predictions")
"""Formats without pictures in their streams: their lines are short."""


@contextmanager
def stand() -> Iterator[Chaos]:
    """Run a server, and clients that know nothing of this machine's configuration."""
    before = os.environ.get("XDG_CONFIG_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        try:
            with running() as chaos:
                warmed(chaos)
                yield chaos
        finally:
            os.environ.pop("XDG_CONFIG_HOME")
            if before is not None:
                os.environ["XDG_CONFIG_HOME"] = before


def memory() -> Figure:
    """Let every hostile answer be told, and see what it took."""
    if not measurable():
        return Figure(met=False, measured="nothing", wanted="<= 64 MiB", notes=("This system tells no peak of a process.",))
    with Unheard() as unheard, stand() as chaos:
        descriptors = _descriptors()
        found = [*on_the_wire(chaos), *in_streams(chaos), *in_values(chaos)]
        words = list(in_words(chaos))
        gc.collect()
        left = _descriptors() - descriptors
    heavy = [one for one in found if one.growth > MOST] + [one for one in words if one.growth > FOURFOLD]
    untyped = [one for one in (*found, *words) if one.outcome not in (*ERRORS, "answer")]
    late = [one for one in (*found, *words) if one.seconds > TOTAL + PATIENCE and ENDLESS not in one.name]
    line = [one for one in found if "a line without an end" in one.name and one.name.startswith(WORDY)]
    wrong = [*heavy, *untyped, *late, *(one for one in line if one.growth > LINE)]
    largest, longest = max(found, key=_growth), max((*found, *words), key=lambda one: one.seconds)
    return Figure(
        met=not wrong and not unheard.said and left <= 0,
        measured=f"{largest.growth / MIB:.0f} MiB at most; {len(wrong)} of {len(found) + len(words)} wrong, {max(left, 0)} files left",
        wanted="<= 64 MiB, a typed error in time, nothing left",
        notes=(
            f"The largest: {largest.name}. The longest took {longest.seconds:.1f} s: {longest.name}.",
            f"A line without an end, where lines carry no pictures: {max(map(_growth, line)) / MIB:.1f} MiB.",
            "Real words that come faster than they are read end after 350,000 events, and not by the clock.",
            f"One text of {SIZE / MIB:.0f} MiB, which may be an answer, took {max(map(_growth, words)) / MIB:.0f} MiB.",
            *(f"Wrong: {one.name}: {one.growth / MIB:.0f} MiB, {one.seconds:.1f} s, {one.outcome}." for one in wrong),
            *(f"Said behind our back: {words}" for words in unheard.said),
        ),
    )


def on_the_wire(chaos: Chaos, names: Iterable[str] = WIRE, rounds: int = 2) -> Iterator[Found]:
    """Play what never ends below any format, in formats and faces by turns."""
    for name, dialect, face in in_turns([name for name in names for _ in range(rounds)]):
        yield met(chaos, name, Cell(dialect, face, WIRE[name]))


def in_streams(chaos: Chaos, names: Iterable[str] = STREAM, dialects: Sequence[str] = FRAMINGS) -> Iterator[Found]:
    """Play what never ends inside a stream: a line in each way to cut one, the others in two of them."""
    for number, name in enumerate(names):
        chosen = dialects if name == "a line without an end" else [dialects[(number + turn) % len(dialects)] for turn in (0, 3)]
        for turn, dialect in enumerate(chosen):
            yield met(chaos, name, Cell(dialect, ("sync stream", "async stream")[(number + turn) % 2], STREAM[name]))


def in_values(chaos: Chaos, names: Iterable[str] = VALUES, size: int = SIZE, rounds: int = 3) -> Iterator[Found]:
    """Play JSON that swells, at one place after the other of answers and of events."""
    yield from _valued(chaos, VALUES, [name for name in names for _ in range(rounds)], size)


def in_words(chaos: Chaos, names: Iterable[str] = WORDS, size: int = SIZE, rounds: int = 4) -> Iterator[Found]:
    """Play JSON that is long and no more."""
    yield from _valued(chaos, WORDS, [name for name in names for _ in range(rounds)], size)


def _valued(chaos: Chaos, values: Mapping[str, Value], names: Iterable[str], size: int) -> Iterator[Found]:
    known: dict[tuple[str, str], Honest] = {}
    for number, (name, dialect, face) in enumerate(in_turns(names, DIALECTS)):
        honest = known.get((dialect, face)) or known.setdefault((dialect, face), Honest(chaos, dialect, face))
        place = honest.places[(number * 7) % len(honest.places)]
        yield met(chaos, f"{name} at {place}", Cell(dialect, face, honest.made(place, values[name], size)))


def _growth(found: Found) -> int:
    return found.growth


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def heads() -> Figure:
    """Ask twice of servers whose first answer can be read in two ways."""
    engines = [engine for engine in ENGINES if engine.ours]
    found = [(engine.name, twice) for engine in engines for twice in played(engine, CASES)]
    wrong = [f"{name}: {twice.wrong}" for name, twice in found if twice.wrong]
    refused = sum(isinstance(twice.first, str) for _, twice in found)
    return Figure(
        met=not wrong and len(found) == len(CASES) * len(engines),
        measured=f"{len(wrong)} of {len(found)}; {refused} were refused",
        wanted="0 misread or in the next answer",
        notes=("Not of httpx2, an engine that is chosen by hand: it takes bytes behind an answer for the next one.", *wrong[:20]),
    )
