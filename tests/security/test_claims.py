"""No claim without a proof, and no proof that is not there."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.security.claims import claims
from tests.security.policy import PAGE, ROOT, page

CLAIMS = claims()


def exists(test: str) -> bool:
    """Tell whether a file or folder of tests is there, and the function in it that is named."""
    place, _, name = test.partition("::")
    path = ROOT / place
    if not name:
        return path.is_file() or (path.is_dir() and any(path.rglob("test_*.py")))
    return path.is_file() and name in functions(path)


def functions(path: Path) -> set[str]:
    """Return the names of the test functions of a module."""
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_the_policy_says_each_claim_as_it_is_held() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text, "run: python -m tests.security write"


def test_the_policy_names_no_claim_that_is_not_there() -> None:
    named = set(re.findall(r"`([a-z]+\.(?:[a-z]+|\*))`", PAGE.read_text(encoding="utf-8")))

    assert [] == [name for name in sorted(named) if not any(claim == name or claim.startswith(name.rstrip("*")) for claim in CLAIMS)]


@pytest.mark.parametrize("name", CLAIMS)
def test_each_test_that_a_claim_names_is_there(name: str) -> None:
    tests = CLAIMS[name].tests

    assert tests
    assert [] == [test for test in tests if not exists(test)]


@pytest.mark.parametrize("name", CLAIMS)
def test_each_claim_can_be_measured(name: str) -> None:
    module, _, function = CLAIMS[name].figure.partition(":")

    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("missing", ["tests/nowhere.py", "tests/security/test_claims.py::test_nothing", "tests/security/fuzz_nothing/"])
def test_a_test_that_is_not_there_is_found_out(missing: str) -> None:
    assert not exists(missing)
