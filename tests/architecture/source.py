"""The package's modules as syntax trees, and what a rule finds in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import llmkit

PACKAGE = Path(llmkit.__file__).parent
EVENT_LOOPS = frozenset({"asyncio", "anyio", "trio", "curio"})
DANGEROUS_MODULES = frozenset({"ctypes", "dill", "marshal", "pickle", "shelve", "subprocess"})
DANGEROUS_CALLS = frozenset({"__import__", "compile", "eval", "exec"})
SHELLS = frozenset({"os.popen", "os.system"})


_nodes: dict[ast.Module, list[ast.AST]] = {}


def nodes(tree: ast.Module) -> list[ast.AST]:
    """Return all nodes of a module; they are walked once, for all rules."""
    found = _nodes.get(tree)
    if found is None:
        found = _nodes[tree] = list(ast.walk(tree))
    return found


def modules() -> dict[str, ast.Module]:
    """Return every module of the package by its path relative to it."""
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of everything imported, inside functions too: `a.b` and, of `from a import b`, `a` and `a.b`."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def event_loops(tree: ast.Module) -> list[str]:
    """Return the uses of an event loop, and of `time.sleep`."""
    loops = [name for name in imported(tree) if name.partition(".")[0] in EVENT_LOOPS]
    return loops + [name for name in (*imported(tree), *_attributes(tree)) if name == "time.sleep"]


def dangers(tree: ast.Module) -> list[str]:
    """Return what could run code that came as data."""
    found = [name for name in imported(tree) if name.partition(".")[0] in DANGEROUS_MODULES]
    found += [name for name in _attributes(tree) if name in SHELLS]
    calls = (node.func for node in nodes(tree) if isinstance(node, ast.Call))
    return found + [func.id for func in calls if isinstance(func, ast.Name) and func.id in DANGEROUS_CALLS]


def strings(tree: ast.Module) -> list[str]:
    """Return every string of the code, docstrings left out."""
    documentation = {id(node.value) for node in nodes(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in nodes(tree) if isinstance(node, ast.Constant) and id(node) not in documentation)
    return [node.value for node in constants if isinstance(node.value, str)]


def calls_of(tree: ast.Module, method: str) -> int:
    """Return how often something's attribute `method` is named."""
    return sum(isinstance(node, ast.Attribute) and node.attr == method for node in nodes(tree))


def _attributes(tree: ast.Module) -> Iterator[str]:
    for node in nodes(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
