"""Test what you build on LLMKit: providers that run in your test, and everything that can go wrong with one.

with FakeProvider("anthropic") as fake:
    fake.add(Answer(text="Hello"), Fault.rate_limited(retry_after=2))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmkit.testing.answers import Answer
    from llmkit.testing.config import write_config
    from llmkit.testing.fake import FakeProvider
    from llmkit.testing.faults import Fault
    from llmkit.testing.host import FakeHost
    from llmkit.testing.received import Received
    from llmkit.testing.websocket import FakeSocket

__all__ = ["Answer", "FakeHost", "FakeProvider", "FakeSocket", "Fault", "Received", "write_config"]

_HOMES = {
    "Answer": "answers",
    "FakeHost": "host",
    "FakeProvider": "fake",
    "Fault": "faults",
    "FakeSocket": "websocket",
    "Received": "received",
    "write_config": "config",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
