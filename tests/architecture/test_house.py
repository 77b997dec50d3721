"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from llmkit.dialects import NAMES
from llmkit.providers.catalog import ROWS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "llmkit"
MODULES = sorted(SOURCE.rglob("*.py"))
IDS = [str(path.relative_to(SOURCE)) for path in MODULES]
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
BANNED_IMPORTS = {"pickle", "marshal", "shelve", "ctypes", "subprocess", "dill"}


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_module_is_one_noun_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 400
    assert not text or ast.get_docstring(ast.parse(text))
    assert module.stem not in {"utils", "helpers", "common", "manager", "base", "misc"}


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_module_runs_no_dynamic_code(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in BANNED_CALLS
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & BANNED_IMPORTS
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in BANNED_IMPORTS


def test_a_secret_is_revealed_in_few_places() -> None:
    users = [name for name, path in zip(IDS, MODULES, strict=True) if re.search(r"\.reveal\(", path.read_text(encoding="utf-8"))]

    assert ["auth/header.py"] == users


def test_a_providers_name_stands_only_in_its_row() -> None:
    """Behaviour is data of the row: no `if provider ==`."""
    names = {row.name for row in ROWS} - set(NAMES) - {"local"}
    allowed = ("providers/", "testing/", "cli/")
    found = []
    for name, path in zip(IDS, MODULES, strict=True):
        if name.startswith(allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                found += [
                    (name, part.value)
                    for part in [node.left, *node.comparators]
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.lower() in names
                ]

    assert [] == found
