"""Tools: functions a model may call, tools the provider runs, and servers that offer tools.

Names are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.tools.builder import ToolBuilder
    from llmkit.tools.context import ToolContext
    from llmkit.tools.effects import Effect
    from llmkit.tools.events import RunEvent, StepFinished, ToolFinished, ToolHeld, ToolStarted
    from llmkit.tools.failures import ToolError
    from llmkit.tools.function import FunctionTool, tool
    from llmkit.tools.mcp import McpServer
    from llmkit.tools.outcome import RunResult, Step
    from llmkit.tools.policy import HeldCall, ToolPolicy

__all__ = [
    "Effect",
    "FunctionTool",
    "HeldCall",
    "McpServer",
    "RunEvent",
    "RunResult",
    "Step",
    "StepFinished",
    "ToolBuilder",
    "ToolContext",
    "ToolError",
    "ToolFinished",
    "ToolHeld",
    "ToolPolicy",
    "ToolStarted",
    "tool",
]

_HOMES = {
    "Effect": "effects",
    "FunctionTool": "function",
    "HeldCall": "policy",
    "McpServer": "mcp",
    "RunEvent": "events",
    "RunResult": "outcome",
    "Step": "outcome",
    "StepFinished": "events",
    "ToolBuilder": "builder",
    "ToolContext": "context",
    "ToolError": "failures",
    "ToolFinished": "events",
    "ToolHeld": "events",
    "ToolPolicy": "policy",
    "ToolStarted": "events",
    "tool": "function",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
