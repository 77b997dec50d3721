"""Where time passes: the effects that differ between the sync and the async client."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.runtime.asyncio import Asyncio
    from llmkit.runtime.blocking import Blocking
    from llmkit.runtime.protocol import Runtime
    from llmkit.runtime.step import run
    from llmkit.runtime.virtual import Virtual

__all__ = ["Asyncio", "Blocking", "Runtime", "Virtual", "run"]

_MODULES = {
    "Asyncio": "asyncio",
    "Blocking": "blocking",
    "Runtime": "protocol",
    "Virtual": "virtual",
    "run": "step",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
