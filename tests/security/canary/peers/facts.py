"""What a library does with a server that answers wrongly, beside its key: five facts that anybody can measure."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.security.canary.peers.fork import NotMeasured, TooSlow, forked
from tests.security.canary.peers.hostile import Hostile, Way, away_to, bomb, comments, endless_line, half
from tests.security.canary.subject import Subject

KEY = "sk-canary-0123456789abcdefghijklmnopqrstuvwxyz-QZXJ"
BOMB, LINE = 256 << 20, 96 << 20
ENOUGH = 64 << 20
"""More memory than this is more than an answer needs."""
TIMEOUT, PATIENCE = 1.0, 5.0
"""What a call may take, and how long we wait for it to keep to that."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What came of a fact: `held` is None where it could not be measured."""

    fact: str
    said: str
    held: bool | None


Measure = Callable[[Subject], tuple[str, bool | None]]


def facts(subject: Subject) -> list[Fact]:
    """Measure all facts, each in a process of its own."""
    return [_fact(name, measure, subject, seconds) for name, (measure, seconds) in FACTS.items()]


def _fact(name: str, measure: Measure, subject: Subject, seconds: float) -> Fact:
    try:
        said, held = forked(partial(measure, subject), seconds=seconds)
    except NotMeasured as why:
        return Fact(fact=name, said=f"not measured: {why}", held=None)
    return Fact(fact=name, said=said, held=held)


def redirect(subject: Subject) -> tuple[str, bool]:
    """Say whether the key goes along when the server redirects to another origin."""
    with Hostile(half) as other, Hostile(away_to(other.url)) as first:
        said = _outcome(lambda: subject.ask(subject.client(KEY, first.url), "Hello"))
        went = any(KEY.encode() in request for request in other.got)
        asked = any(KEY.encode() in request for request in first.got)
    if not asked:
        raise ValueError(f"the first server saw no key: {said}")
    if went:
        return "sent", False
    return ("followed without it" if other.got else "not followed"), True


def truncated(subject: Subject) -> tuple[str, bool]:
    """Say what comes of a stream that stops in the middle of the answer, in order."""
    with Hostile(half) as server:
        said = _outcome(lambda: subject.stream(subject.client(KEY, server.url), "Hello"))
    return ("no error", False) if said == "" else (said, True)


def unfolded(subject: Subject, *, size: int = BOMB) -> tuple[str, bool | None]:
    """Say by how much a small compressed answer makes the process grow."""
    return _grown(bomb(size), lambda url: subject.ask(subject.client(KEY, url), "Hello"))


def alive(subject: Subject, *, timeout: float = TIMEOUT, patience: float = PATIENCE) -> tuple[str, bool]:
    """Say whether `timeout=` ends a stream in which nothing comes but comments."""
    subject.timeout = timeout  # type: ignore[attr-defined]  # what only these subjects have
    with Hostile(comments) as server:
        begun = time.monotonic()
        try:
            said = forked(lambda: _outcome(lambda: subject.stream(subject.client(KEY, server.url), "Hello")), seconds=patience)
        except TooSlow:
            return f"waiting after {patience:g} s", False
    return f"{said or 'no error'} after {time.monotonic() - begun:.1f} s", True


def lined(subject: Subject, *, size: int = LINE) -> tuple[str, bool | None]:
    """Say by how much a line without an end makes the process grow."""
    return _grown(endless_line(size), lambda url: subject.stream(subject.client(KEY, url), "Hello"))


FACTS: dict[str, tuple[Measure, float]] = {
    "key at another origin after a 307": (redirect, 10),
    "half a stream, ended in order": (truncated, 10),
    f"memory for {BOMB >> 20} MiB in gzip": (unfolded, 5 * PATIENCE),
    f"stream of comments, timeout={TIMEOUT:g}": (alive, 2 * PATIENCE),
    f"memory for a line of {LINE >> 20} MiB": (lined, 5 * PATIENCE),
}


def _grown(way: Way, ask: Callable[[str], object]) -> tuple[str, bool | None]:
    """Ask in a thread, and look at the memory when it is over or has had its time."""
    ended: list[str] = []
    with Hostile(way) as server:
        _outcome(lambda: ask("http://127.0.0.1:9"))  # what a first call loads is not counted
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the highest until now (proc(5))
        asking = threading.Thread(target=lambda: ended.append(_outcome(lambda: ask(server.url))), daemon=True)
        asking.start()
        asking.join(3 * PATIENCE)
        grown = _memory("VmHWM") - before
    said = f"{grown / (1 << 20):.0f} MiB, {(ended[0] or 'no error') if ended else 'not over'}"
    return said, False if grown > ENOUGH else True if ended else None


def _memory(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return 1024 * int(found[1]) if found else 0


def _outcome(act: Callable[[], Any]) -> str:
    """Return the name of the error of an act, nothing for none."""
    try:
        act()
    except Exception as error:  # libraries raise what they like; its name is the finding
        return type(error).__name__
    return ""
