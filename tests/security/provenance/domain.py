"""A place where an agent works: its tools, what its users ask for, and what others try to make it do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmkit import FunctionTool, Tool
from llmkit.tools import Effect

Calls = tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Ability:
    """A tool as a table row: what it does, whether others write what it returns, and the names of its arguments."""

    name: str
    effects: tuple[Effect, ...] = ()
    untrusted: bool = False
    arguments: tuple[str, ...] = ()

    @property
    def privileged(self) -> bool:
        """Tell whether it acts."""
        return "sends" in self.effects or "changes" in self.effects

    def tool(self, function: Any, *, declared: bool = True) -> FunctionTool[..., Any]:
        """Return the tool; with `declared=False` one that says nothing of itself."""
        schema = {"type": "object", "properties": {name: {} for name in self.arguments}, "required": list(self.arguments)}
        said: dict[str, Any] = {"effects": self.effects, "untrusted": self.untrusted} if declared else {}
        return FunctionTool.of(Tool(name=self.name, parameters=schema), function, **said)


@dataclass(frozen=True)
class Task:
    """What a user asks for, and the calls that do it, turn by turn."""

    asks: str
    turns: tuple[Calls, ...]


@dataclass(frozen=True)
class Injection:
    """What others want done, and the tool whose answer carries the words."""

    through: str
    wants: str
    calls: Calls


@dataclass(frozen=True)
class Domain:
    """`rules` are the argument rules of a careful developer."""

    name: str
    abilities: tuple[Ability, ...]
    tasks: tuple[Task, ...]
    injections: tuple[Injection, ...]
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def privileged(self) -> tuple[Ability, ...]:
        """Return the tools that act."""
        return tuple([one for one in self.abilities if one.privileged])
