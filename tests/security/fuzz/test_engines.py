"""The fuzzer finds what is there: planted faults of every kind, by every engine; what it finds it makes small."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from random import Random

import pytest

from llmkit.errors import ProtocolError
from llmkit.framing.sse import ServerSentEvents
from tests.security.fuzz.corpus import add_find, finds, keep, kept
from tests.security.fuzz.engines.hypothesis_engine import drive as by_hypothesis
from tests.security.fuzz.engines.own import drive
from tests.security.fuzz.judging import guarded, judged
from tests.security.fuzz.minimising import smallest
from tests.security.fuzz.mutation import Mutator, pieces
from tests.security.fuzz.playing import Play, Result, read
from tests.security.fuzz.pruning import pruned
from tests.security.fuzz.record import Line, add, recorded, total
from tests.security.fuzz.target import Target, hold


def crashes(data: bytes) -> Hashable:
    if b"<" in data and data.count(b"null") > 1:
        raise KeyError("planted")
    return len(data) > 9


def refuses(data: bytes) -> Hashable:
    raise ProtocolError("It is refused.")


def breaks(data: bytes) -> Hashable:
    hold(b"!" not in data, "no input has a mark")
    return None


def spins(data: bytes) -> Hashable:
    while data == b"spin":
        pass
    return None


def planted(run: object) -> Target:
    return Target(name="planted", run=run, seeds=lambda: (b'{"a":1,"b":[2,3]}',), words=lambda: (b"<", b"null", b"!"))  # type: ignore[arg-type]


def test_a_crash_and_a_broken_promise_are_finds_and_a_refusal_is_none() -> None:
    crash, broken, refused = judged(planted(crashes), b"<null null"), judged(planted(breaks), b"!"), judged(planted(refuses), b"")

    assert crash[1] is not None
    assert "KeyError" in crash[1].kind
    assert broken[1] is not None
    assert "no input has a mark" in broken[1].kind
    assert (("ProtocolError", "It is refused."), None) == refused


def test_what_takes_long_and_what_never_ends_are_finds() -> None:
    slow = judged(planted(lambda data: sum(range(50_000))), b"", slow=0.0)
    with guarded(0.02):
        hung = judged(planted(spins), b"spin")

    assert slow[1] is not None
    assert slow[1].kind == "slow"
    assert hung[1] is not None
    assert hung[1].kind == "hangs"


def test_our_own_mutator_finds_a_planted_crash_and_makes_it_small() -> None:
    play = Play(planted(crashes), "random", seconds=20.0, inputs=4000)

    drive(play, Random(1))
    result = play.ended()

    assert ["KeyError"] == [told.partition(" ")[0] for _, told, _ in result.finds]
    assert sorted(result.finds[0][2]) == sorted("<nullnull")


def test_hypothesis_finds_a_planted_promise() -> None:
    play = Play(planted(breaks), "hypothesis", seconds=20.0, inputs=30)

    by_hypothesis(play, Random(1))

    assert ["!"] == [data for _, _, data in play.ended().finds]


def test_the_same_seed_gives_the_same_inputs() -> None:
    first, again = [[mutator() for _ in range(200)] for mutator in (Mutator([b'{"a":1}'], [b"x"], Random(7), 99) for _ in range(2))]

    assert first == again
    assert len(set(first)) > 150


@pytest.mark.parametrize("data", [b"", b"a", b"ab", bytes(range(256)), b"abc" * 50])
def test_pieces_are_the_whole(data: bytes) -> None:
    assert data == b"".join(pieces(data))


def test_an_input_is_made_as_small_as_it_can_be() -> None:
    assert b"xy" == smallest(b"aaxbbycc" * 9, lambda data: b"x" in data and b"y" in data[data.index(b"x") :])


def test_of_inputs_that_reach_the_same_lines_the_shortest_is_kept() -> None:
    one = Target(name="sse", run=lambda data: len(ServerSentEvents().feed(data)))

    assert [b"x", b"data:a\n\n"] == pruned(one, [b"data:aaa\n\n", b"data:a\n\n", b"x", b"y"])


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    keep("a", [b"\xff\x00", b"z", b"z"], tmp_path)
    add_find("a", "b", b"\x00", tmp_path)

    assert [b"z", b"\xff\x00"] == kept("a", tmp_path)
    assert [b"\x00"] == list(finds("a", tmp_path))


def test_runs_add_up(tmp_path: Path) -> None:
    """Runs of one day are one line; a page that was written is read again."""
    file = tmp_path / "RUNS.md"
    add([Result(target="sse", engine="random", inputs=5, seconds=1.0)], file)
    add(
        [
            Result(target="sse", engine="random", inputs=6, seconds=2.0, finds=[("a", "b", "")]),
            Result(target="url", engine="random", inputs=1),
        ],
        file,
    )

    assert 12 == total(file)
    assert [Line(11, 3.0, 1), Line(1, 0.0, 0)] == list(recorded(file).values())


def test_a_result_is_told_to_another_process(tmp_path: Path) -> None:
    result = Result(target="a", engine="random", inputs=3, seconds=0.5, new=1, finds=[("n", "k", "\xff")])
    result.write(tmp_path / "r.json")

    assert result == read(tmp_path / "r.json")
