"""The embedded model: a tiny one that runs inside the process, as a provider like any other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.local.counting import count_tokens
    from llmkit.local.loading import Loading, on_loading
    from llmkit.local.presence import problem
    from llmkit.local.settings import LocalSettings
    from llmkit.local.transport import LocalTransport
    from llmkit.local.weights import find_weights

__all__ = ["Loading", "LocalSettings", "LocalTransport", "count_tokens", "find_weights", "on_loading", "problem"]

_MODULES = {
    "Loading": "loading",
    "LocalSettings": "settings",
    "LocalTransport": "transport",
    "count_tokens": "counting",
    "find_weights": "weights",
    "on_loading": "loading",
    "problem": "presence",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
