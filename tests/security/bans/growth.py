"""How the time of a regular expression grows with the length of a text."""

from __future__ import annotations

import re
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tests.security.bans.pumping import Text, texts

LENGTHS = (48, 768)
"""The first finds what is exponential, before it takes for ever."""
_SURE = 3072
_LIMIT = 0.25
"""Seconds of the processor that one text may take: what is linear takes a thousandth of that."""
_NOTICEABLE = 0.002
_RATIO = 8.0
"""Four times the length takes four times as long where the time is linear, sixteen times where it is quadratic."""


SLOW: dict[str, re.Pattern[Any]] = {
    "exponential": re.compile(r"(a+)+b"),
    "cubic": re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$"),
    "quadratic in a search": re.compile(r"(\d+)s"),
    "quadratic in a match": re.compile(r"\s*(?:```)?\s*\Z"),
    "of bytes": re.compile(rb"<(.+?)>", re.S),
    "of two ways": re.compile(r"(?:a|ab|b)*c"),
}
"""Patterns that must be found out."""


def worst(pattern: re.Pattern[Any], ways: tuple[str, ...], bound: int | None = None) -> str:
    """Return how the time of a pattern grows too fast, or "" where it grows as the text does.

    One that is only ever put to `bound` characters may take what time it likes with so many, as long as nobody notices.
    """
    measure = _worst if bound is None else partial(_longest, bound=bound)
    return next(filter(None, (measure(pattern, way) for way in ways)), "")


def _longest(pattern: re.Pattern[Any], way: str, bound: int) -> str:
    took, text = max(((_least(pattern, way, text, bound), text) for text in texts(pattern)), key=lambda pair: pair[0])
    return f"{way}: {bound} characters of {text} take {took * 1000:.0f} ms" if took > 10 * _NOTICEABLE else ""


def _worst(pattern: re.Pattern[Any], way: str) -> str:
    slowest: list[tuple[float, Text]] = []
    for length in LENGTHS:
        slowest = []
        for text in texts(pattern):
            took = seconds(pattern, way, text.of(length))
            if took >= _LIMIT:
                return f"{way}: {length} characters of {text} take over {_LIMIT} s"
            slowest.append((took, text))
        slowest.sort(key=lambda pair: -pair[0])
    for _, text in slowest[:4]:
        longer = _least(pattern, way, text, _SURE)
        if longer > _NOTICEABLE and longer > _RATIO * _least(pattern, way, text, LENGTHS[-1]):
            return f"{way}: {_SURE} characters of {text} take {longer * 1000:.0f} ms"
    return ""


def _least(pattern: re.Pattern[Any], way: str, text: Text, length: int) -> float:
    """Return the shortest of some times: what else runs on the machine only ever makes one longer."""
    return min(seconds(pattern, way, text.of(length)) for _ in range(5))


def seconds(pattern: re.Pattern[Any], way: str, text: Any) -> float:
    """Return how long a match takes, at most the limit."""
    begun = time.perf_counter()
    with _patience():
        if way == "search":  # as `sub` and `finditer` do: on from each match to the next
            deque(pattern.finditer(text), maxlen=0)
        else:
            getattr(pattern, way)(text)
    return time.perf_counter() - begun


class _TooLong(Exception):
    """It took longer than the limit."""


@contextmanager
def _patience() -> Iterator[None]:
    """End a match at the limit: the engine of `re` looks for signals while it works."""

    def stop(*_: object) -> None:
        raise _TooLong

    earlier = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _LIMIT)
    try:
        yield
    except _TooLong:
        pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)
