"""The words of a template as a tree: text, places for values, blocks and partials. Read once; values never pass through here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from llmkit.errors import PromptInvalid
from llmkit.types.model import Model

_TAG = re.compile(r"\\?\{\{\s*+([#^/>]?)\s*+([^{}]*+)\}\}")
_OPEN = re.compile(r"\\?\{\{")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PARTIAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_DEEPEST = 20
ITEM = "."
"""What stands for the item within a block that is repeated."""


class Words(Model, frozen=True, kw_only=True):
    """Text that stands as it is."""

    text: str


class Place(Model, frozen=True, kw_only=True):
    """Where the value of a variable goes."""

    name: str
    path: str
    line: int


class Block(Model, frozen=True, kw_only=True):
    """What is repeated for each item of a list, or stands only where the value is there; `absent`: only where it is not."""

    name: str
    absent: bool
    inner: tuple[Node, ...]
    path: str
    line: int


class Include(Model, frozen=True, kw_only=True):
    """Where another template goes."""

    name: str
    line: int


Node: TypeAlias = Words | Place | Block | Include


def parse(source: str, *, path: str, line: int = 1) -> tuple[Node, ...]:
    r"""Return the tree of `source`, which begins at `line` of `path`. `\{{` is two braces. Raises `PromptInvalid`."""
    return _Parser(source, path, line).tree()


def used(nodes: tuple[Node, ...]) -> Iterator[Place | Block | Include]:
    """Yield every node that names something, outer ones first."""
    for node in nodes:
        if not isinstance(node, Words):
            yield node
        if isinstance(node, Block):
            yield from used(node.inner)


class _Parser:
    def __init__(self, source: str, path: str, line: int) -> None:
        self._source, self._path, self._line = source, path, line
        self._open: list[tuple[str, bool, int, list[Node]]] = []
        self._nodes: list[Node] = []

    def tree(self) -> tuple[Node, ...]:
        position = 0
        while (found := _OPEN.search(self._source, position)) is not None:
            self._text(self._source[position : found.start()])
            if found.group().startswith("\\"):
                self._text("{{")
                position = found.end()
                continue
            tag = _TAG.match(self._source, found.start())
            if tag is None:
                raise self._fault("A tag that begins with {{ has no end, or braces in it.", hint=r"Write \{{ for two braces.")
            self._tag(tag.group(1), tag.group(2).strip())
            self._line += tag.group().count("\n")
            position = tag.end()
        self._text(self._source[position:])
        if self._open:
            name, _, line, _ = self._open[-1]
            raise PromptInvalid(f"The block {name!r} has no end.", path=self._path, line=line, hint=f"Write {{{{/{name}}}}}.")
        return tuple(self._nodes)

    def _text(self, text: str) -> None:
        if text:
            self._nodes.append(Words(text=text))
            self._line += text.count("\n")

    def _tag(self, sign: str, name: str) -> None:
        wanted = _PARTIAL if sign == ">" else _NAME
        if not wanted.fullmatch(name) and not (name == ITEM and not sign):
            raise self._fault(f"{name!r} is no name.", hint="A name is a letter and then letters, digits and underscores.")
        if sign in ("#", "^"):
            if len(self._open) >= _DEEPEST:
                raise self._fault(f"Blocks are nested deeper than {_DEEPEST}.")
            self._open.append((name, sign == "^", self._line, self._nodes))
            self._nodes = []
        elif sign == "/":
            self._close(name)
        elif sign == ">":
            self._nodes.append(Include(name=name, line=self._line))
        else:
            self._nodes.append(Place(name=name, path=self._path, line=self._line))

    def _close(self, name: str) -> None:
        if not self._open or self._open[-1][0] != name:
            hint = f"The block that is open is {self._open[-1][0]!r}." if self._open else "No block is open."
            raise self._fault(f"{{{{/{name}}}}} ends no block.", hint=hint)
        _, absent, line, outer = self._open.pop()
        outer.append(Block(name=name, absent=absent, inner=tuple(self._nodes), path=self._path, line=line))
        self._nodes = outer

    def _fault(self, message: str, *, hint: str | None = None) -> PromptInvalid:
        return PromptInvalid(message, path=self._path, line=self._line, hint=hint)
