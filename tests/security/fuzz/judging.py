"""Play one input and say whether the target kept its promises."""

from __future__ import annotations

import hashlib
import signal
import time
import traceback
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llmkit.errors import LLMKitError
from tests.security.fuzz.target import Broken, Target, way_of

SLOW = 1.0
"""Seconds of processor time: of this thread alone, so that a busy machine finds nothing."""
HUNG = 10
"""Seconds of processor time after which an input is given up."""


class Hung(BaseException):
    """The input was given up. Not an `Exception`: what is fuzzed must not catch it."""


@dataclass(frozen=True, kw_only=True)
class Find:
    """An input that breaks a promise, and where."""

    target: str
    data: bytes
    kind: str
    """What tells this find from others: the exception and the place in our code."""
    told: str
    """The whole story, for whoever mends it."""

    @property
    def name(self) -> str:
        """Return a short name for the file: the same fault has the same one."""
        return hashlib.sha256(self.kind.encode()).hexdigest()[:12]


def judged(target: Target, data: bytes, slow: float = SLOW) -> tuple[Hashable, Find | None]:
    """Return the way that `data` takes, and the find if it is one: also where it takes longer than `slow` seconds."""
    _beat()
    begun = time.thread_time()
    way: Hashable = None
    try:
        way = target.run(data)
    except LLMKitError as error:
        way = way_of(error)
    except Hung as error:
        return None, Find(target=target.name, data=data, kind="hangs", told="".join(traceback.format_exception(error))[-3000:])
    except Exception as error:  # whatever else comes out is what we look for
        return None, _find(target, data, error)
    took = time.thread_time() - begun
    if took > slow:
        return way, Find(target=target.name, data=data, kind="slow", told=f"{took:.2f} s for {len(data)} bytes")
    return way, None


def _find(target: Target, data: bytes, error: Exception) -> Find:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/llmkit/" in frame.filename] or list(frames)
    place = f"{own[-1].filename.rpartition('/llmkit/')[2]}:{own[-1].name}"
    words = f" {str(error)[:60]}" if isinstance(error, Broken) else ""
    told = "".join(traceback.format_exception(error))[-3000:]
    return Find(target=target.name, data=data, kind=f"{type(error).__name__} at {place}{words}", told=told)


@contextmanager
def guarded(patience: float = HUNG) -> Iterator[None]:
    """End an input that hangs, in the main thread alone: each gets so many seconds of processor time."""

    def give_up(*_: Any) -> None:
        raise Hung(f"nothing within {patience} s")

    before = signal.signal(signal.SIGPROF, give_up)
    _GUARDS.append(patience)
    try:
        yield
    finally:
        _GUARDS.pop()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


_GUARDS: list[float] = []
"""Not empty: somebody waits for the alarm, so many seconds of processor time."""


def _beat() -> None:
    if _GUARDS:
        signal.setitimer(signal.ITIMER_PROF, _GUARDS[-1])
