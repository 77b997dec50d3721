"""How many ways out for a key were looked into, and through how many one came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from tests.security.canary.channel import Cell, Channel
from tests.security.canary.layered import LAYERS
from tests.security.canary.ours import Ours, subjects
from tests.security.canary.planted.careless import Careless
from tests.security.canary.planted.subject import Leaky
from tests.security.canary.play import NEUTRAL, play
from tests.security.canary.surfaces import SURFACES
from tests.security.claim import Figure

CANNOT_LEAK = {"errors: faulthandler"}
"""It prints names of functions and files alone; it is looked at in case that ever changes."""


def printed() -> Figure:
    """Play every way in which a key is given through every channel that any library has."""
    return _figure([cell for subject in subjects() for cell in play(subject)], f"{len(subjects())} ways to give a key")


def kept() -> Figure:
    """Play the same ways through LLMKit's own layers, and the usual one through all that it has beside conversations."""
    cells = [cell for subject in subjects() if subject.answers for cell in play(subject, LAYERS)]
    return _figure([*cells, *play(usual(), SURFACES)], "layers and surfaces")


def rows() -> Figure:
    """Play every row."""
    from tests.security.canary.rows import places
    from tests.security.canary.rows import play as play_rows

    cells = play_rows()
    names = {place.way.row.name for place in places()}
    return _figure(cells, f"{len(names)} rows, {len({cell.scheme for cell in cells})} ways into them")


def refused() -> Figure:
    """Give a hundred thousand keys that cannot be sent."""
    from tests.security.canary.refusals import found

    count = 100_000
    refusals, leaks = found(count)
    notes = tuple(f"shown: {key}" for key in leaks[:5])
    return Figure(
        met=not leaks and refusals == count, measured=f"{len(leaks)} of {refusals:,} refusals", wanted=f"0 of {count:,}", notes=notes
    )


def planted() -> Figure:
    """Play a library that leaks everywhere, and LLMKit used so that its layers must."""
    cells = [*play(Leaky()), *play(Careless(), LAYERS)]
    hidden = [cell for cell in cells if cell.outcome == "clean" and str(cell.channel) not in CANNOT_LEAK | Careless.silent]
    wanted = sum(cell.outcome != "none" for cell in cells) - len(CANNOT_LEAK) - len(Careless.silent)
    found = sum(cell.outcome == "leak" for cell in cells)
    return Figure(met=not hidden, measured=f"{found} channels report it", wanted=str(wanted), notes=tuple(map(str, hidden)))


def usual() -> Ours:
    """Return LLMKit with a key in the usual header."""
    return subjects("Authorization: Bearer")[0]


def _figure(cells: Iterable[Cell], what: str) -> Figure:
    cells = list(cells)
    leaks = [cell for cell in cells if cell.outcome == "leak"]
    looked = sum(cell.outcome != "none" for cell in cells)
    sinks = sum(cell.sinks for cell in cells)
    channels = len({str(cell.channel) for cell in cells})
    notes = [f"{channels} channels, {what}; {sinks:,} texts were searched.", *_absent(cells), *(str(cell) for cell in leaks[:8])]
    missing = [name for name in ("rich", "redis", "opentelemetry", "cryptography") if find_spec(name) is None]
    notes += [f"NOT MEASURED: the package {name} is not installed." for name in missing]
    return Figure(met=not leaks and looked > 0 and not missing, measured=f"{len(leaks)} of {looked:,}", wanted="0", notes=tuple(notes))


def _absent(cells: list[Cell]) -> list[str]:
    absent = Counter(cell.why for cell in cells if cell.outcome == "none")
    return [f"{count:,} cells do not apply: {why}." for why, count in absent.most_common()]


def table(cells: Iterable[Cell], channels: Iterable[Channel] = NEUTRAL) -> list[list[Any]]:
    """Return a row for each channel: its name, and what each subject showed there."""
    found = {(cell.subject, cell.scheme, str(cell.channel)): cell.outcome for cell in cells}
    columns = list(dict.fromkeys(place[:2] for place in found))
    return [[str(channel), *(found.get((*column, str(channel)), "") for column in columns)] for channel in channels]
