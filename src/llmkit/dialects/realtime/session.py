"""What a wire format of realtime sessions is: a state that reads messages and writes them, no I/O."""

from __future__ import annotations

from typing import Any, Protocol

from llmkit.errors import ProviderError
from llmkit.types.asking import Place
from llmkit.types.http import Headers
from llmkit.types.parts import Image
from llmkit.types.realtime import RealtimeEvent
from llmkit.types.realtime_request import RealtimeRequest
from llmkit.types.warnings import Warning
from llmkit.types.websocket import Close


class Session(Protocol):
    """One session. `outgoing` are messages to send, which every method may add to; whoever sends them empties it."""

    path: str
    """Where the WebSocket is asked for, behind the endpoint's address."""
    outgoing: list[dict[str, Any]]
    warnings: list[Warning]
    ready: bool
    """The settings hold: input may follow."""
    handle: str | None
    """With it the session can be taken up again; None: it cannot."""

    def feed(self, message: dict[str, Any], raw: bytes, /) -> list[RealtimeEvent]:
        """Return what a message of the provider says."""
        ...

    def text(self, text: str, role: str, respond: bool, /) -> None:
        """Say something in writing."""
        ...

    def audio(self, data: bytes, /) -> None:
        """Say something aloud."""
        ...

    def image(self, image: Image, /) -> None:
        """Show something."""
        ...

    def commit(self, respond: bool | None, /) -> None:
        """End the turn of the user; None: ask for an answer where nobody else finds the end of a turn."""
        ...

    def respond(self, instructions: str | None, /) -> None:
        """Ask for an answer."""
        ...

    def cancel(self, /) -> None:
        """Stop the answer."""
        ...

    def truncate(self, item: str, index: int, played_ms: int, /) -> None:
        """Tell how much of an answer was heard."""
        ...

    def tool_result(self, id: str, name: str, output: str, respond: bool | None, /) -> None:
        """Answer a call; None: the model goes on when all its calls are answered."""
        ...

    def update(self, request: RealtimeRequest, /) -> None:
        """Change the settings that `request` has."""
        ...

    def failure(self, close: Close, /) -> ProviderError | None:
        """Return what the provider means by the way it closed, None where it is no failure."""
        ...


class RealtimeCodec(Protocol):
    """A wire format; a module fulfils it."""

    NAME: str

    def session(self, request: RealtimeRequest, place: Place, /) -> Session:
        """Return a fresh session. Raises `UnsupportedFeature` or `InvalidRequest` before anything is sent."""
        ...

    def error(self, status: int, headers: Headers, body: bytes, /) -> ProviderError:
        """Return the typed error for a refused handshake."""
        ...
