"""A function call whose arguments come in pieces, each with its place (`streamFunctionCallArguments`)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec

from llmkit.dialects.gemini.wire import Fields

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"](.*?)['\"]\]")
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")
_MAX_INDEX = 100_000
_NOTHING = object()
_MISFIT = object()


class PartialCall:
    """Builds the arguments. Text for the same place is joined; all other values are set."""

    __slots__ = ("_strange", "_tree", "given", "id", "index", "is_cut", "name", "signature")

    def __init__(self, index: int, id_: str, name: str, given: str | None = None) -> None:
        self.index = index
        self.id = id_
        self.given = given
        """The id that the API gave, if any."""
        self.name = name
        self.is_cut = False
        self.signature: str | None = None
        self._tree: dict[str, Any] = {}
        self._strange = False

    def add(self, piece: Any) -> None:
        """Take in one of `partialArgs`."""
        value_key = next((key for key in _VALUES if isinstance(piece, dict) and key in piece), None)
        path = piece.get("jsonPath") if isinstance(piece, dict) else None
        if value_key is None or not isinstance(path, str):
            return
        steps = _steps(path)
        if steps is None:
            self._strange = True
        elif steps:
            self._put(steps, None if value_key == "nullValue" else piece[value_key])

    def merge(self, args: Fields) -> None:
        """Take in arguments that came whole."""
        self._tree |= args

    def json(self) -> str:
        """Return the arguments as JSON text; it lacks its end where they were cut or one's place could not be understood."""
        text = msgspec.json.encode(self._tree).decode()
        return text[:-1] if self._strange or self.is_cut else text

    def _put(self, steps: list[str | int], value: Any) -> None:
        node: Any = self._tree
        for step, following in pairwise(steps):
            node = _child(node, step, [] if isinstance(following, int) else {})
        last = steps[-1]
        before = _child(node, last, _NOTHING)
        if before is _MISFIT:
            self._strange = True
        else:
            node[last] = before + value if isinstance(before, str) and isinstance(value, str) else value


def _steps(path: str) -> list[str | int] | None:
    """Return the way that a JSONPath like `$.rooms[0].name` goes, None for other paths."""
    steps: list[str | int] = []
    at = 1
    if not path.startswith("$"):
        return None
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            return None
        name, number, quoted = found.groups()
        steps.append(int(number) if number is not None else name if name is not None else quoted)
        at = found.end()
    return steps


def _child(node: Any, step: str | int, new: Any) -> Any:
    """Return what stands at `step`, put `new` there where nothing does; `_MISFIT` where `step` does not fit."""
    if isinstance(node, dict) and isinstance(step, str):
        return node.setdefault(step, new)
    if isinstance(node, list) and isinstance(step, int) and step <= min(len(node), _MAX_INDEX):
        if step == len(node):
            node.append(new)
        return node[step]
    return _MISFIT
