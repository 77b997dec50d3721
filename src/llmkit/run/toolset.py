"""The tools of one run: what the model is told of them, and what answers their calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmkit.errors import InvalidRequest
from llmkit.runtime.protocol import Runtime
from llmkit.tools.function import FunctionTool, made
from llmkit.tools.source import ToolSource
from llmkit.types.tools import ServerTool, Tool

if TYPE_CHECKING:
    from llmkit.tools.policy import ToolPolicy


class Toolset:
    """Made from what the user lists; sources are opened by `open` and closed by `aclose` where they were not open before."""

    def __init__(self, given: Sequence[Any]) -> None:
        self._given = [tool if _declared(tool) else made(tool, {}) for tool in given]
        self._opened: list[ToolSource] = []
        self.functions: dict[str, FunctionTool[..., Any]] = {}
        self.declared: tuple[Any, ...] = ()
        self.ready = False
        self.foreign: str | None = None
        """The name of a source whose descriptions are words of others."""
        taken = [name for tool in self._given if (name := _name(tool))]
        if twice := next((name for name in taken if taken.count(name) > 1), None):
            raise InvalidRequest(f"Two tools are called {twice!r}.", parameter="tools", hint="Give one another name: tool(name='...').")
        self._taken = set(taken)

    async def open(self, runtime: Runtime) -> None:
        """Connect the sources and list all tools, in the order in which they were given."""
        declared: list[Any] = []
        for tool in self._given:
            if not isinstance(tool, FunctionTool) and isinstance(tool, ToolSource):  # asking a protocol costs 60 us
                for offered in await self._offered(tool, runtime):
                    self.functions[offered.name] = offered
                    declared.append(offered.tool)
                continue
            if isinstance(tool, FunctionTool):
                self.functions[tool.name] = tool
            declared.append(getattr(tool, "tool", tool))
        self.declared = tuple(declared)
        self.ready = True

    async def _offered(self, source: ToolSource, runtime: Runtime) -> list[FunctionTool[..., Any]]:
        if not source.is_open:
            self._opened.append(source)
        if getattr(source, "foreign", False):
            self.foreign = self.foreign or source.name
        found: list[FunctionTool[..., Any]] = []
        for tool in await runtime.call(source.open):
            name = tool.name if tool.name not in self._taken else f"{source.name}_{tool.name}"[:64]
            if name in self._taken:
                raise InvalidRequest(f"Two tools are called {name!r}.", parameter="tools", hint="Give the server another name=.")
            self._taken.add(name)
            found.append(tool if name == tool.name else tool.renamed(name))
        return found

    async def aclose(self, runtime: Runtime) -> None:
        """Close the sources that were opened here."""
        opened, self._opened = self._opened, []
        for source in opened:
            await runtime.call(source.close)

    def keep(self, policy: ToolPolicy) -> None:
        """Offer and call only what `policy` allows, the provider's own tools too."""
        self.functions = {name: function for name, function in self.functions.items() if policy.allows(name)}
        self.declared = tuple(
            [tool for tool in self.declared if policy.allows(tool.name if isinstance(tool, ServerTool) else _name(tool) or "")]
        )

    def names(self) -> list[str]:
        """Return the names of all tools that a model may call."""
        return [name for tool in self.declared if not isinstance(tool, ServerTool) and (name := _name(tool))]


def _declared(tool: Any) -> bool:
    return isinstance(tool, Tool | ServerTool | FunctionTool | Mapping | ToolSource) or isinstance(getattr(tool, "tool", None), Tool)


def _name(tool: Any) -> str | None:
    if isinstance(tool, FunctionTool):
        return tool.name
    if isinstance(tool, ServerTool | ToolSource):
        return None
    if isinstance(tool, Mapping):
        function = tool.get("function", tool)
        name = function.get("name") if isinstance(function, Mapping) else None
        return name if isinstance(name, str) else None
    return str(getattr(tool, "tool", tool).name)
