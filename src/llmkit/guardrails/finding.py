"""What a detector finds, and what a detector is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec


class Finding(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A place in a text, `text[start:end]`, what stands there, and how sure that is (0 to 1). Never the text itself."""

    start: int
    end: int
    kind: str
    score: float = 1.0
    words: str | None = None
    """What a mask puts in its place; None: the kind, in brackets."""


class Detector(Protocol):
    """A pure function of a text that can also say what of a text is not over yet: so it works on streams."""

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return what stands in `text` from `start` on; what is before it is only looked back at.

        A finding with the score 0 is a candidate that failed its validation: it counts for nothing, but no text is cut inside it.
        """
        ...

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the first place from `start` on where what comes behind `text` may still change what is found."""
        ...


class Detectors:
    """Several detectors as one."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self.detectors = tuple(detectors)

    def find(self, text: str, start: int = 0, /) -> Sequence[Finding]:
        """Return the findings of all."""
        found: list[Finding] = []
        for detector in self.detectors:
            found += detector.find(text, start)
        return found

    def opening(self, text: str, start: int = 0, /) -> int:
        """Return the first of all openings."""
        return min([detector.opening(text, start) for detector in self.detectors], default=len(text))


def found(detector: Detector, text: str) -> list[Finding]:
    """Return what `detector` finds in the whole of `text`, in order, without failed candidates."""
    return sorted([one for one in detector.find(text) if one.score > 0], key=lambda one: (one.start, -one.end))
