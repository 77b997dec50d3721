"""The package's modules as syntax trees, and what a rule finds in them."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path
from typing import TypeVar

import llmkit

_Node = TypeVar("_Node", bound=ast.AST)
PACKAGE = Path(llmkit.__file__).parent
EVENT_LOOPS = frozenset({"asyncio", "anyio", "trio", "curio"})


@cache
def nodes(tree: ast.Module) -> list[ast.AST]:
    """Return all nodes of a module, but for whether a name is read or set; they are walked once, for all rules.

    `ast.walk` takes three times as long: the package has half a million nodes.
    """
    found: list[ast.AST] = [tree]
    for node in found:
        for name in node._fields:
            value = getattr(node, name, None)
            if value.__class__ is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif name != "ctx" and isinstance(value, ast.AST):
                found.append(value)
    return found


@cache
def _kinds(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in nodes(tree):
        found.setdefault(type(node), []).append(node)
    return found


def of_kind(tree: ast.Module, kind: type[_Node]) -> list[_Node]:
    """Return the nodes of one kind."""
    return _kinds(tree).get(kind, [])  # type: ignore[return-value]  # the list under a kind holds that kind


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the package by its path relative to it."""
    was_on = gc.isenabled()
    gc.disable()  # it would look through all nodes again and again, and find none to free
    try:
        trees = {
            path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
        }
        for tree in trees.values():
            _kinds(tree)
        return trees
    finally:
        if was_on:
            gc.enable()


@cache
def imported(tree: ast.Module) -> tuple[str, ...]:
    """Return the dotted name of everything imported, inside functions too: `a.b` and, of `from a import b`, `a` and `a.b`."""
    found = [alias.name for node in of_kind(tree, ast.Import) for alias in node.names]
    for node in of_kind(tree, ast.ImportFrom):
        if node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(found)


def event_loops(tree: ast.Module) -> list[str]:
    """Return the uses of an event loop, and of `time.sleep`."""
    loops = [name for name in imported(tree) if name.partition(".")[0] in EVENT_LOOPS]
    return loops + [name for name in {*imported(tree), *named(tree)} if name == "time.sleep"]


@cache
def strings(tree: ast.Module) -> tuple[str, ...]:
    """Return every string of the code, docstrings left out."""
    documentation = {id(node.value) for node in of_kind(tree, ast.Expr)}
    return tuple(node.value for node in of_kind(tree, ast.Constant) if isinstance(node.value, str) and id(node) not in documentation)


@cache
def origins(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: `sleep` of `from time import sleep` is `time.sleep`."""
    found: dict[str, str] = {}
    for node in of_kind(tree, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            found[alias.asname or first] = alias.name if alias.asname else first
    for source in of_kind(tree, ast.ImportFrom):
        if source.module and not source.level:
            found |= {alias.asname or alias.name: f"{source.module}.{alias.name}" for alias in source.names}
    return found


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """Return `a.b.c` for names and their attributes, with what the first name was imported as; "" for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


@cache
def calls(tree: ast.Module) -> tuple[tuple[str, ast.Call], ...]:
    """Return every call with the dotted name of what is called; of a method of an expression, `.method`."""
    names = origins(tree)
    found = ((dotted(call.func, names), call) for call in of_kind(tree, ast.Call))
    return tuple((name or (f".{call.func.attr}" if isinstance(call.func, ast.Attribute) else ""), call) for name, call in found)


@cache
def named(tree: ast.Module) -> tuple[str, ...]:
    """Return the dotted name of every name and attribute that is used."""
    names = origins(tree)
    found = (*of_kind(tree, ast.Name), *of_kind(tree, ast.Attribute))
    return tuple(name for node in found if (name := dotted(node, names)))
