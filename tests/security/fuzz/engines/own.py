"""Our own mutator over the corpus: no code is watched, so it is fast; what takes a new way is changed further."""

from __future__ import annotations

from random import Random

from tests.security.fuzz.corpus import finds, kept
from tests.security.fuzz.mutation import Mutator
from tests.security.fuzz.playing import Play


def begun(play: Play) -> list[bytes]:
    """Return what the target begins with, each input played."""
    name = play.target.name
    start = [*play.target.seeds(), *kept(name), *finds(name)]
    for data in start:
        play.known(data[: play.target.longest])
    return start


def drive(play: Play, source: Random) -> None:
    """Play changed inputs until it is over."""
    mutator = Mutator(begun(play), tuple(play.target.words()), source, play.target.longest)
    play.start()
    while not play.over:
        data = mutator()
        if play(data):
            mutator.add(data)
