"""No input that once broke something breaks it again, and a part of the corpus holds what is promised."""

from __future__ import annotations

import pytest

from tests.security.fuzz.corpus import CORPUS, FINDS, finds, kept
from tests.security.fuzz.judging import guarded, judged
from tests.security.fuzz.record import total
from tests.security.fuzz.targets import named, targets

SAMPLE = 3
"""Inputs of each target's corpus, spread over it; the whole is played by `security check fuzz`."""
MOST = 2 * 1024 * 1024
FOUND = tuple(sorted(folder.name for folder in FINDS.iterdir() if folder.is_dir()))


@pytest.mark.parametrize("name", FOUND)
def test_what_once_broke_something_does_not_again(name: str) -> None:
    target = targets()[name]

    with guarded():
        broken = [find.told for data in finds(name) if (find := judged(target, data)[1]) is not None]

    assert [] == broken


def test_a_part_of_the_corpus_holds_what_is_promised() -> None:
    broken: list[str] = []
    with guarded():
        for name, target in targets().items():
            inputs = kept(name)
            for data in inputs[:: max(1, len(inputs) // SAMPLE)][:SAMPLE]:
                find = judged(target, data)[1]
                broken += [] if find is None else [f"{name}: {find.told}"]

    assert [] == broken


def test_each_corpus_belongs_to_a_target_and_all_are_small() -> None:
    """A corpus of a target that is gone would rot unseen."""
    files = sorted(CORPUS.glob("*.jsonl"))

    assert [] == [file.stem for file in files if file.stem not in targets()]
    assert set(FOUND) <= set(targets())
    assert sum(file.stat().st_size for file in files) < MOST


@pytest.mark.parametrize("name", [file.stem for file in sorted(CORPUS.glob("*.jsonl"))][:4])
def test_a_corpus_is_in_one_order(name: str) -> None:
    inputs = kept(name)

    assert sorted(set(inputs), key=lambda data: (len(data), data)) == inputs


def test_a_target_is_named_by_its_beginning() -> None:
    assert ["sse"] == named(["sse"])
    assert len(named(["stream"])) == 12
    assert [] == named(["nothing"])


def test_the_runs_are_written_down() -> None:
    assert total() > 0
