"""The protocol of what offers tools for a while: a server that must be opened before and closed after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from llmkit.tools.function import FunctionTool


@runtime_checkable
class ToolSource(Protocol):
    """A run opens a source that is not open, and closes what it opened."""

    @property
    def name(self) -> str:
        """Return what its tools are prefixed with where two have the same name."""
        ...

    @property
    def is_open(self) -> bool:
        """Say whether its tools can be called."""
        ...

    def open(self) -> Sequence[FunctionTool[..., Any]]:
        """Connect where that has not happened, and return the tools. Blocks."""
        ...

    def close(self) -> None:
        """Disconnect. Blocks; may be called twice."""
        ...
