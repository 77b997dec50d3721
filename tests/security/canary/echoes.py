"""What is shown of a key that the server repeats."""

from __future__ import annotations

from collections.abc import Iterator

from tests.security.canary.answers import ECHOES, echo_of_exchange, good, wire_of
from tests.security.canary.channel import Channels, NotApplicable, Sink
from tests.security.canary.errors import told
from tests.security.canary.stage import FACES, Act, Stage

UPSTREAM = Channels("echoes")


def _add(name: str) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        for face in FACES:
            yield from ((f"{face}: {way}", text) for way, text in shown(stage.echoed(name, face)))

    UPSTREAM.add(name, read)


def shown(act: Act) -> Iterator[Sink]:
    """Yield what an act showed: its error in every way, and all that was said meanwhile. A reply is the caller's: it may hold anything."""
    if act.error is not None:
        yield from told(act.error)
    yield from (("log", line) for line in (*act.heard.logged, *act.heard.records, *act.heard.warned))
    yield "printed", act.heard.printed


for _name in ECHOES:
    _add(_name)


def _add_exchange(name: str) -> None:
    def read(stage: Stage) -> Iterator[Sink]:
        acts = [stage.act(f"{name}, from a token server", echo_of_exchange(name, stage.key), face) for face in FACES]
        if not any(wire_of(request) == "token" for act in acts for request in act.requests):
            raise NotApplicable("no token is asked for")
        for face, act in zip(FACES, acts, strict=True):
            yield from ((f"{face}: {way}", text) for way, text in shown(act))

    UPSTREAM.add(f"a token server's {name}", read)


for _name in ("401 with the key", "502 page with the key", "200 with an error", "200 of another shape", "redirect with the key"):
    _add_exchange(_name)


@UPSTREAM("a good answer whose text has the key")
def completed(stage: Stage) -> Iterator[Sink]:
    """The text belongs to the caller, but is nothing for a log."""
    for face in FACES:
        yield from shown(stage.act("the key in the text", lambda request: good(request, f"Your key is {stage.key}."), face))
