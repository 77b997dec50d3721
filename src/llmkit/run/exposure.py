"""What a conversation has met: who wrote its parts, whether private data was read, whether something was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmkit.run.toolset import Toolset
from llmkit.tools.effects import ACTS, EFFECTS
from llmkit.tools.policy import Exposed
from llmkit.types.messages import Message
from llmkit.types.parts import (
    Citation,
    Compaction,
    Document,
    InvalidToolCall,
    MediaFields,
    Part,
    ServerToolCall,
    ServerToolResult,
    Text,
    ToolCall,
    ToolResult,
    Unknown,
)
from llmkit.types.tools import ServerTool

_SEEN = frozenset({"code_execution", "image_generation", "tool_search", "computer_use"})
"""Tools of providers that bring nothing of others into an answer without a block that shows it."""
_AUTHORS = ("system", "developer", "user")
_BLOCKS = (ServerToolCall, ServerToolResult, Unknown, Compaction)
"""What a provider put into its answer: others wrote it, or nobody can tell who did."""


class Exposure:
    """Grows with the conversation: `see` each message once, in order; `exposed` is what came of it."""

    def __init__(self, tools: Toolset, words: Iterable[str] = ()) -> None:
        self._tools = tools
        self._words = [word for word in words if word]
        self._names: dict[str, str] = {}
        self.private = self.acted = False
        self.untrusted = _offered(tools)

    @property
    def exposed(self) -> Exposed:
        """Return how things stand."""
        return Exposed(untrusted=self.untrusted, private=self.private, acted=self.acted, words=tuple(self._words))

    def see(self, message: Message) -> None:
        """Take a message in."""
        for part in message.content:
            self._note(part)
            if self.untrusted is None:
                self.untrusted = self._source(part)
            if self.untrusted is None and message.role == "tool" and part.trust is None and not isinstance(part, ToolResult):
                self.untrusted = "a tool's turn"
            if message.role in _AUTHORS and part.trust != "untrusted":
                self._hear(part)

    def marked(self, content: tuple[Part, ...]) -> tuple[Part, ...]:
        """Return a model's answer with its mark: what was written after untrusted content may say what that content wanted said."""
        if self.untrusted is None:
            return content
        return tuple([part if part.trust is not None else part.replace(trust="untrusted") for part in content])

    def _hear(self, part: Part) -> None:
        if isinstance(part, Text | Document) and part.text is not None:
            self._words.append(part.text)

    def _note(self, part: Part) -> None:
        if isinstance(part, ToolCall | InvalidToolCall):
            self._names[part.id] = part.name
        elif isinstance(part, ToolResult):
            function = self._tools.functions.get(self._name(part))
            effects = EFFECTS if function is None or function.effects is None else function.effects
            self.private = self.private or "reads" in effects
            self.acted = self.acted or bool(effects & ACTS)

    def _name(self, result: ToolResult) -> str:
        return self._names.get(result.id) or result.name or ""

    def _source(self, part: Part) -> str | None:
        """Return where the words of `part` came from if others wrote them."""
        if isinstance(part, ToolResult):
            return self._answered(part)
        if part.trust is not None:
            return "a part marked untrusted" if part.trust == "untrusted" else None
        if isinstance(part, MediaFields):
            return "a file at an address" if part.url is not None and not part.url.startswith("data:") else None
        if isinstance(part, Citation):
            return None if part.url is None else "a page that the answer cites"
        if isinstance(part, Text):
            return "a page that the answer cites" if any(one.url is not None for one in part.citations) else None
        return "a block of the provider's own" if isinstance(part, _BLOCKS) else None

    def _answered(self, result: ToolResult) -> str | None:
        name = self._name(result)
        function = self._tools.functions.get(name)
        source = f"the result of {name}" if function is not None else "the result of a tool"
        if result.trust == "untrusted" or any(self._source(part) for part in result.content):
            return source
        if result.trust == "trusted":
            return None
        if function is None or function.untrusted or (function.untrusted is None and function.effects is None):
            return source
        return None


def _offered(tools: Toolset) -> str | None:
    """Return what brings words of others into the conversation before anything is called."""
    if tools.foreign is not None:
        return f"the descriptions of {tools.foreign}, which is not pinned"
    found = [tool.name for tool in tools.declared if isinstance(tool, ServerTool) and not (tool.portable and tool.name in _SEEN)]
    return f"the provider's own {found[0]} is offered" if found else None


def exposure_of(tools: Toolset, system: Any, messages: Iterable[Message]) -> Exposure:
    """Return the exposure of a conversation that has begun."""
    exposure = Exposure(tools, (system,) if isinstance(system, str) else ())
    for message in messages:
        exposure.see(message)
    return exposure
