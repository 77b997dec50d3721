"""Bytes to and from servers: the engines behind the `Transport` protocol, and the policy that stands above them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.transport.asyncio_engine import AsyncioTransport
    from llmkit.transport.blocking_engine import BlockingTransport
    from llmkit.transport.httpx2_engine import Httpx2BlockingTransport, Httpx2Transport
    from llmkit.transport.policy import Limits, parse_url
    from llmkit.transport.settings import TransportSettings
    from llmkit.transport.trust import Trust

__all__ = [
    "AsyncioTransport",
    "BlockingTransport",
    "Httpx2BlockingTransport",
    "Httpx2Transport",
    "Limits",
    "TransportSettings",
    "Trust",
    "parse_url",
]

_MODULES = {
    "AsyncioTransport": "asyncio_engine",
    "BlockingTransport": "blocking_engine",
    "Httpx2BlockingTransport": "httpx2_engine",
    "Httpx2Transport": "httpx2_engine",
    "Limits": "policy",
    "TransportSettings": "settings",
    "Trust": "trust",
    "parse_url": "policy",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
