"""Words of others do not steer the terminal."""

from __future__ import annotations

import pytest

from tests.security.hostile.attacks import ALL, HARMLESS, TERMINAL
from tests.security.hostile.commands import ASKING, NAMED, Command
from tests.security.hostile.screen import sequences, shown

CHOSEN = (ASKING[0], Command(("--debug", *ASKING[0].words), 400), NAMED[14])
"""An answer in a stream, the traceback of an error, and a wrong use that repeats a word."""


@pytest.mark.parametrize("command", CHOSEN, ids=["answer", "traceback", "usage"])
def test_no_attack_reaches_the_terminal(command: Command) -> None:
    (found,) = shown([command])

    assert found.letters > 100
    assert not found.more


@pytest.mark.parametrize("attack", TERMINAL)
def test_an_attack_is_seen(attack: str) -> None:
    assert sequences(f"before {TERMINAL[attack]} after")


def test_harmless_words_are_as_long_and_hold_nothing() -> None:
    assert not sequences(HARMLESS)
    assert len(ALL) == len(HARMLESS)
