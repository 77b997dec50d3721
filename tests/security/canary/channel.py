"""A way out for a key: what it is called, and the function that brings to light what came out there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Sink = tuple[str, str | bytes]
"""What one place showed: its name, and the text or the bytes."""


class NotApplicable(Exception):
    """A channel that this library does not have; the text says why."""


@dataclass(frozen=True)
class Channel:
    """One way out."""

    group: str
    name: str
    read: Callable[[Any], Iterable[Sink]]

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


@dataclass(frozen=True)
class Cell:
    """What one channel showed of one subject: `leak`, `clean` or `none` (there is no such channel)."""

    subject: str
    scheme: str
    channel: Channel
    outcome: str
    why: str = ""
    sinks: int = 0

    def __str__(self) -> str:
        return f"{self.subject} ({self.scheme}), {self.channel}: {self.outcome} {self.why}".rstrip()


class Channels:
    """The channels of one group, in the order in which they were written."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._all: list[Channel] = []

    def __call__(self, name: str) -> Callable[[Callable[[Any], Iterable[Sink]]], Callable[[Any], Iterable[Sink]]]:
        """Add the function below as the channel `name`."""

        def add(read: Callable[[Any], Iterable[Sink]]) -> Callable[[Any], Iterable[Sink]]:
            self.add(name, read)
            return read

        return add

    def add(self, name: str, read: Callable[[Any], Iterable[Sink]]) -> None:
        """Add a channel."""
        self._all.append(Channel(self._group, name, read))

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._all)


def counted(cells: Iterable[Cell]) -> dict[str, int]:
    """Return how many cells there are of each outcome."""
    found = Counter(cell.outcome for cell in cells)
    return {outcome: found[outcome] for outcome in ("leak", "clean", "none")}
