"""A rule over the syntax of the package: what it forbids, what it finds, and where it is allowed for a reason."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that no module does, but for those of `allowed`."""

    name: str
    says: str
    find: Callable[[ast.Module], Iterable[str]]
    """Give what breaks the rule in a module, each as the words of the code."""
    planted: tuple[str, ...]
    """Code that breaks it: each must be found."""
    innocent: tuple[str, ...] = ()
    """Code that looks alike and does not."""
    allowed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Why a module (its path, or the beginning of it, ending in `/`) may do it; the words of the code are the second half of the key."""

    def found(self, tree: ast.Module) -> tuple[str, ...]:
        """Return what breaks it in a module, allowed or not; looked for once."""
        return _found(self.find, tree)

    def broken(self, trees: Mapping[str, ast.Module]) -> list[str]:
        """Return each place that breaks it."""
        return [f"{path}: {words}" for path, tree in trees.items() for words in self.found(tree) if self._why(path, words) is None]

    def idle(self, trees: Mapping[str, ast.Module]) -> list[str]:
        """Return the permissions that nothing needs any more."""
        needed = {key for path, tree in trees.items() for words in self.found(tree) if (key := self._why(path, words))}
        return [f"{path}: {words}" for path, words in self.allowed if (path, words) not in needed]

    def _why(self, path: str, words: str) -> tuple[str, str] | None:
        folders = [path[: place + 1] for place, char in enumerate(path) if char == "/"]
        keys = ((place, words) for place in (path, *folders))
        return next((key for key in keys if key in self.allowed), None)


@cache
def _found(find: Callable[[ast.Module], Iterable[str]], tree: ast.Module) -> tuple[str, ...]:
    return tuple(find(tree))
