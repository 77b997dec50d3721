"""One bad check is no failure and one good check no recovery: states change by runs of checks only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.errors import ConfigurationError
from llmkit.health import Check, Health
from llmkit.health.watched import Watched

SIGNS = {"+": True, "-": False, "?": None}


def played(marks: str, failures: int, successes: int) -> str:
    """Return after each check whether it is up (u), down (d) or undecided (.)."""
    one = Watched("a/b", "models")
    told = []
    for now, mark in enumerate(marks):
        one.judge(SIGNS[mark], mark, float(now), failures=failures, successes=successes)
        told.append({True: "u", False: "d", None: "."}[one.up])
    return "".join(told)


@pytest.mark.parametrize(
    ("marks", "rules", "states"),
    [
        ("+", (2, 2), "u"),
        ("-+-+", (2, 2), ".uuu"),
        ("--", (2, 2), ".d"),
        ("+--++", (2, 2), "uuddu"),
        ("+--+-++", (2, 2), "uuddddu"),
        ("+-?-", (2, 2), "uuud"),
        ("???", (1, 1), "..."),
        ("-+", (1, 1), "du"),
        ("+---++++", (3, 3), "uuuddduu"),
    ],
)
def test_a_run_of_checks_changes_the_state(marks: str, rules: tuple[int, int], states: str) -> None:
    assert states == played(marks, *rules)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("+-?"), max_size=30), st.integers(1, 4), st.integers(1, 4))
def test_down_needs_as_many_failures_in_a_row_as_it_says_and_up_as_many_successes(marks: list[str], failures: int, successes: int) -> None:
    states = "." + played("".join(marks), failures, successes)
    told = [mark for mark in marks if mark != "?"]
    counted = [state for mark, state in zip(marks, states[1:], strict=True) if mark != "?"]

    for place in range(1, len(counted)):
        if counted[place - 1] == "u" and counted[place] == "d":
            assert ["-"] * failures == told[place + 1 - failures : place + 1]
        if counted[place - 1] == "d" and counted[place] == "u":
            assert ["+"] * successes == told[place + 1 - successes : place + 1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"every": 0}, "health.every"),
        ({"timeout": -1}, "health.timeout"),
        ({"failures": 0}, "at least 1"),
        ({"by": "modles"}, "'models', 'completion' or a function"),
    ],
)
def test_wrong_rules_are_refused_when_they_are_made(options: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Health(**options)  # type: ignore[arg-type] # that is the fault


def test_a_wrong_way_of_one_check_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'models', 'completion' or a function"):
        Check("a/b", "ping")  # type: ignore[arg-type] # that is the fault
