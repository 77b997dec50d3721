"""What a WebSocket can do, whatever engine carries it: messages both ways until one side closes."""

from __future__ import annotations

from typing import Protocol

from llmkit.types.http import HttpRequest, HttpResponse
from llmkit.types.model import Model

NORMAL = 1000
NO_CODE = 1005
"""The peer closed without saying why (RFC 6455, 7.4.1)."""


class Close(Model, frozen=True, kw_only=True):
    """How the peer closed: a code of RFC 6455, 7.4 and its words."""

    code: int
    reason: str = ""


class WebSocket(Protocol):
    """One open connection. One may read while others send; whoever opened it closes it."""

    @property
    def closed(self) -> Close | None:
        """Return how the peer closed, None before."""
        ...

    async def send(self, message: str | bytes, deadline: float | None = None) -> None:
        """Send a message. Raises `ConnectionFailed` when the connection is over, `Timeout` (write) when `deadline` passes first."""
        ...

    async def receive(self, deadline: float | None = None, phase: str = "idle") -> str | bytes | Close:
        """Return the next message, or how the peer closed.

        Raises `Timeout(phase)` when `deadline` (monotonic clock) passes first, `ConnectionFailed` when the connection ends without
        a word, `ProtocolError` when a limit or the framing is broken.
        """
        ...

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:
        """Say that it is over, wait a moment for the peer to say so too, and let go. Never raises, may be called twice."""
        ...


class WebSocketTransport(Protocol):
    """What an engine has on top where it carries WebSockets."""

    async def connect(self, request: HttpRequest, /) -> WebSocket | HttpResponse:
        """Open a WebSocket by `request` (a GET), or return what the server answered instead."""
        ...


__all__ = ["NORMAL", "NO_CODE", "Close", "WebSocket", "WebSocketTransport"]
