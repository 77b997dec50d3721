"""Every regular expression of the package, with the ways in which it is used."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from tests.architecture.source import calls, modules, of_kind, origins

WAYS = ("search", "match", "fullmatch")
UNKNOWN = ("search", "match")
"""How a pattern is measured that stands in a table, whose uses the syntax does not tell."""
BOUNDED: dict[tuple[str, str], int] = {
    ("dialects/openai_chat/rate_limits.py", "_DURATION"): 64,  # cut to `_LONGEST`
    ("dialects/openai_chat/errors.py", "_WORDS"): 2048,  # `error_text.LIMIT`
    ("guardrails/markup.py", "_RUNNING"): 64,  # begins at most so far from the end
}
"""Characters that are ever put to a pattern, where its module sees to that; only so many are measured."""
LEFT_OUT = ("testing/",)
"""Fake providers, which answer tests: no text comes to them that its user did not send."""
_LIKE = {"sub": "search", "subn": "search", "split": "search", "findall": "search", "finditer": "search"}
_FLAGS = {"I": re.I, "IGNORECASE": re.I, "S": re.S, "DOTALL": re.S, "M": re.M, "MULTILINE": re.M, "A": re.A, "ASCII": re.A, "X": re.X}


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A regular expression, where it stands, and how text is put to it."""

    path: str
    held: str
    """The name that the module gives it, or what it is in; "" where it stands within a function."""
    compiled: re.Pattern[Any]
    ways: tuple[str, ...]

    @property
    def bound(self) -> int | None:
        """Return how many characters are ever put to it, where that is known."""
        return BOUNDED.get((self.path, self.held))

    @property
    def name(self) -> str:
        """Return what a report calls it."""
        return f"{self.path}: {self.compiled.pattern!r}"


@cache
def patterns(*only: str) -> tuple[Pattern, ...]:
    """Return those that modules (all, or `only` some) hold, and those that stand as text in calls of `re`."""
    found: dict[tuple[str, object, int], Pattern] = {}
    trees = modules()
    used = _ways(trees)
    for path, tree in trees.items():
        if not path.startswith(LEFT_OUT) and (not only or path in only):
            held = [(name, pattern, used.get((_dotted(path), name), UNKNOWN)) for name, pattern in _held(path, tree)]
            for name, pattern, ways in (*held, *_written(tree)):
                place = path, pattern.pattern, pattern.flags
                found.setdefault(place, Pattern(path=path, held=name, compiled=pattern, ways=ways))
    return tuple(found.values())


def _held(path: str, tree: ast.Module) -> list[tuple[str, re.Pattern[Any]]]:
    """Return the patterns that a module holds itself, by the names of what they are in."""
    owned = {name for node in tree.body for name in _bound(node)}
    values = vars(import_module(_dotted(path))).items()
    return [(name, pattern) for name, value in values if name in owned for pattern in _within(value)]


def _within(value: object, depth: int = 4) -> list[re.Pattern[Any]]:
    """Return the patterns in a value: itself, in tuples, tables, and values of our own classes."""
    if isinstance(value, re.Pattern):
        return [value]
    if depth == 0 or isinstance(value, (str, bytes, int, type, ModuleType)):
        return []
    if isinstance(value, dict):
        inner: list[object] = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        inner = list(value)
    elif type(value).__module__.startswith("llmkit"):
        names = [*getattr(type(value), "__struct_fields__", ()), *getattr(type(value), "__slots__", ()), *getattr(value, "__dict__", ())]
        inner = [getattr(value, name, None) for name in names]
    else:
        return []
    return [pattern for item in inner for pattern in _within(item, depth - 1)]


def _bound(node: ast.AST) -> list[str]:
    """Return the names that a statement of a module binds, but for imports."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return []
    if isinstance(node, ast.ClassDef):
        return [node.name]
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]


def _ways(trees: dict[str, ast.Module]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return, for each module and name of its own, the methods of patterns that are called on it, there and where it is imported."""
    found: dict[tuple[str, str], set[str]] = {}
    for path, tree in trees.items():
        names = origins(tree)
        for node in of_kind(tree, ast.Attribute):
            if (way := _LIKE.get(node.attr, node.attr)) in WAYS:
                held = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                if isinstance(held, ast.Name):
                    module, _, name = names.get(held.id, f"{_dotted(path)}.{held.id}").rpartition(".")
                    found.setdefault((module, name), set()).add(way)
    return {place: tuple(sorted(ways)) for place, ways in found.items()}


def _dotted(path: str) -> str:
    parts = path.removesuffix(".py").removesuffix("__init__").strip("/").split("/")
    return ".".join(["llmkit", *parts]).strip(".")


def _written(tree: ast.Module) -> list[tuple[str, re.Pattern[Any], tuple[str, ...]]]:
    """Return the patterns that stand as text in calls, `re.sub(r"...", ...)`, and the way of each call."""
    found: list[tuple[str, re.Pattern[Any], tuple[str, ...]]] = []
    names = origins(tree)
    for name, call in calls(tree):
        method = name.removeprefix("re.")
        if name.startswith("re.") and call.args and isinstance(call.args[0], ast.Constant):
            text = call.args[0].value
            flags = [
                each.attr
                for argument in (*call.args[1:], *(word.value for word in call.keywords))
                for each in ast.walk(argument)
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and names.get(each.value.id) == "re"
            ]
            value = 0
            for flag in flags:
                value |= _FLAGS.get(flag, 0)
            way = _LIKE.get(method, method)
            if method != "escape":
                found.append(("", re.compile(text, value), (way,) if way in WAYS else UNKNOWN))
    return found
