"""Processes that do the same at once, for tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

Work = Callable[[int, Callable[[int], Any]], Any]
"""Gets the number of the process, and a function that tells a number."""


def in_processes(count: int, work: Work, *, after: int = 0, then: Callable[[Sequence[int]], Any] | None = None) -> list[int]:
    """Run `work` in processes at once; return what they tell. When `after` numbers have been told, `then` is called with their ids."""
    reading, writing = os.pipe()
    children = []
    for number in range(count):
        if (child := os.fork()) == 0:
            try:
                work(number, lambda told: os.write(writing, f"{int(told)}\n".encode()))
            finally:
                os._exit(0)
        children.append(child)
    os.close(writing)
    with os.fdopen(reading) as told:
        found = [int(told.readline()) for _ in range(after)]
        if then is not None:
            then(children)
        found += [int(line) for line in told]
    for child in children:
        os.waitpid(child, 0)
    return found


def kill_all(children: Sequence[int]) -> None:
    """Kill processes where they stand."""
    for child in children:
        os.kill(child, signal.SIGKILL)
