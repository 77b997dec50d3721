"""Answers that can be read in two ways are refused, and nothing of them is in the next answer."""

from __future__ import annotations

import pytest

from tests.security.hostile.heads import CASES, GOOD, NEXT, WAITING, Case
from tests.security.hostile.poisoning import Twice, played
from tests.transport.engines import ENGINES, Engine

BLOCKING, ASYNCIO = (next(engine for engine in ENGINES if engine.name == name) for name in ("blocking", "asyncio"))


@pytest.mark.parametrize(("engine", "cases"), [(BLOCKING, CASES), (ASYNCIO, (*WAITING, *CASES[::8]))], ids=["blocking", "asyncio"])
def test_no_answer_is_misread_or_found_in_the_next_one(engine: Engine, cases: tuple[Case, ...]) -> None:
    found = played(engine, cases)

    assert len(cases) == len(found)
    assert [] == [twice.wrong for twice in found if twice.wrong]


def test_sound_answers_are_read() -> None:
    """Else a reader that refuses all would do."""
    sound = [case for case in CASES if case.sound]

    assert 15 < sum(twice.first == twice.case.body for twice in played(BLOCKING, sound))


def test_there_are_many_cases_and_each_once() -> None:
    assert 120 < len(CASES)
    assert len(CASES) == len({case.name for case in CASES})


@pytest.mark.parametrize(
    ("sound", "first", "second", "words"),
    [
        (False, GOOD, NEXT, "read as"),
        (True, b'{"n":', NEXT, "read as"),
        (True, GOOD, b'"POISONED"', "the next call got"),
        (True, GOOD, "Timeout", "the next call got"),
        (True, GOOD, NEXT, ""),
        (False, "ProtocolError", NEXT, ""),
    ],
)
def test_a_misreading_is_found_out(sound: bool, first: bytes | str, second: bytes | str, words: str) -> None:
    twice = Twice(Case("planted", b"", sound), first, second)

    assert bool(words) == bool(twice.wrong)
    assert words in twice.wrong
