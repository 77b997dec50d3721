"""Each value of each input of the corpus in turn replaced by each odd value: no luck in it, and soon through."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.security.fuzz.engines.own import begun
from tests.security.fuzz.mutation import ODD, seed_of
from tests.security.fuzz.playing import Play


def drive(play: Play, source: Random) -> None:
    """Play them in any order until all are played, or it is over."""
    start = [data[: play.target.longest] for data in begun(play)]
    source.shuffle(start)
    play.start()
    for data in _changed(start, source):
        if play.over:
            return
        play(data)


def _changed(inputs: list[bytes], source: Random) -> Iterator[bytes]:
    for data in dict.fromkeys(inputs):
        spans = list(dict.fromkeys(seed_of(data).spans))
        source.shuffle(spans)
        for first, last in spans:
            for value in ODD:
                yield data[:first] + value + data[last:]
