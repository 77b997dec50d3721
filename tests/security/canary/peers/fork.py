"""Run something in a fork of this process: what it breaks, keeps or never ends is gone with it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BYTES = 3 << 30
"""How much a fork may take beside what it was born with."""
Tell = Callable[[Any], None]
"""Tells the process that forked anything that JSON can say."""


class NotMeasured(Exception):
    """A fork that took too long, died, or raised."""


class TooSlow(NotMeasured):
    """A fork that took too long."""


def forked(work: Callable[[], Any], *, seconds: float) -> Any:
    """Return what `work` returns, or raise `NotMeasured`."""
    return next(iter(told(lambda tell: tell(work()), seconds=seconds)))


def told(work: Callable[[Tell], object], *, seconds: float) -> Iterator[Any]:
    """Yield what `work` tells; raise `NotMeasured` when it says nothing for so long, and when it ends by a failure."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        _work(work, writing)
    os.close(writing)
    try:
        for line in _lines(reading, seconds):
            kind, value = json.loads(line)
            if kind == "end":
                return
            if kind == "failure":
                raise NotMeasured(value)
            yield value
        raise NotMeasured("the process died")
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _work(work: Callable[[Tell], object], writing: int) -> None:
    """Do the work and end this process, without `atexit` and threads: they belong to the process that was copied."""
    try:
        most = _size() + BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        work(lambda value: _write(writing, "value", value))
        _write(writing, "end", None)
    except BaseException as error:  # whatever a library raises, its name goes to the other process
        _write(writing, "failure", type(error).__name__)
    finally:
        os._exit(0)


def _size() -> int:
    """Return how much address space this process has; nothing where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _write(writing: int, kind: str, value: Any) -> None:
    data = json.dumps((kind, value)).encode() + b"\n"
    while data:
        data = data[os.write(writing, data) :]


def _lines(reading: int, seconds: float) -> Iterator[bytes]:
    """Yield each whole line; raise `NotMeasured` when none comes in time."""
    pending = b""
    deadline = time.monotonic() + seconds
    while True:
        if not select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TooSlow(f"not over after {seconds:g} s")
        more = os.read(reading, 1 << 16)
        if not more:
            return
        *lines, pending = (pending + more).split(b"\n")
        if lines:
            yield from lines
            deadline = time.monotonic() + seconds
