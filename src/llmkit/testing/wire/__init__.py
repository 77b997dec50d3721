"""The wire formats, written by hand from the providers' documentation and apart from `llmkit.dialects`, which they test."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

from llmkit.testing.answers import Answer
from llmkit.testing.received import Received
from llmkit.types.model import Model

__all__ = ["WIRES", "Failure", "Wire", "load"]

WIRES = (
    "openai_chat",
    "anthropic",
    "gemini",
    "cohere",
    "mistral",
    "ollama",
    "bedrock_converse",
    "openai_responses",
    "gemini_interactions",
    "completions",
    "predictions",
    "chatbot",
)


class Failure(Model, frozen=True, kw_only=True):
    """An error in a dialect's own words. `kind` is a key of the dialect's table; `status` and `message` override what stands there."""

    kind: str = ""
    status: int = 0
    message: str = ""


class Wire(Protocol):
    """What a module of this package provides."""

    NAME: str
    PREFIX: str
    """The path of the base URL."""
    KEY: str
    """The key that the fake takes unless it is told another."""

    def refuse(self, request: Received, key: str, /) -> Failure | None:
        """Return why the real thing would refuse `request`; None when it would not."""
        ...

    def streams(self, request: Received, /) -> bool:
        """Say whether `request` asks for a stream."""
        ...

    def body(self, answer: Answer, request: Received, /) -> dict[str, Any]:
        """Return the whole answer."""
        ...

    def events(self, answer: Answer, request: Received, /) -> list[bytes]:
        """Return the answer as the events of a stream, framed."""
        ...

    def content_type(self, request: Received, /) -> str:
        """Return the media type of the stream that `request` asks for."""
        ...

    def failure(self, failure: Failure, /) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of an error."""
        ...

    def failure_event(self, failure: Failure, /) -> bytes:
        """Return an error as an event inside a stream, framed."""
        ...

    def listing(self, models: tuple[str, ...], /) -> dict[str, Any]:
        """Return the body that lists `models`."""
        ...


def load(name: str) -> Wire:
    """Return the wire format `name`. Raises `ValueError` for an unknown one."""
    if name not in WIRES:
        raise ValueError(f"No fake for {name!r}: there are {', '.join(WIRES)}.")
    wire: Wire = import_module(f"{__name__}.{name}")
    return wire
