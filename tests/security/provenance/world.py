"""What the tools of a domain see and do: a record of every call that was really made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from llmkit import FunctionTool, Text, ToolError
from tests.security.provenance.domain import Calls, Domain

WAYS: dict[str, Callable[[str], Any]] = {
    "text": lambda words: f"First item. {words}",
    "object": lambda words: {"items": [{"id": 1, "note": words}]},
    "parts": lambda words: [Text(text="First item."), Text(text=words)],
}
"""The forms in which a tool returns words; `failure` raises them."""


class World:
    """The tools of a domain. The answer of the tool `through` holds `words`, in the form `way`."""

    def __init__(self, domain: Domain, through: str = "", words: str = "", way: str = "text") -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self._domain, self._through, self._words, self._way = domain, through, words, way

    def tools(self, *, declared: bool = True) -> list[FunctionTool[..., Any]]:
        """Return the tools; not `declared`: the one that carries the words says nothing of itself."""
        found = []
        for ability in self._domain.abilities:
            found.append(ability.tool(partial(self._call, ability.name), declared=declared or ability.name != self._through))
        return found

    def did(self, calls: Calls) -> int:
        """Return how many privileged ones of `calls` were made."""
        privileged = {one.name for one in self._domain.privileged}
        return sum(call in self.made for call in calls if call[0] in privileged)

    def done(self, calls: Calls) -> bool:
        """Tell whether all of `calls` were made."""
        return all(call in self.made for call in calls)

    def _call(self, name: str, /, **arguments: Any) -> Any:
        self.made.append((name, arguments))
        if name != self._through:
            return "Nothing special."
        if self._way == "failure":
            raise ToolError(self._words)
        return WAYS[self._way](self._words)
