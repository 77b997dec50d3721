"""The process in which a library is looked at, in the environment where it is installed: `host MODULE play|facts|all`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import json
import os
import ssl
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any, TextIO

from tests.security.canary.answers import good
from tests.security.canary.channel import Channel, NotApplicable
from tests.security.canary.needle import canary
from tests.security.canary.peers.facts import facts
from tests.security.canary.peers.fork import NotMeasured, Tell, forked, told
from tests.security.canary.play import NEUTRAL, look
from tests.security.canary.server import Server
from tests.security.canary.stage import Stage
from tests.security.canary.subject import Subject

SECONDS = 10.0
"""What one channel may take."""
_FAILURES = 5
"""After so many channels that could not be measured the rest is not tried."""
Found = dict[str, Any]


class Clientless(Stage):
    """A stage for functions: there is no client to look at."""

    @property
    def client(self) -> Any:
        """Raise `NotApplicable`."""
        raise NotApplicable("there is no client")


def main(words: list[str]) -> int:
    """Print what is found, a JSON object a line; everything that a library prints goes elsewhere."""
    name, what = words
    # Reading all authorities of the system would be most of the time of each new client, and every server here speaks plain HTTP.
    ssl.SSLContext.load_verify_locations = lambda *_, **__: None  # type: ignore[method-assign]
    with _only_ours() as out:
        module = import_module(name)
        _warm(module.SUBJECTS)
        gc.freeze()  # what a library made when it was imported is not looked through again in every fork
        for subject in module.SUBJECTS:
            about = {"name": subject.name, "version": subject.version, "scheme": subject.scheme}
            for found in _found(subject, what):
                print(json.dumps({**about, **found}), file=out, flush=True)
        print(json.dumps({"modules": loaded()}), file=out, flush=True)
    return 0


def _found(subject: Subject, what: str) -> Iterator[Found]:
    if what in ("play", "all"):
        yield from played(subject)
    if what in ("facts", "all"):
        yield from map(asdict, facts(subject))


def loaded() -> list[str]:
    """Return the modules of this project that were imported here."""
    return sorted(name for name in sys.modules if name.partition(".")[0] in ("llmkit", "tests"))


def played(subject: Subject, channels: Sequence[Channel] = NEUTRAL, seconds: float = SECONDS) -> Iterator[Found]:
    """Yield what each channel shows. One that breaks or hangs is not measured, and those after it are looked at in a new process."""
    waiting = list(channels)
    failures = 0
    while waiting and failures < _FAILURES:
        try:
            for found in told(lambda tell: _look(subject, waiting, tell), seconds=seconds):
                waiting.pop(0)
                yield found
        except NotMeasured as why:
            failures += 1
            if waiting:
                yield _unmeasured(waiting.pop(0), str(why))
    yield from (_unmeasured(channel, "too much before it failed") for channel in waiting)


def _look(subject: Subject, channels: Sequence[Channel], tell: Tell) -> None:
    stage_of = Clientless if getattr(subject, "clientless", False) else Stage
    with Server(good) as server, Server(good) as elsewhere, stage_of(subject, canary(), server, elsewhere) as stage:
        for channel in list(channels):
            tell(_cell(stage, channel))


def _cell(stage: Stage, channel: Channel) -> Found:
    try:
        cell = look(stage, channel)
    except Exception as error:  # a channel that cannot cope with a library is no finding about it
        return _unmeasured(channel, type(error).__name__)
    return {"channel": str(channel), "outcome": cell.outcome, "why": cell.why}


def _unmeasured(channel: Channel, why: str) -> Found:
    return {"channel": str(channel), "outcome": "not measured", "why": why}


def _warm(subjects: Sequence[Subject]) -> None:
    """Import here what a first call imports, so that no fork has to do it again; the call itself is made in a fork."""
    for subject in subjects:
        with contextlib.suppress(NotMeasured):
            for name in forked(lambda subject=subject: _called(subject), seconds=6 * SECONDS):
                with contextlib.suppress(Exception):
                    import_module(name)


def _called(subject: Subject) -> list[str]:
    before = set(sys.modules)
    with Server(good) as server, contextlib.suppress(Exception):
        client = subject.client(canary(), server.url)
        subject.ask(client, "Hello")
        subject.stream(client, "Hello")
        inspect.getmembers(client)
        subject.close(client)
        asyncio.run(subject.ask_async(canary(), server.url, "Hello"))
    return [name for name in sys.modules if name not in before]


@contextlib.contextmanager
def _only_ours() -> Iterator[TextIO]:
    """Keep the output for what is found here."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out, open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        yield out


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
