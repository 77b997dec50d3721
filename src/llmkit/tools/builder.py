"""Write a tool by hand, step by step, where a function's signature does not say it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Self

from llmkit.errors import InvalidRequest
from llmkit.tools.effects import Effect
from llmkit.tools.function import FunctionTool
from llmkit.tools.schemas import schemas_of
from llmkit.types.parts import CacheMark
from llmkit.types.tools import Tool


class ToolBuilder:
    """Collects what a tool needs: `ToolBuilder("add").parameter("a", int).parameter("b", int, "The second.").build(function)`."""

    def __init__(self, name: str, description: str | None = None) -> None:
        self._name = name
        self._description = description
        self._types: dict[str, Any] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._required: list[str] = []
        self._settings: dict[str, Any] = {}
        self._options: dict[str, dict[str, Any]] = {}

    def describe(self, description: str) -> Self:
        """Say what the tool does."""
        self._description = description
        return self

    def parameter(
        self, name: str, type: Any = str, description: str | None = None, *, default: Any = inspect.Parameter.empty, **facts: Any
    ) -> Self:
        """Add a parameter: a Python type or a JSON Schema. One with a default is not required; `facts` are further schema keywords."""
        if name in self._types:
            raise InvalidRequest(f"The tool {self._name!r} has the parameter {name!r} twice.", parameter="tools")
        self._types[name] = type
        self._facts[name] = {**({"description": description} if description else {}), **facts}
        if default is inspect.Parameter.empty:
            self._required.append(name)
        else:
            self._facts[name]["default"] = default
        return self

    def strict(self, strict: bool = True) -> Self:
        """Ask the provider to guarantee that arguments fit the schema."""
        self._settings["strict"] = strict
        return self

    def cache(self, ttl: str | None = None) -> Self:
        """Cache the prompt up to this tool."""
        self._settings["cache"] = CacheMark(ttl=ttl)
        return self

    def option(self, name: str, **fields: Any) -> Self:
        """Add wire fields for the dialect or provider `name`."""
        self._options.setdefault(name, {}).update(fields)
        return self

    def declare(self) -> Tool:
        """Return the tool without a function: its calls end a run and are yours to answer."""
        python = {name: kind for name, kind in self._types.items() if not isinstance(kind, dict)}
        try:
            schemas, definitions = schemas_of(python)
        except TypeError as error:
            problem = str(error).splitlines()[0]
        else:
            properties = {
                name: {**(kind if isinstance(kind, dict) else schemas[name]), **self._facts[name]} for name, kind in self._types.items()
            }
            schema: dict[str, Any] = {"type": "object", "properties": properties}
            if self._required:
                schema["required"] = list(self._required)
            schema["additionalProperties"] = False
            if definitions:
                schema["$defs"] = definitions
            return Tool(name=self._name, description=self._description, parameters=schema, options=self._options, **self._settings)
        raise InvalidRequest(f"The tool {self._name!r}: {problem}", parameter="tools", hint="Pass a JSON Schema as the type.")

    def build(
        self,
        function: Callable[..., Any],
        *,
        needs_approval: bool = False,
        timeout: float | None = None,
        effects: Effect | Iterable[Effect] | None = None,
        untrusted: bool | None = None,
    ) -> FunctionTool[..., Any]:
        """Return the tool with the function that does its work."""
        return FunctionTool.of(
            self.declare(), function, needs_approval=needs_approval, timeout=timeout, effects=effects, untrusted=untrusted
        )
