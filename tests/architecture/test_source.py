"""Rules that hold for every module; each detector is shown to fire on a planted violation."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import PACKAGE, event_loops, modules, strings
from tests.rows import ROWS

LIMIT = 400  # lines; the aim is 300
LOOPS_ALLOWED = ("runtime/", "transport/", "testing/")  # testing: its fake providers are servers of their own
# Where a provider may be named: its rows; the names of wire formats, and of families of models, which some providers share.
NAMES_ALLOWED = ("providers/", "dialects/", "serving/", "testing/", "models/families.py", "tokens/")
DIALECTS = {path.name for path in (PACKAGE / "dialects").iterdir()}
# Words that also mean something else in code: a model on this machine, the kind of engine that runs in the process, what is sent as one.
COMMON_WORDS = {"above", "embedded", "local", "parallel", "together"}


def test_no_module_is_longer_than_the_limit() -> None:
    lengths = {path: len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {} == {path: length for path, length in lengths.items() if length > LIMIT}


def test_every_module_says_first_what_it_is_for() -> None:
    without = [path for path, tree in modules().items() if tree.body and not ast.get_docstring(tree)]

    assert [] == without


def test_only_runtime_and_transport_know_an_event_loop() -> None:
    found = {path: event_loops(tree) for path, tree in modules().items() if not path.startswith(LOOPS_ALLOWED)}

    assert {} == {path: uses for path, uses in found.items() if uses}


def test_no_code_depends_on_the_name_of_a_provider() -> None:
    """What differs between providers is a fact in its row: `if provider == ...` would be found here."""
    names = {name for row in ROWS for name in (row.name, *row.aliases)} - COMMON_WORDS - DIALECTS
    elsewhere = {path: names.intersection(strings(tree)) for path, tree in modules().items() if not path.startswith(NAMES_ALLOWED)}

    assert {} == {path: found for path, found in elsewhere.items() if found}


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio",
        "def f():\n    from asyncio import sleep",
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "import anyio.abc",
    ],
)
def test_a_planted_event_loop_is_found(code: str) -> None:
    assert event_loops(ast.parse(code))


def test_harmless_look_alikes_are_not_found() -> None:
    tree = ast.parse('"""asyncio, time.sleep"""\nself.runtime.sleep(1)')

    assert [] == event_loops(tree)


def test_a_planted_provider_name_is_found_and_a_docstring_is_not() -> None:
    tree = ast.parse('"""deepinfra"""\ndef f(p):\n    """groq"""\n    return p == "xai"')

    assert ("xai",) == strings(tree)
