"""Keep of many inputs those that reach lines no shorter one reaches."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any

from tests.security.fuzz.judging import guarded, judged
from tests.security.fuzz.target import Target

MOST_BYTES = 40_000
"""Of one target's corpus."""


def pruned(target: Target, inputs: Iterable[bytes]) -> list[bytes]:
    """Return the inputs that count, the shortest first; none that breaks a promise: those are finds."""
    seen: set[Any] = set()
    found: list[bytes] = []
    size = 0
    with guarded():
        for data in sorted(set(inputs), key=lambda data: (len(data), data)):
            lines, broke = _lines(target, data)
            if broke or lines <= seen or size + len(data) > MOST_BYTES:
                continue
            seen |= lines
            size += len(data)
            found.append(data)
    return found


def _lines(target: Target, data: bytes) -> tuple[set[Any], bool]:
    """Return the pairs of lines of ours that follow each other while `data` is played, and whether it is a find."""
    found: set[Any] = set()
    last: dict[int, int] = {}

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            key = id(frame)
            found.add((frame.f_code, last.get(key, 0), frame.f_lineno))
            last[key] = frame.f_lineno
        return inside

    def begins(frame: FrameType, event: str, _: Any) -> Any:
        if "/llmkit/" not in frame.f_code.co_filename:
            return None
        last.pop(id(frame), None)
        return inside

    sys.settrace(begins)
    try:
        broke = judged(target, data)[1] is not None
    finally:
        sys.settrace(None)
    return found, broke
