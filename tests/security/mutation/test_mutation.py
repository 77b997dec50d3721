"""The areas name what is there, a score is counted from how the tests ended, and an estimate says no more than its sample does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.security.mutation.areas import AREAS, PROSE, ROOT, Area
from tests.security.mutation.estimate import contradicts, interval
from tests.security.mutation.figures import enough
from tests.security.mutation.record import Entry, counted, entries, latest, mark, named, write
from tests.security.mutation.running import Score, score_of


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_an_area_names_modules_and_tests_that_are_there(area: Area) -> None:
    for pattern in area.patterns:
        assert [name for name in area.modules() if (ROOT / name).match(f"src/llmkit/{pattern}")], pattern
    assert [] == [name for name in (*area.modules(), *area.tests) if not (ROOT / name).exists()]
    for name in area.without:
        path, _, function = name.partition("::")
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_module_that_holds_keys_is_in_an_area() -> None:
    auth = {path.relative_to(ROOT).as_posix() for path in (ROOT / "src/llmkit/auth").glob("*.py") if path.name != "__init__.py"}

    assert auth == set(named(["auth"])[0].modules())


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ('    raise ProtocolError(f"The answer {status} has no end.")', True),
        ('        hint="Use https.",', True),
        ('    hint = "Name its origin if you trust it."', True),
        ('            "A proxy is given as http://host:port.",', True),
        ('    if kind == "role":', False),
        ('    headers = {"Accept": "application/json"}', False),
        ('    form["options"] = "a"', False),
        ("    return left < 0", False),
    ],
)
def test_only_lines_of_words_are_left_alone(line: str, prose: bool) -> None:
    assert prose == any(re.search(pattern, line) for pattern in PROSE)


def test_a_score_is_how_the_tests_ended() -> None:
    """A failure, a crash and no end within the time kill; a pass, no test at all and what was not played do not."""
    found = score_of({"a": 1, "b": 0, "c": 33, "d": -24, "e": None, "f": 36})

    assert (6, 3, ("b", "c", "e")) == (found.mutants, found.killed, found.survivors)
    assert (50.0, 100.0) == (found.share, score_of({}).share)


def test_an_interval_holds_what_was_seen_and_narrows_with_more() -> None:
    few, many = interval(18, 20), interval(900, 1000)

    assert few[0] < many[0] < 90 < many[1] < few[1]
    assert (69.9, 97.2) == tuple(round(bound, 1) for bound in few)
    assert (0.0, 100.0) == interval(0, 0)
    assert 100.0 == interval(10, 10)[1] > interval(10, 10)[0] > 70


@pytest.mark.parametrize(("killed", "mutants", "wrong"), [(12, 12, False), (9, 12, False), (7, 12, True), (0, 12, True), (0, 0, False)])
def test_a_fresh_sample_contradicts_where_it_is_too_unlikely(killed: int, mutants: int, wrong: bool) -> None:
    assert wrong == contradicts(killed, mutants)


TOY = Area("toy", ("auth/header.py",), ("tests/security/mutation/test_mutation.py",))


def test_samples_are_written_down_and_found_again(tmp_path: Path) -> None:
    page = tmp_path / "RUNS.md"
    score = Score(mutants=3, killed=2, modules={"llmkit.b": Score(1, 1), "llmkit.a": Score(2, 1, ("x",))})

    write(TOY, score, "2026-11-23", page)
    write(TOY, score, "2026-11-24", page)

    found = entries(page)
    assert [("2026-11-23", "llmkit.a", 2, 1), ("2026-11-23", "llmkit.b", 1, 1)] == [
        (one.date, one.module, one.mutants, one.killed) for one in found[:2]
    ]
    assert (6, 4) == counted(TOY, found) == latest(TOY, found)
    changed = [Entry(one.date, one.area, "old", one.module, one.mutants, one.killed) for one in found[:2]]
    assert ((0, 0), (3, 2)) == (counted(TOY, changed), latest(TOY, changed))
    assert (6, 4) == latest(TOY, [*changed, *found])
    assert ((0, 0), []) == (latest(TOY, []), entries(tmp_path / "none"))


def test_a_mark_changes_with_what_it_marks() -> None:
    assert mark(TOY) == mark(TOY) != mark(Area("toy", ("auth/secret.py",), TOY.tests))


def test_the_claim_is_not_met_by_too_few_or_too_many_survivors() -> None:
    """The harness can say no: a planted share below nine of ten is one, and so is a sample too small to tell."""
    assert enough(90, 100)
    assert not enough(89, 100)
    assert not enough(39, 39)
    assert not enough(0, 0)


def test_an_area_that_is_not_there_is_said() -> None:
    assert list(AREAS) == named([])
    with pytest.raises(ValueError, match=r"no such area: moon; there are auth"):
        named(["auth", "moon"])
