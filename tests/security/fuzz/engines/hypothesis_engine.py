"""Hypothesis: inputs built from a target's own words, as JSON and as bytes, from nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.security.fuzz.engines.own import begun
from tests.security.fuzz.playing import Play

_ROUND = 250
_LETTERS = "ab1 .-:/\n\x00\x7f\u00e9\u65e5\u2028\U0001f600"


def drive(play: Play, source: Random) -> None:
    """Play rounds of inputs until it is over."""
    inputs = _inputs(begun(play), list(play.target.words()), play.target.longest)
    play.start()
    while not play.over:
        _round(play, inputs, source.getrandbits(64))


def _round(play: Play, inputs: st.SearchStrategy[bytes], number: int) -> None:
    @seed(number)
    @settings(
        max_examples=min(_ROUND, play.left), database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(inputs)
    def one(data: bytes) -> None:
        if not play.over:
            play(data)

    one()


def _inputs(seeds: list[bytes], words: list[bytes], longest: int) -> st.SearchStrategy[bytes]:
    known = st.sampled_from(words or [b"a"])
    keys = st.sampled_from(list(_texts(words)) or ["a"])
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(_LETTERS, max_size=20) | keys
    values: st.SearchStrategy[Any] = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
    )
    documents = values.map(lambda value: json.dumps(value).encode())
    joined = st.lists(known | st.binary(max_size=8) | documents, max_size=5).map(b"".join)
    started = st.builds(bytes.__add__, st.sampled_from(seeds or [b""]), joined)
    return st.one_of(st.binary(max_size=64), documents, joined, started).map(lambda data: data[:longest])


def _texts(words: list[bytes]) -> Iterator[str]:
    for word in words:
        if word.isascii() and 0 < len(word) < 40:
            yield word.decode()
